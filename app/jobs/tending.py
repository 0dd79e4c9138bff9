"""Around every job: a sign of life while it runs, and a note for the operator when it was tried for the last time.

A job that gives no sign is taken for dead and done again within half a minute, instead of when its time is over.
"""

import asyncio
import logging

from saq import Job, Status
from saq.types import Context

from app.kit.db import Database
from app.ops import failed_jobs

HEARTBEAT = 30  # seconds without a sign
BEAT = 10.0

BEATING: dict[str, "asyncio.Task[None]"] = {}

log = logging.getLogger(__name__)


async def begin(context: Context) -> None:
    """Before each job."""
    job = context["job"]
    if job.heartbeat:
        BEATING[job.id] = asyncio.create_task(_beat(job), name=f"heartbeat of {job.function}")


async def end(context: Context) -> None:
    """After each job, however it went."""
    job = context["job"]
    if beating := BEATING.pop(job.id, None):
        beating.cancel()
    if job.status == Status.FAILED:
        database: Database = context["database"]  # type: ignore[typeddict-item]
        async with database.session() as session:
            failed_jobs.record(session, job.function, job.error or "", job.attempts)


async def _beat(job: Job) -> None:
    while True:
        await asyncio.sleep(BEAT)
        try:
            await job.update()
        except Exception:  # the queue is away; what comes of it is for the sweep to say
            log.warning("no sign of life could be given for %s", job.function, exc_info=True)
