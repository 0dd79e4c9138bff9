"""The outbox: a domain records what happened in the transaction that made it happen; consumers learn of it after.

A consumer claims a batch with `FOR UPDATE SKIP LOCKED`, does its work and deletes the batch in one transaction, so an
event is seen at least once and two workers never hold the same one. Events carry an id, never the row: consumers read
what is true now.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID

CHANNEL = "events"
WAKE = text(f"NOTIFY {CHANNEL}")


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (Index(None, "topic", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)  # type: ignore[assignment]
    topic: Mapped[str]  # what kind of thing: "item"
    happened: Mapped[str]  # what happened to it: "stored"
    subject_id: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)


async def record(session: AsyncSession, topic: str, happened: str, subject_id: UUID) -> None:
    session.add(Event(topic=topic, happened=happened, subject_id=subject_id))
    await session.execute(WAKE)


async def claim(session: AsyncSession, topic: str, at_most: int = 500) -> Sequence[Event]:
    """The oldest unclaimed events of a topic, locked until the transaction ends."""
    oldest = select(Event).where(Event.topic == topic).order_by(Event.id).limit(at_most)
    return (await session.scalars(oldest.with_for_update(skip_locked=True))).all()


async def done(session: AsyncSession, events: Sequence[Event]) -> None:
    await session.execute(delete(Event).where(Event.id.in_([event.id for event in events])))


async def waiting(session: AsyncSession, topic: str) -> int:
    return await session.scalar(select(func.count()).where(Event.topic == topic)) or 0
