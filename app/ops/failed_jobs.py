"""Jobs that were tried as often as they may be and failed: kept for a while, for the operator to see."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import AnyRow, AsyncSession, Base, changed
from app.kit.text import clip

KEPT_FOR = timedelta(days=30)
SHOWN = 50
REASON_MAX = 300

RECENT = text("SELECT function, reason, attempts, failed_at FROM failed_jobs ORDER BY failed_at DESC LIMIT :at_most")
SWEEP = text("DELETE FROM failed_jobs WHERE failed_at < :before")


class FailedJob(Base):
    """`reason`: the last line of the error, which names no row of anybody's."""

    __tablename__ = "failed_jobs"
    __table_args__ = (Index(None, "failed_at"),)

    function: Mapped[str]
    reason: Mapped[str]
    attempts: Mapped[int] = mapped_column(SmallInteger)
    failed_at: Mapped[datetime] = mapped_column(default=clock.now)


def record(session: AsyncSession, function: str, error: str, attempts: int) -> None:
    lines = error.strip().splitlines() or [""]
    session.add(FailedJob(function=function, reason=clip(lines[-1], REASON_MAX), attempts=attempts))


async def recent(session: AsyncSession) -> Sequence[AnyRow]:
    """The last of them first."""
    return (await session.execute(RECENT, {"at_most": SHOWN})).all()


async def sweep(session: AsyncSession) -> int:
    return await changed(session, SWEEP, {"before": clock.now() - KEPT_FOR})
