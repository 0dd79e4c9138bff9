"""The outbox: a domain records what happened in the transaction that made it happen; consumers learn of it after.

A consumer claims a batch with `FOR UPDATE SKIP LOCKED`, does its work and deletes the batch in one transaction, so an
event is seen at least once and two workers never hold the same subject. Events carry an id, never the row: consumers
read what is true now, and so are done with all events of a subject at once. An event that cannot be dealt with waits
longer each time, then is parked with its reason; other subjects go on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID

CHANNEL = "events"
WAKE = text(f"NOTIFY {CHANNEL}")
PAUSES = (5, 30, 120, 600, 3600)  # seconds before each new try
REASON_MAX = 500

RECORD = text("""
INSERT INTO events (topic, happened, subject_id, recorded_at)
SELECT :topic, :happened, subject_id, :now
FROM unnest(CAST(:subjects AS uuid[])) WITH ORDINALITY AS told (subject_id, place) ORDER BY place
""")
CLAIM = text("""
SELECT subject_id FROM events AS e
WHERE topic = :topic AND parked_because IS NULL AND (due_at IS NULL OR due_at <= :now) AND NOT EXISTS (
  SELECT FROM events AS before
  WHERE before.topic = e.topic AND before.subject_id = e.subject_id AND before.id < e.id
    AND before.parked_because IS NULL)
ORDER BY id LIMIT :at_most FOR UPDATE OF e SKIP LOCKED
""")
ALL_OF = text("SELECT id, subject_id FROM events WHERE topic = :topic AND subject_id = ANY (CAST(:subjects AS uuid[]))")
DONE = text("DELETE FROM events WHERE id = ANY (CAST(:ids AS bigint[]))")
FAILED = text("""
UPDATE events SET attempts = attempts + 1,
  due_at = CAST(:now AS timestamptz) + make_interval(secs => (CAST(:pauses AS int[]))[attempts + 1]),
  parked_because = CASE WHEN attempts >= cardinality(CAST(:pauses AS int[])) THEN CAST(:reason AS text) END
WHERE id = (SELECT min(id) FROM events WHERE topic = :topic AND subject_id = :subject_id AND parked_because IS NULL)
""")
FORGET_PARKED = text("DELETE FROM events WHERE topic = :topic AND parked_because IS NOT NULL")
LAG = text("""
SELECT CAST(coalesce(extract(epoch FROM CAST(:now AS timestamptz) - min(recorded_at)
              FILTER (WHERE parked_because IS NULL)), 0) AS float8) AS seconds,
       count(*) FILTER (WHERE parked_because IS NULL) AS waiting, count(parked_because) AS parked
FROM events WHERE topic = :topic
""")


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (Index(None, "topic", "id"), Index(None, "subject_id", "id"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)  # type: ignore[assignment]
    topic: Mapped[str]  # what kind of thing: "item"
    happened: Mapped[str]  # what happened to it: "stored"
    subject_id: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")  # that failed
    due_at: Mapped[datetime | None]  # not before then is it tried again
    parked_because: Mapped[str | None]  # why it is not tried any more


@dataclass(frozen=True, slots=True)
class Lag:
    """How far consumers are behind; `seconds` is the age of the oldest event that waits."""

    seconds: float
    waiting: int
    parked: int


async def record(session: AsyncSession, topic: str, happened: str, *subjects: UUID) -> None:
    """The same of each, in this order."""
    happening = {"topic": topic, "happened": happened, "subjects": list(subjects), "now": clock.now()}
    await session.execute(RECORD, happening)
    await session.execute(WAKE)


async def claim(session: AsyncSession, topic: str, at_most: int = 500) -> dict[UUID, list[int]]:
    """The subjects of the oldest events that are due, and all events each has by now, parked ones too.

    A subject's first event is locked until the transaction ends, and nobody else gets its later ones before it.
    """
    subjects = list(await session.scalars(CLAIM, {"topic": topic, "now": clock.now(), "at_most": at_most}))
    claimed: dict[UUID, list[int]] = {subject: [] for subject in subjects}
    if subjects:
        for event in await session.execute(ALL_OF, {"topic": topic, "subjects": subjects}):
            claimed[event.subject_id].append(event.id)
    return claimed


async def done(session: AsyncSession, events: Iterable[int]) -> None:
    await session.execute(DONE, {"ids": list(events)})


async def failed(session: AsyncSession, topic: str, subject_id: UUID, reason: str) -> None:
    """Puts the subject's first event off, or parks it once `PAUSES` are used up."""
    values = {"topic": topic, "subject_id": subject_id, "now": clock.now(), "pauses": list(PAUSES)}
    await session.execute(FAILED, {**values, "reason": reason[:REASON_MAX]})


async def forget_parked(session: AsyncSession, topic: str) -> None:
    """For when everything was dealt with anew."""
    await session.execute(FORGET_PARKED, {"topic": topic})


async def lag(session: AsyncSession, topic: str) -> Lag:
    row = (await session.execute(LAG, {"topic": topic, "now": clock.now()})).one()
    return Lag(row.seconds, row.waiting, row.parked)
