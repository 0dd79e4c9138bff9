from collections.abc import AsyncIterator

import pytest

from app.kit.db import Database
from app.search.postgres import PostgresSearch


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[PostgresSearch]:
    engine = PostgresSearch(database)
    yield engine
    await engine.close()
