"""Where what processes share is kept is one setting."""

import subprocess
import sys

from app.kit.db import Database
from app.kit.settings import read_settings
from app.sources.budgets import SharedBudgets
from app.sources.circuits import SharedCircuits
from app.sources.reaching import reaching
from app.sources.redis_budgets import RedisBudgets
from app.sources.redis_circuits import RedisCircuits

# the embedded start pays for nothing it does not use
IMPORTED = "import sys, app.serving; print([name for name in sys.modules if name.split('.')[0] == 'redis'])"


async def test_without_a_redis_it_is_the_database(database: Database) -> None:
    async with reaching(read_settings(_env_file=None), database) as sources:
        assert {type(each.budgets) for each in sources.values()} == {SharedBudgets}
        assert {type(each.circuits) for each in sources.values()} == {SharedCircuits}


async def test_with_one_it_is_redis(redis_url: str, database: Database) -> None:
    async with reaching(read_settings(_env_file=None, redis_url=redis_url), database) as sources:
        assert {type(each.budgets) for each in sources.values()} == {RedisBudgets}
        assert {type(each.circuits) for each in sources.values()} == {RedisCircuits}
        assert await sources["steam"].budgets.take("steam", sources["steam"].budget, 1) == 0


def test_its_client_is_imported_only_where_there_is_one() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, timeout=180, check=True)
    assert done.stdout.strip() == "[]"
