"""What was sent once, and how it was answered, so that who sends it again gets the same and nothing is done twice.

A row stands in the transaction of what it answers. Who sends the same meanwhile waits for its end; after a crash there
is neither the row nor what it tells of.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import AsyncSession, Base, changed
from app.kit.ids import UUID
from app.kit.sealing import sealed_for

PURPOSE, DIGESTS = "answers", "what was sent"  # of the keys of the ring
KEPT_FOR = timedelta(hours=48)

BEGIN = text("""
INSERT INTO submissions (id, user_id, key, route, digest, created_at)
VALUES (:id, :user_id, :key, :route, :digest, now())
ON CONFLICT (user_id, key) DO NOTHING RETURNING id
""")
# what begins with asking a source gave its row back; an account that has just been erased keeps none
FINISH = text("""
INSERT INTO submissions (id, user_id, key, route, digest, status, answer, created_at)
SELECT CAST(:id AS uuid), u.id, CAST(:key AS text), CAST(:route AS text), CAST(:digest AS bytea),
  CAST(:status AS smallint), CAST(:answer AS bytea), now()
FROM users u WHERE u.id = :user_id
ON CONFLICT (user_id, key) DO UPDATE SET status = excluded.status, answer = excluded.answer
  WHERE submissions.id = excluded.id
RETURNING id
""")
FORGET = text("DELETE FROM submissions WHERE id = :id")
FIND = text("SELECT id, digest, status, answer FROM submissions WHERE user_id = :user_id AND key = :key")
SWEEP = text("DELETE FROM submissions WHERE created_at < :before")


class Submission(Base):
    """`status` and `answer` are null only within the transaction that makes the row; a long answer is not kept."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("user_id", "key"), Index(None, "created_at"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str]
    route: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    answer: Mapped[bytes | None] = sealed_for(PURPOSE, nullable=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True, slots=True)
class Sent:
    """`digests`: HMAC-SHA-256 of all that was sent, and where to, by each key of the ring, the newest first."""

    id: UUID
    user_id: UUID
    key: str
    route: str
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What was sent with this key before. `is_same`: the same as now."""

    id: UUID
    status: int
    answer: bytes | None
    is_same: bool


async def begin(session: AsyncSession, sent: Sent) -> Before | None:
    """None: this is the first time. Waits for who is at the same."""
    if await session.scalar(BEGIN, _columns(sent)) is not None:
        return None
    return await _before(session, sent)


async def finish(session: AsyncSession, sent: Sent, status: int, answer: bytes | None) -> Before | None:
    """What was answered to somebody faster, if so; then what was done now is to be rolled back."""
    if await session.scalar(FINISH, _columns(sent) | {"status": status, "answer": answer}) is not None:
        return None
    return await _before(session, sent)


async def forget(session: AsyncSession, sent: Sent) -> None:
    """It was refused: the same key may come again, with what is right."""
    await session.execute(FORGET, {"id": sent.id})


async def sweep(session: AsyncSession) -> int:
    return await changed(session, SWEEP, {"before": clock.now() - KEPT_FOR})


async def _before(session: AsyncSession, sent: Sent) -> Before | None:
    row = (await session.execute(FIND, {"user_id": sent.user_id, "key": sent.key})).one_or_none()
    if row is None:
        return None
    is_same = any(hmac.compare_digest(row.digest, each) for each in sent.digests)
    return Before(row.id, row.status, row.answer, is_same)


def _columns(sent: Sent) -> dict[str, object]:
    columns = {name: getattr(sent, name) for name in ("id", "user_id", "key", "route")}
    return columns | {"digest": sent.digests[0]}
