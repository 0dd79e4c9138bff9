"""Following events: awake within a moment, and still there after Postgres was not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text

from app.jobs.following import AFTER_FAULT, EVERY, follow
from app.kit import events
from app.kit.db import Database
from app.kit.ids import new_id
from tests.fair_loop import lived

CUT = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")


class Consumer:
    """Counts how often it is asked; fails as often as it is told to."""

    def __init__(self, fail: int = 0) -> None:
        self.asked, self.fail = asyncio.Queue[int](), fail

    async def __call__(self) -> None:
        self.asked.put_nowait(self.fail)
        if self.fail:
            self.fail -= 1
            raise ConnectionError("told to fail")

    async def is_asked(self, within: float) -> float:
        """How long it took."""
        before = lived()
        async with asyncio.timeout(within):
            await self.asked.get()
        return lived() - before


@asynccontextmanager
async def following(database: Database, consume: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    task = asyncio.create_task(follow(database, consume))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def record(database: Database) -> None:
    async with database.session() as session:
        await events.record(session, "item", "stored", new_id())


async def test_it_looks_at_once_and_again_as_soon_as_something_happens(database: Database) -> None:
    consumer = Consumer()
    async with following(database, consumer):
        await consumer.is_asked(within=2)
        for _ in range(3):
            await record(database)
            assert await consumer.is_asked(within=2) < 1


async def test_what_is_rolled_back_wakes_nobody(database: Database) -> None:
    consumer = Consumer()
    async with following(database, consumer):
        await consumer.is_asked(within=2)
        with suppress(KeyError):
            async with database.session() as session:
                await events.record(session, "item", "stored", new_id())
                raise KeyError
        await asyncio.sleep(0.2)
        assert consumer.asked.empty()


async def test_it_comes_back_after_postgres_cut_the_line(database: Database) -> None:
    consumer = Consumer()
    async with following(database, consumer):
        await consumer.is_asked(within=2)
        async with database.session() as session:
            assert (await session.scalars(CUT)).all() == [True]
        assert await consumer.is_asked(within=EVERY + AFTER_FAULT) < AFTER_FAULT + 1
        await record(database)
        assert await consumer.is_asked(within=2) < 1


async def test_one_fault_is_tried_again(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Of a line that breaks nobody has to be told."""
    consumer = Consumer(fail=1)
    async with following(database, consumer):
        await consumer.is_asked(within=2)
        await consumer.is_asked(within=AFTER_FAULT + 2)
    assert [record.levelname for record in caplog.records if "trying again" in record.message] == ["WARNING"]


async def test_it_ends_at_once_when_cancelled(database: Database) -> None:
    consumer = Consumer()
    async with following(database, consumer):
        await consumer.is_asked(within=2)
        before = lived()
    assert lived() - before < 1
    async with database.session() as session:
        assert (await session.scalars(CUT)).all() == []  # and leaves no connection behind
