"""What Prometheus is told of the state of things at the moment it asks; what is counted is counted where it happens."""

from collections.abc import Iterable
from typing import get_args

from sqlalchemy import text

from app.kit import metrics
from app.kit.db import AsyncSession
from app.ops.overseeing import State, oversee
from app.sources.source import Source

EVENTS = text("""
    SELECT topic, count(*) AS waiting, extract(epoch FROM statement_timestamp() - min(recorded_at))::float AS lag
    FROM events GROUP BY topic
""")
HAS_JOBS = text("SELECT to_regclass('saq_jobs') IS NOT NULL")
JOBS = text("SELECT queue, status, count(*) AS jobs FROM saq_jobs GROUP BY queue, status")

STATE = metrics.gauge("source_state", "1 for the state a source is in.", "source", "state")
LEFT = metrics.gauge("source_budget_left", "Requests that could be made at once.", "source")
TODAY = metrics.gauge("source_requests_today", "Requests today, of sources with a limit by the day.", "source")
WAITING = metrics.gauge("events_waiting", "Events nobody has dealt with yet.", "topic")
LAG = metrics.gauge("events_lag_seconds", "Age of the oldest of them.", "topic")
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
    for gauge in (WAITING, LAG, QUEUED, ENGINE):
        gauge.clear()
    for row in (await session.execute(EVENTS)).all():
        WAITING.labels(row.topic).set(row.waiting)
        LAG.labels(row.topic).set(row.lag)
    if await session.scalar(HAS_JOBS):  # the queue makes its tables when it first connects
        for row in (await session.execute(JOBS)).all():
            QUEUED.labels(row.queue, row.status).set(row.jobs)
    ENGINE.labels(engine).set(healthy)
