"""What Prometheus is told of the state of things at the moment it asks; what is counted is counted where it happens."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import get_args

from saq import Job, Queue, Status
from saq.utils import now

from app.kit import events, metrics
from app.kit.db import AsyncSession
from app.ops.overseeing import State, oversee
from app.sources.source import Source

TOPICS = ("item",)  # those that somebody follows
QUEUE_WAIT = 3.0  # seconds

STATE = metrics.gauge("source_state", "1 for the state a source is in.", "source", "state")
LEFT = metrics.gauge("source_budget_left", "Requests that could be made at once.", "source")
TODAY = metrics.gauge("source_requests_today", "Requests today, of sources with a limit by the day.", "source")
WAITING = metrics.gauge("events_waiting", "Events nobody has dealt with yet.", "topic")
LAG = metrics.gauge("events_lag_seconds", "Age of the oldest of them.", "topic")
PARKED = metrics.gauge("events_parked", "Events that failed too often and are not tried any more.", "topic")
QUEUED = metrics.gauge("jobs", "Jobs of each status.", "queue", "status")


log = logging.getLogger(__name__)


async def measure(session: AsyncSession, sources: Iterable[Source], queue: Queue | None = None) -> None:
    """Sets every gauge to what is true now."""
    for source in await oversee(session, sources):
        for state in get_args(State):
            STATE.labels(source.name, state).set(source.state == state)
        LEFT.labels(source.name).set(source.left)
        if source.per_day is not None:
            TODAY.labels(source.name).set(source.today)
    for topic in TOPICS:
        lag = await events.lag(session, topic)
        WAITING.labels(topic).set(lag.waiting)
        LAG.labels(topic).set(lag.seconds)
        PARKED.labels(topic).set(lag.parked)
    QUEUED.clear()  # what is no longer there is not said any more
    if queue is not None:
        for status, jobs in (await count_jobs(queue)).items():
            QUEUED.labels(queue.name, status).set(jobs)


async def count_jobs(queue: Queue) -> Mapping[str, int]:
    """Wherever the queue is. While it is away, only what this process counted is said of it."""
    failed = {"failed": queue.failed}
    try:
        async with asyncio.timeout(QUEUE_WAIT):
            queued, active = await queue.count("queued"), await queue.count("active")
            scheduled = await queue.count("incomplete") - queued - active
            overdue = [job async for job in queue.iter_jobs([Status.ACTIVE]) if _is_overdue(job)]
    except Exception:
        log.warning("the queue cannot be read", exc_info=True)
        return failed
    return failed | {"queued": queued, "active": active, "scheduled": max(scheduled, 0), "overdue": len(overdue)}


def _is_overdue(job: Job) -> bool:
    """At it for twice its time: whoever should have noticed did not."""
    return bool(job.timeout and job.started and now() - job.started > 2 * job.timeout * 1000)  # milliseconds
