"""The entry: my mark on an item."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

NOTES_MAX = 10_000
STATUSES = ("wanted", "active", "paused", "done", "dropped")


class UserItemState(HasTimes, Base):
    """`rating` runs from 0 to 10 in halves, null while there is none."""

    __tablename__ = "user_item_states"
    __table_args__ = (
        UniqueConstraint("user_id", "item_id"),
        CheckConstraint("status IN ('wanted', 'active', 'paused', 'done', 'dropped')", name="status"),
        CheckConstraint("rating BETWEEN 0 AND 10 AND rating * 2 = floor(rating * 2)", name="rating"),
        CheckConstraint(f"length(notes) <= {NOTES_MAX}", name="notes"),
        Index(None, "user_id", "id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id"), index=True)
    status: Mapped[str] = mapped_column(default="wanted", server_default="wanted")
    rating: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    favourite: Mapped[bool] = mapped_column(default=False, server_default="false")
    notes: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
