"""What Prometheus is told of the state of things at the moment it asks; what is counted is counted where it happens."""

from collections.abc import Iterable
from typing import get_args

from sqlalchemy import text

from app.kit import events, metrics
from app.kit.db import AsyncSession
from app.ops.overseeing import State, oversee
from app.sources.source import Source

TOPICS = ("item",)  # those that somebody follows
HAS_JOBS = text("SELECT to_regclass('saq_jobs') IS NOT NULL")
JOBS = text("SELECT queue, status, count(*) AS jobs FROM saq_jobs GROUP BY queue, status")

STATE = metrics.gauge("source_state", "1 for the state a source is in.", "source", "state")
LEFT = metrics.gauge("source_budget_left", "Requests that could be made at once.", "source")
TODAY = metrics.gauge("source_requests_today", "Requests today, of sources with a limit by the day.", "source")
WAITING = metrics.gauge("events_waiting", "Events nobody has dealt with yet.", "topic")
LAG = metrics.gauge("events_lag_seconds", "Age of the oldest of them.", "topic")
PARKED = metrics.gauge("events_parked", "Events that failed too often and are not tried any more.", "topic")
QUEUED = metrics.gauge("jobs", "Jobs of each status.", "queue", "status")
ENGINE = metrics.gauge("search_engine_healthy", "1 while the engine that should search the catalog does.", "engine")


async def measure(session: AsyncSession, sources: Iterable[Source], engine: str, healthy: bool) -> None:
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
    for gauge in (QUEUED, ENGINE):  # what is no longer there is not said any more
        gauge.clear()
    if await session.scalar(HAS_JOBS):  # the queue makes its tables when it first connects
        for row in (await session.execute(JOBS)).all():
            QUEUED.labels(row.queue, row.status).set(row.jobs)
    ENGINE.labels(engine).set(healthy)
