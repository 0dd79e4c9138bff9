"""What somebody brings back: the file, until it is read, and how reading it went."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

STATES = ("waiting", "working", "done", "failed")


class Import(HasTimes, Base):
    """`counts`: of each file how many rows were added, renewed, there, newer here or bad. `messages`: the first bad
    rows, by file and line. `said`: why nothing could be read, or not all."""

    __tablename__ = "imports"
    __table_args__ = (CheckConstraint(f"state IN {STATES}", name="state"), Index(None, "user_id", "id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    name: Mapped[str]
    bytes: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    messages: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    said: Mapped[str] = mapped_column(default="", server_default="")
    finished_at: Mapped[datetime | None] = mapped_column(index=True)


class ImportPiece(Base):
    """A part of the file, in the database: whichever process reads it finds it there. Gone once it is read."""

    __tablename__ = "import_pieces"
    id = None  # type: ignore[assignment]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
