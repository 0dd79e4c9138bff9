"""Health is one word while the database answers, and an error that becomes a 503 when it does not."""

import pytest

from app.kit.db import AsyncSession, Database
from app.ops.health import check


async def test_it_is_ok_while_the_database_answers(session: AsyncSession) -> None:
    assert await check(session) == "ok"


async def test_it_is_not_when_the_database_is_away() -> None:
    away = Database("postgresql+asyncpg://postgres@127.0.0.1:1/postgres")
    with pytest.raises(OSError, match="Connect call failed"):
        async with away.session() as session:
            await check(session)
    await away.close()
