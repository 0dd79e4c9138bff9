"""What every test may ask for: a real Postgres, emptied after each test."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text

from app.kit import embedded
from app.kit.db import AsyncSession, Base, Database, Waits
from app.ops.migrating import migrate
from app.tables import EVERY_MODULE
from tests.fair_loop import FairLoops
from tests.redis_server import RedisServer, redis_server

# for the tests that ask for one; no app that a test starts is to find it by itself
MEILISEARCH_URL, MEILISEARCH_KEY = os.environ.pop("MEILISEARCH_URL", ""), os.environ.pop("MEILISEARCH_KEY", None)

assert EVERY_MODULE  # importing it is what fills the metadata

# The same examples each time, however long one takes: what nobody changed does not fail. `--hypothesis-profile=new`
# looks for others.
EVER = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ever", EVER)
settings.register_profile("new", EVER, derandomize=False, print_blob=True)
settings.load_profile("ever")

PATIENT = Waits(60.0, 60.0)  # on a machine that stalls, who waits less takes it for a database that does not answer

# many times faster than TRUNCATE, which makes every table's files and its indexes' anew
DELETIONS = " ".join(f"DELETE FROM {table.name};" for table in reversed(Base.metadata.sorted_tables))
# as a replica, so that no trigger keeps what is only ever added to
EMPTIED = text(f"DO $$ BEGIN SET LOCAL session_replication_role = replica; {DELETIONS} END $$")


# what is sent for whoever counts, and for nobody who still runs beside
COUNTED: ContextVar[list[str] | None] = ContextVar("counted", default=None)


def count(statement: str) -> None:
    """Told of every statement that goes past SQLAlchemy."""
    if (sent := COUNTED.get()) is not None:
        sent.append(statement)


def pytest_configure() -> None:
    asyncio.set_event_loop_policy(FairLoops())


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """An embedded Postgres of this run's own, without fsync."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = embedded.start(Path(folder), durable=False)
        try:
            cluster.ready()
            yield cluster.url
        finally:
            cluster.stop()


@pytest.fixture(scope="session")
async def migrated(cluster_url: str) -> AsyncIterator[Database]:
    database = Database(cluster_url, pool_size=30, waits=PATIENT)
    database.direct.watch = count
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def database(migrated: Database) -> AsyncIterator[Database]:
    yield migrated
    async with migrated.session() as session:
        await session.execute(EMPTIED)


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.session() as session:
        yield session


@pytest.fixture(scope="session")
def one_redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def redis_url(one_redis: RedisServer) -> Iterator[str]:
    """A real Redis, emptied after each test; the test is skipped where none is installed."""
    yield one_redis.url
    one_redis.empty()
