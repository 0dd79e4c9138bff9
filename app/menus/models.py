"""A menu, its courses in order, and the items each course serves in order."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

TITLE_MAX = 200
INTENT_MAX = 2_000
NOTE_MAX = 2_000
SENTENCE_MAX = 500
COURSES_MAX = 50
ITEMS_MAX = 100
PAIRINGS_MAX = 200  # on one menu


class Menu(HasTimes, Base):
    """`slug` follows the title until the menu is first published or its owner chooses one (`slug_is_chosen`).

    `version` grows with every change to the menu, its courses and what they serve; `words_version`, here and there, is
    the version in which the words beside it last changed.
    """

    __tablename__ = "menus"
    __table_args__ = (
        CheckConstraint(f"length(title) BETWEEN 1 AND {TITLE_MAX}", name="title"),
        CheckConstraint(f"length(intent) <= {INTENT_MAX}", name="intent"),
        CheckConstraint("published_at IS NULL OR first_published_at IS NOT NULL", name="published"),
        Index(None, "owner_id", "updated_at", "id"),
        Index(None, "published_at", "id", postgresql_where="published_at IS NOT NULL"),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str]
    intent: Mapped[str] = mapped_column(default="", server_default="")
    slug: Mapped[str] = mapped_column(unique=True)
    slug_is_chosen: Mapped[bool] = mapped_column(default=False, server_default="false")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    words_version: Mapped[int] = mapped_column(default=1, server_default="1")
    published_at: Mapped[datetime | None]
    first_published_at: Mapped[datetime | None]


class Course(HasTimes, Base):
    __tablename__ = "courses"
    __table_args__ = (
        UniqueConstraint("menu_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint(f"length(title) BETWEEN 1 AND {TITLE_MAX}", name="title"),
        CheckConstraint(f"length(intent) <= {INTENT_MAX}", name="intent"),
    )

    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str]
    intent: Mapped[str] = mapped_column(default="", server_default="")
    words_version: Mapped[int] = mapped_column(default=1, server_default="1")


class CourseItem(HasTimes, Base):
    __tablename__ = "course_items"
    __table_args__ = (
        UniqueConstraint("course_id", "position", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("course_id", "item_id"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint(f"length(note) <= {NOTE_MAX}", name="note"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id"), index=True)
    position: Mapped[int]
    note: Mapped[str] = mapped_column(default="", server_default="")
    words_version: Mapped[int] = mapped_column(default=1, server_default="1")


class Pairing(HasTimes, Base):
    """Two that a menu serves, tied by a sentence; `first_id` is the lesser, so that a pair is one whoever comes first.

    That both are of the menu is seen to under its lock (pairing.py): which menu serves a course item never changes.
    """

    __tablename__ = "menu_item_pairings"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint(f"length(sentence) BETWEEN 1 AND {SENTENCE_MAX}", name="sentence"),
    )

    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"), index=True)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("course_items.id", ondelete="CASCADE"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("course_items.id", ondelete="CASCADE"), index=True)
    sentence: Mapped[str]
    words_version: Mapped[int] = mapped_column(default=1, server_default="1")
