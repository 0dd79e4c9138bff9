"""What stands beside the entries: views of the shelf that were saved, how many there are, and what was just changed."""

from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

VIEW_NAME_MAX = 60
VIEW_QUERY_MAX = 2_000
Done = Literal["marked", "let_go", "tagged", "untagged"]
DONE = get_args(Done)


class SavedView(HasTimes, Base):
    """`query`: the shelf's, as it stands in its address after the question mark."""

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {VIEW_NAME_MAX}", name="name"),
        CheckConstraint(f"length(query) <= {VIEW_QUERY_MAX}", name="query"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    query: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class EntryCount(Base):
    """A part of how many entries somebody has of a type and status: the sum of these rows is the number.

    Triggers (migration 0026) add a row with each change of the entries, so that no two who write wait for each other;
    the sweep makes one of many (`counting.sweep`).
    """

    __tablename__ = "entry_counts"
    __table_args__ = (Index(None, "user_id", "item_type", "status"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    item_type: Mapped[str]
    status: Mapped[str]
    entries: Mapped[int]


class ShelfChange(Base):
    """One change of many entries, for a day. `rows`: of what was marked, the marks it had before, its `version` since,
    and whether it `is_new`; else the rows of entries that went, and those of tags that came or went.

    `restored`: once it is undone, how many are as they were; null till then.
    """

    __tablename__ = "shelf_changes"
    __table_args__ = (CheckConstraint(f"kind IN {DONE}", name="kind"), Index(None, "user_id", "id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[Done] = mapped_column(Text)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    restored: Mapped[int | None]
