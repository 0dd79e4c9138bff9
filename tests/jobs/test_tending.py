"""Jobs that die, stand still or poison (F5-F8, W1, W2, W4): done again, one at a time swept, and given up in sight."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from saq import Job, Queue, Status
from saq.types import Context
from saq.utils import now

from app.jobs import tending
from app.jobs.schedule import SCHEDULE
from app.kit.db import Database
from app.kit.postgres_queue import queue_on_postgres
from app.ops import failed_jobs
from app.ops.measuring import count_jobs
from app.search.postgres import PostgresSearch
from app.worker import queue_on, working


async def given_up(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as session:
        return [(row.function, row.reason) for row in await failed_jobs.recent(session)]


@asynccontextmanager
async def taken(queue: Queue, **more: object) -> AsyncIterator[Job]:
    """By a worker that says no more of it."""
    await queue.connect()
    job = await queue.enqueue("sweep", key=uuid4().hex, retries=3, **more)
    assert job is not None
    while (found := await queue.dequeue(2)) is None or found.id != job.id:
        pass
    await job.update(status=Status.ACTIVE, attempts=1, started=now() - 60_000)
    yield job
    await job.finish(Status.ABORTED, error="over")
    await queue.disconnect()


async def test_a_job_nobody_can_do_is_given_up_in_sight_and_the_others_go_on(
    database: Database, engine: PostgresSearch, queue_url: str
) -> None:
    """Its name is of a version that is not there any more, or is not there yet."""
    async with working(database, engine, {}, queue_on(queue_url)) as queue, asyncio.timeout(20):
        unknown = await queue.enqueue("of_another_version", retries=2, retry_delay=0.01)
        assert unknown is not None
        job = await queue.enqueue("sweep", timeout=10)
        assert job is not None
        await job.refresh(until_complete=10)
        assert job.status == Status.COMPLETE
        while not await given_up(database):  # noqa: ASYNC110 - another task
            await asyncio.sleep(0.05)
    assert await given_up(database) == [("of_another_version", "KeyError: 'of_another_version'")]


async def test_a_worker_that_stands_still_does_not_keep_others_from_sweeping(database: Database) -> None:
    """It has swept before, and so with SAQ alone would have the lock for good."""
    still, other = queue_on_postgres(database.url), queue_on_postgres(database.url)
    async with taken(still, timeout=600) as job:
        assert await still.sweep() == []
        await job.update(timeout=5)
        await other.connect()
        assert await other.sweep() == [job.key]
        await job.refresh()
        assert job.status == Status.QUEUED
        await other.disconnect()


async def test_those_who_sweep_at_once_take_turns(database: Database) -> None:
    others = [queue_on_postgres(database.url) for _ in range(3)]
    async with taken(queue_on_postgres(database.url), timeout=5):
        for queue in others:
            await queue.connect()
        swept = await asyncio.gather(*(queue.sweep() for queue in others))
        assert sorted(map(len, swept)) == [0, 0, 1]
        for queue in others:
            await queue.disconnect()


async def test_a_job_without_a_sign_of_life_is_taken_for_dead(queue_url: str) -> None:
    async with taken(queue_on(queue_url), timeout=600, heartbeat=tending.HEARTBEAT) as job:
        assert not job.stuck
        job.touched = now() - (tending.HEARTBEAT + 1) * 1000
        assert job.stuck


async def test_a_job_gives_signs_while_it_runs_and_none_afterwards(database: Database, queue_url: str) -> None:
    async with taken(queue_on(queue_url), timeout=600, heartbeat=tending.HEARTBEAT) as job:
        context: Context = {"job": job, "database": database}  # type: ignore[typeddict-unknown-key,typeddict-item]
        await tending.begin(context)
        assert [task.get_name() for task in tending.BEATING.values()] == ["heartbeat of sweep"]
        await tending.end(context)
        assert tending.BEATING == {}


async def test_who_has_been_at_it_for_twice_its_time_is_counted(queue_url: str) -> None:
    queue = queue_on(queue_url)
    async with taken(queue, timeout=5) as job:
        assert (await count_jobs(queue))["overdue"] == 1
        await job.update(started=now())
        assert (await count_jobs(queue))["overdue"] == 0


@pytest.mark.parametrize("job", SCHEDULE, ids=lambda job: job.function.__qualname__)
def test_every_recurring_job_gives_signs_of_life(job: object) -> None:
    assert getattr(job, "heartbeat", 0) == tending.HEARTBEAT > 2 * tending.BEAT
    assert getattr(job, "group_key", None) is None
