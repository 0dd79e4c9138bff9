"""What was taken off a menu, and can be put back for a day."""

from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

Removed = Literal["menu", "course", "item"]
KINDS = get_args(Removed)


class Removal(HasTimes, Base):
    """`rows` are those that went, by table, as they were. The menu may be among them, so nothing refers to it."""

    __tablename__ = "menu_removals"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index(None, "owner_id", "menu_id", "id"),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    menu_id: Mapped[UUID]
    kind: Mapped[Removed] = mapped_column(Text)
    title: Mapped[str]
    rows: Mapped[dict[str, Any]] = mapped_column(JSONB)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    undone_at: Mapped[datetime | None]
