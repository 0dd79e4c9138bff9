from collections.abc import AsyncIterator

import pytest

from app.kit.db import Database
from app.search.postgres import PostgresSearch


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[PostgresSearch]:
    engine = PostgresSearch(database)
    yield engine
    await engine.close()


@pytest.fixture(params=["postgres", "redis"])
def queue_url(request: pytest.FixtureRequest, database: Database) -> str:
    """Where the queue is: each test runs over both."""
    url: str = database.url if request.param == "postgres" else request.getfixturevalue("redis_url")
    return url
