"""My marks: the entry on an item, the log of what happened with it, and tags."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

NOTES_MAX = 10_000
LOG_NOTE_MAX = 2_000
TAG_MAX = 60
COLOURS = ("none", "red", "orange", "yellow", "green", "teal", "blue", "purple", "brown")
STATUSES = ("wanted", "active", "paused", "done", "dropped")
SORTED_BY = ("sort_title", "year", "rating", "creator", "length")


class UserItemState(HasTimes, Base):
    """`rating` runs from 0 to 10 in halves, null while there is none.

    From `item_type` on it is a copy of the catalog's, so that a shelf is sorted and narrowed by an index of its own:
    triggers (migration 0026) write it with the entry and whenever the item changes. `creator` is the first one's name,
    folded; `length` is in seconds, two minutes for a page.
    """

    __tablename__ = "user_item_states"
    __table_args__ = (
        UniqueConstraint("user_id", "item_id"),
        CheckConstraint("status IN ('wanted', 'active', 'paused', 'done', 'dropped')", name="status"),
        CheckConstraint("rating BETWEEN 0 AND 10 AND rating * 2 = floor(rating * 2)", name="rating"),
        CheckConstraint(f"length(notes) <= {NOTES_MAX}", name="notes"),
        Index(None, "user_id", "id"),
        Index("ix_user_item_states_active", "user_id", "updated_at", "id", postgresql_where="status = 'active'"),
        *(Index(None, "user_id", key, "id") for key in ("updated_at", *SORTED_BY)),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id"), index=True)
    status: Mapped[str] = mapped_column(default="wanted", server_default="wanted")
    rating: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    favourite: Mapped[bool] = mapped_column(default=False, server_default="false")
    notes: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    item_type: Mapped[str]
    sort_title: Mapped[str]
    year: Mapped[int | None] = mapped_column(SmallInteger)
    creator: Mapped[str | None]
    length: Mapped[int | None]


class UserItemLog(HasTimes, Base):
    """One dated happening with an item, in its `round`: the first time through is 1, and so on.

    It is not the entry: an item may be logged that is not kept, and what is let go keeps its log. `progress` says how
    far by `amount` and `unit`, or which episode; `day` is when it happened, by the host's calendar.
    """

    __tablename__ = "user_item_logs"
    __table_args__ = (
        CheckConstraint("kind IN ('started', 'progress', 'finished', 'dropped')", name="kind"),
        CheckConstraint("unit IN ('page', 'percent', 'episode', 'minutes')", name="unit"),
        CheckConstraint("(amount IS NULL) = (unit IS NULL)", name="progress"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("(season IS NULL) = (episode IS NULL)", name="episode"),
        CheckConstraint("round >= 1", name="round"),
        CheckConstraint(f"length(note) <= {LOG_NOTE_MAX}", name="note"),
        Index(None, "user_id", "day", "id"),
        Index(None, "user_id", "item_id", "day", "id"),
        # an episode is seen once in a round
        Index(
            "uq_user_item_logs_episode",
            "user_id",
            "item_id",
            "round",
            "season",
            "episode",
            unique=True,
            postgresql_where="episode IS NOT NULL",
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id"), index=True)
    kind: Mapped[str]
    day: Mapped[date]
    round: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(8, 1))
    unit: Mapped[str | None]
    season: Mapped[int | None] = mapped_column(SmallInteger)
    episode: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Tag(HasTimes, Base):
    """My own word on items; where `user_id` is null, one the operator offers to all. `key` is the name folded, which is
    what makes two names one."""

    __tablename__ = "tags"
    __table_args__ = (
        UniqueConstraint("user_id", "key", postgresql_nulls_not_distinct=True),
        CheckConstraint(f"length(name) BETWEEN 1 AND {TAG_MAX}", name="name"),
        CheckConstraint(f"colour IN {COLOURS}", name="colour"),
    )

    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    key: Mapped[str]
    colour: Mapped[str] = mapped_column(default="none", server_default="none")
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class MediaItemTag(Base):
    """That somebody's tag, or a shared one, is on an item for them; others do not see it."""

    __tablename__ = "media_item_tags"
    __table_args__ = (UniqueConstraint("user_id", "item_id", "tag_id"), Index(None, "tag_id", "user_id", "item_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id"), index=True)
    tag_id: Mapped[UUID] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"))
