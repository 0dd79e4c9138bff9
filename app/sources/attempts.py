"""Every request to a source leaves three traces: a line in the log, numbers for Prometheus, and a row for a week.

Rows are written a batch at a time, a second late, off the way of whoever asks. None of the three knows an address:
those hold keys.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import insert, text

from app.kit import clock, metrics, outbound
from app.kit.db import AsyncSession, Database, changed
from app.kit.ids import UUID, new_id
from app.sources.models import SourceAttempt

LATE = 1.0  # seconds a row may wait to be written
BATCH = 100  # written at once when so many wait
WAITING_MAX = 2_000  # in memory, while the database is away; the oldest go first
ROWS_MAX = 200_000  # kept, however young
DAYS = 7

Purpose = Literal["search", "fetch", "test"]

ASKED = metrics.counter("source_attempts", "Requests to sources, tries again included.", "source", "purpose", "outcome")
SECONDS = metrics.histogram("source_attempt_seconds", "How long a request to a source took.", "source", "outcome")
LOST = metrics.counter("source_attempts_unkept", "Requests that could not be kept as rows.")

INSERT = insert(SourceAttempt.__table__)  # type: ignore[arg-type]
SWEEP = text("""
    DELETE FROM source_attempts WHERE attempted_at < statement_timestamp() - make_interval(days => :days)
        OR id <= (SELECT id FROM source_attempts ORDER BY id DESC OFFSET :most LIMIT 1)
""")

log = logging.getLogger(__name__)
_purpose: ContextVar[Purpose] = ContextVar("purpose", default="test")


@contextmanager
def on_behalf_of(purpose: Purpose) -> Iterator[None]:
    """What the requests within are for. Those made outside of any are tests: a doctor's, or of a key."""
    token = _purpose.set(purpose)
    try:
        yield
    finally:
        _purpose.reset(token)


def notice(attempts: "Attempts", source: str, attempt: outbound.Attempt) -> None:
    purpose = _purpose.get()
    ASKED.labels(source, purpose, attempt.outcome).inc()
    SECONDS.labels(source, attempt.outcome).observe(attempt.milliseconds / 1000)
    said = {"source": source, "kind": attempt.outcome, "ms": attempt.milliseconds, "attempt": attempt.number}
    log.info("source asked", extra={**said, "purpose": purpose})
    attempts.add(source, purpose, attempt)


class Attempts(Protocol):
    def add(self, source: str, purpose: Purpose, attempt: outbound.Attempt) -> None: ...

    async def close(self) -> None:
        """Writes what still waits."""


class Unkept:
    """For a single question from the terminal, and for tests of something else."""

    def add(self, source: str, purpose: Purpose, attempt: outbound.Attempt) -> None:
        return None

    async def close(self) -> None:
        return None


class KeptAttempts:
    """Rows of `source_attempts`. What cannot be written is tried again with the next batch."""

    def __init__(self, database: Database, *, late: float = LATE) -> None:
        self.database = database
        self.late = late
        self._waiting: deque[dict[str, str | int | UUID | datetime]] = deque(maxlen=WAITING_MAX)
        self._soon: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def add(self, source: str, purpose: Purpose, attempt: outbound.Attempt) -> None:
        if len(self._waiting) == WAITING_MAX:
            LOST.inc()
        self._waiting.append(
            {
                "id": new_id(),
                "source_name": source,
                "purpose": purpose,
                "outcome": attempt.outcome,
                "milliseconds": attempt.milliseconds,
                "number": attempt.number,
                "attempted_at": clock.now(),
            }
        )
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(self.late, self._start)
        elif len(self._waiting) == BATCH:
            self._soon.cancel()
            self._start()

    def _start(self) -> None:
        self._soon = None
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self.write(), name="source attempts")

    async def write(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
            try:
                async with self.database.session() as session:
                    await session.execute(INSERT, batch)
            except Exception:  # they wait for the next batch, as long as there is room
                log.warning("%d attempts cannot be kept yet", len(batch), exc_info=True)
                self._waiting.extendleft(reversed(batch[: WAITING_MAX - len(self._waiting)]))
                return

    async def close(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if self._writing is not None:
            await self._writing
        await self.write()


async def sweep(session: AsyncSession) -> int:
    """How many were older than a week, or too many, and are gone."""
    return await changed(session, SWEEP, {"days": DAYS, "most": ROWS_MAX})
