"""The worker: SAQ on Postgres, or on Redis where there is one, in the event loop of the web server."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial

from psycopg import OperationalError
from saq import Queue, Worker
from saq.types import Context

from app.jobs import tending
from app.jobs.carrying import carry_on
from app.jobs.following import follow
from app.jobs.indexing import index_changes
from app.jobs.schedule import FUNCTIONS, SCHEDULE
from app.kit.db import Database
from app.kit.postgres_queue import queue_on_postgres
from app.search.contract import CatalogSearch
from app.search.falling_back import FallingBack
from app.sources.cover_store import NOWHERE, CoverStore
from app.sources.source import Source

SWEEP_EVERY = 10  # seconds until a job whose worker died is noticed
BESIDES = 4  # jobs of other kinds at a time
DEQUEUE_WAIT = 20  # seconds; each look costs a statement, and a notification ends the wait
GRACE = 5  # seconds a running job may take to end when we stop
UPKEEP_FAILED = "Upkeep task failed unexpectedly"  # SAQ's words

log = logging.getLogger(__name__)


def calmly(record: logging.LogRecord) -> bool:
    """SAQ calls it an error when its store is late or away for a moment, and asks it again a second later."""
    error = record.exc_info[1] if record.exc_info else None
    if record.msg == UPKEEP_FAILED and isinstance(error, OperationalError | TimeoutError | OSError):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


class LoopWorker(Worker[Context]):
    """Shares a loop with the web server, so it takes no signals: with SAQ's handlers SIGTERM would stop nothing."""

    SIGNALS = []  # noqa: RUF012 - as SAQ declares it

    async def upkeep(self) -> list[asyncio.Task[None]]:
        """Sweeps before it takes a job: one that begins in that moment looks like what a dead worker left."""
        try:
            await self.queue.sweep(SWEEP_EVERY)
        except Exception:
            log.warning("the queue could not be swept; that is tried again", exc_info=True)
        return await super().upkeep()

    async def stop(self) -> None:
        """The grace is for jobs: SAQ would give it to its sleeping timers and to who waits for a job too."""
        self.event.set()
        ends = asyncio.get_running_loop().time() + GRACE
        while self.job_task_contexts and asyncio.get_running_loop().time() < ends:  # noqa: ASYNC110 - SAQ has no event
            await asyncio.sleep(0.05)
        for task in self.tasks:
            task.cancel()
        await super().stop()


def queue_on(url: str) -> Queue:
    """Of Redis's or a database's address."""
    if url.startswith("redis"):
        from app.kit.redis_queue import queue_on_redis  # takes a tenth of a second, which only those pay who have one

        return queue_on_redis(url)
    return queue_on_postgres(url)


def seats(sources: Mapping[str, Source]) -> int:
    """Each source has its own, and there are some besides: however many hang, nobody waits for a place.

    Whoever finds a source's seats taken is told so at once (`sources/asking.py`), so none holds more than these.
    """
    return BESIDES + sum(source.budget.at_once for source in sources.values())


@asynccontextmanager
async def working(
    database: Database,
    engine: CatalogSearch,
    sources: Mapping[str, Source],
    queue: Queue,
    covers: CoverStore = NOWHERE,
    mail: Callable[[], Awaitable[object]] | None = None,
) -> AsyncIterator[Queue]:
    """Queue, schedule and event consumers, at work while the block runs. `mail` sends what is to be sent."""
    await queue.connect()
    logging.getLogger("saq").addFilter(calmly)

    async def startup(context: Context) -> None:
        context["database"] = database  # type: ignore[typeddict-unknown-key]
        context["covers"] = covers  # type: ignore[typeddict-unknown-key]
        context["sources"] = sources  # type: ignore[typeddict-unknown-key]

    worker = LoopWorker(
        queue,
        functions=list(FUNCTIONS),
        cron_jobs=list(SCHEDULE),
        startup=startup,
        before_process=[carry_on, tending.begin],
        after_process=tending.end,
        concurrency=seats(sources),
        dequeue_timeout=DEQUEUE_WAIT,
        shutdown_grace_period_s=GRACE,
        timers={"schedule": 1, "worker_info": 60, "sweep": SWEEP_EVERY, "abort": 1},
    )
    tasks = [
        asyncio.create_task(worker.start(), name="worker"),
        asyncio.create_task(follow(database, partial(index_changes, database, engine)), name="events"),
    ]
    if isinstance(engine, FallingBack):
        tasks.append(asyncio.create_task(follow(database, engine.catch_up), name="meilisearch"))
    if mail:
        tasks.append(asyncio.create_task(follow(database, mail), name="mail"))
    try:
        yield queue
    finally:
        await worker.stop()
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        try:
            async with asyncio.timeout(GRACE):
                await queue.disconnect()
        except Exception:  # it is away, and we are about to be
            log.warning("the queue could not be left in order", exc_info=True)
