"""What becomes of a menu among people: forks of it, who cooks it, and the words it is discovered by."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base, HasTimes
from app.kit.ids import UUID


class MenuLineage(HasTimes, Base):
    """That a menu is a fork, and of which. Title, author and slug are the origin's as they were then.
    `origin_slug` is empty where it was not public then: what it was called is its owner's alone.

    `seen`: what the origin looked like when it was forked or last compared with (`snapshots.py`), the same without what
    was left, and which course and course item of the fork came of which of the origin's.
    """

    __tablename__ = "menu_lineage"

    id = None  # type: ignore[assignment] # a menu is forked of one
    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"), primary_key=True)
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("menus.id", ondelete="SET NULL"), index=True)
    origin_title: Mapped[str]
    origin_author: Mapped[str]
    origin_slug: Mapped[str]
    seen: Mapped[Any] = mapped_column(JSONB)


class MenuFollow(Base):
    """That somebody cooks a menu; how far they are, their entries say."""

    __tablename__ = "menu_follows"
    __table_args__ = (UniqueConstraint("user_id", "menu_id"), Index(None, "user_id", "id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    finished_at: Mapped[datetime | None]


class MenuWords(Base):
    """The folded words of a published menu. A trigger on `menus` keeps them (migration 0024)."""

    __tablename__ = "menu_words"
    __table_args__ = (Index(None, "words", postgresql_using="gin"),)

    id = None  # type: ignore[assignment] # the menu is the key
    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[Any] = mapped_column(TSVECTOR)
