"""What stands beside the log: goals, and lines that were removed a moment ago."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

TARGET_MAX = 9999


class Goal(HasTimes, Base):
    """How many works somebody wants to finish in a year: of one medium, or of all where `type` is null."""

    __tablename__ = "goals"
    __table_args__ = (
        UniqueConstraint("user_id", "year", "type", postgresql_nulls_not_distinct=True),
        CheckConstraint("type IN ('book', 'movie', 'game', 'music')", name="type"),
        CheckConstraint("year BETWEEN 1900 AND 2999", name="year"),
        CheckConstraint(f"target BETWEEN 1 AND {TARGET_MAX}", name="target"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    year: Mapped[int] = mapped_column(SmallInteger)
    type: Mapped[str | None]
    target: Mapped[int]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class RemovedLog(Base):
    """A line that was taken off the log, by its id there and as it was, so that it can be put back."""

    __tablename__ = "removed_logs"
    __table_args__ = (Index(None, "user_id", "item_id", "removed_at"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id", ondelete="CASCADE"), index=True)
    kept: Mapped[dict[str, Any]] = mapped_column(JSONB)
    removed_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
