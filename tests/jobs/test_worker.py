"""The worker shares the web's loop: it starts and stops within moments, takes no signals, and does its jobs."""

import asyncio
import signal
import time
from collections import Counter

import pytest
from saq import Job, Status

from app.catalog.storing import store
from app.jobs.schedule import FUNCTIONS, SCHEDULE
from app.kit.db import Database
from app.kit.postgres_queue import POOL_WAIT, queue_on_postgres
from app.kit.redis import for_queue
from app.kit.redis_queue import ABORT_WAIT, PatientQueue
from app.search.contract import Question
from app.search.postgres import PostgresSearch
from app.worker import GRACE, UPKEEP_FAILED, queue_on, working
from tests.fair_loop import lived
from tests.rows import a_candidate


async def test_it_starts_and_stops_within_moments_time_and_again(
    database: Database, engine: PostgresSearch, queue_url: str
) -> None:
    took = []
    for _ in range(3):
        before = lived()
        async with working(database, engine, {}, queue_on(queue_url)):
            await asyncio.sleep(0.1)
        took.append(lived() - before)
    assert min(took) < 2
    assert max(took) < 2 + GRACE  # who is cancelled just as the queue answers may miss it, and is ended after the grace


async def test_it_leaves_no_task_behind(database: Database, engine: PostgresSearch, queue_url: str) -> None:
    before = asyncio.all_tasks()
    async with working(database, engine, {}, queue_on(queue_url)):
        await asyncio.sleep(0.3)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before


async def test_it_takes_no_signals(database: Database, engine: PostgresSearch, queue_url: str) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    async with working(database, engine, {}, queue_on(queue_url)):
        await asyncio.sleep(0.3)
        assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


async def test_a_job_that_is_asked_for_is_done(database: Database, engine: PostgresSearch, queue_url: str) -> None:
    async with working(database, engine, {}, queue_on(queue_url)) as queue:
        job = await queue.enqueue("sweep", timeout=10)
        assert job is not None
        await job.refresh(until_complete=10)
        assert job.result is not None
        assert set(job.result.values()) == {0}


async def test_a_queue_that_is_late_is_no_error_and_is_asked_again(
    database: Database, engine: PostgresSearch, caplog: pytest.LogCaptureFixture
) -> None:
    late = queue_on_postgres(database.url)
    async with working(database, engine, {}, late) as queue:
        late.pool.timeout = 0
        async with asyncio.timeout(20):
            while "couldn't get a connection" not in caplog.text:  # noqa: ASYNC110 - SAQ looks every second
                await asyncio.sleep(0.1)
        late.pool.timeout = POOL_WAIT
        job = await queue.enqueue("sweep", timeout=10)
        assert job is not None
        await job.refresh(until_complete=10)
    assert {record.levelname for record in caplog.records if record.msg == UPKEEP_FAILED} == {"WARNING"}


async def test_what_is_stored_while_it_works_can_be_found(
    database: Database, engine: PostgresSearch, queue_url: str
) -> None:
    async with working(database, engine, {}, queue_on(queue_url)):
        async with database.session() as session:
            await store(session, a_candidate("a", "1", "Dune"))
        found = False
        async with asyncio.timeout(20):
            while not found:
                await asyncio.sleep(0.02)
                found = bool((await engine.search(Question(text="dune"))).hits)


async def test_what_recurs_is_waited_for_once_however_many_work(
    database: Database, engine: PostgresSearch, queue_url: str
) -> None:
    async with (
        working(database, engine, {}, queue_on(queue_url)) as queue,
        working(database, engine, {}, queue_on(queue_url)),
    ):
        async with asyncio.timeout(20):
            while await queue.count("incomplete") < len(SCHEDULE):  # noqa: ASYNC110 - both put down what they wait for
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        assert await queue.count("incomplete") == len(SCHEDULE)
        for each in SCHEDULE:
            job = await queue.job(f"cron:{each.function.__qualname__}")
            assert job is not None
            assert job.scheduled > time.time()


@pytest.mark.slow
async def test_a_job_whose_worker_died_as_it_took_it_is_done_by_another(
    database: Database, engine: PostgresSearch, redis_url: str
) -> None:
    dying = queue_on(redis_url)
    await dying.enqueue("sweep", key="lost", timeout=10, retries=3)
    assert await dying.dequeue(1) is not None
    await dying.disconnect()
    async with working(database, engine, {}, queue_on(redis_url)) as queue, asyncio.timeout(15):
        while (job := await queue.job("lost")) is None or job.status != Status.COMPLETE:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_it_sweeps_before_it_takes_a_job(database: Database, engine: PostgresSearch, redis_url: str) -> None:
    """What was taken and has not begun is swept, and would be done twice."""
    done: list[str] = []

    class Telling(PatientQueue):
        async def sweep(self, lock: int = 60, abort: float = ABORT_WAIT) -> list[str]:
            swept = await super().sweep(lock, abort)
            done.append("swept")
            return swept

        async def dequeue(self, timeout: float = 0.0, poll_interval: float = 0.0) -> Job | None:  # noqa: ASYNC109
            done.append("asked for a job")
            return await super().dequeue(timeout, poll_interval)

    async with working(database, engine, {}, Telling(for_queue(redis_url))), asyncio.timeout(20):
        while "asked for a job" not in done:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert done[0] == "swept"


async def test_jobs_whose_worker_died_hold_up_the_same_questions_no_longer_than_they_must(queue_url: str) -> None:
    """Their keys are taken until they are swept."""
    dying = queue_on(queue_url)
    await dying.connect()
    for number in range(5):
        job = await dying.enqueue("ask_source", key=f"lost:{number}", timeout=1, retries=1, ttl=-1)
        assert job is not None
        assert await dying.dequeue(1) is not None
        await job.update(status=Status.ACTIVE, started=job.queued - 10_000, attempts=1)
    started = lived()
    assert len(await dying.sweep(1)) == 5
    assert lived() - started < 4
    await dying.disconnect()


def test_every_recurring_thing_is_safe_from_what_saq_does_by_default() -> None:
    """Two crons of one function never both run; one try and no timeout lose work or keep it for ever."""
    assert {name: n for name, n in Counter(job.function.__qualname__ for job in SCHEDULE).items() if n > 1} == {}
    for job in SCHEDULE:
        assert job.retries is not None
        assert job.retries >= 3
        assert job.timeout
        assert job.function in FUNCTIONS
