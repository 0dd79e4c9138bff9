"""Tables of the catalog: the item, its facts by medium, its identifiers, and what each source said of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

TITLE_MAX = 500
NAME_MAX = 500  # of one creator; more would not fit into the index
DESCRIPTION_MAX = 20_000


def item_key() -> Mapped[UUID]:
    """The primary key of a 1:1 facts table."""
    return mapped_column(ForeignKey("media_items.id", ondelete="CASCADE"), primary_key=True)


def words() -> Mapped[list[str]]:
    return mapped_column(ARRAY(Text), default=list, server_default="{}")


class MediaItem(HasTimes, Base):
    """A canonical work. `sort_title` is folded and without its leading article; `popularity` runs from 0 to 1.

    `made_by` added it by hand; `version` grows whenever its words change.
    """

    __tablename__ = "media_items"
    __table_args__ = (
        CheckConstraint("type IN ('book', 'movie', 'game', 'music')", name="type"),
        CheckConstraint(f"length(title) BETWEEN 1 AND {TITLE_MAX}", name="title"),
        CheckConstraint(f"length(description) <= {DESCRIPTION_MAX}", name="description"),
        CheckConstraint("released_precision IN ('year', 'month', 'day')", name="precision"),
        CheckConstraint("(released IS NULL) = (released_precision IS NULL)", name="released"),
        CheckConstraint("popularity BETWEEN 0 AND 1", name="popularity"),
        CheckConstraint("(cover_provider IS NULL) = (cover_key IS NULL)", name="cover"),
        Index(None, "sort_title", "id"),
        Index(None, "creators", postgresql_using="gin"),
        Index("ix_media_items_hand_cover", "cover_key", postgresql_where="cover_provider = 'hand'"),
    )

    type: Mapped[str]
    title: Mapped[str]
    sort_title: Mapped[str]
    subtitle: Mapped[str | None]
    original_title: Mapped[str | None]
    creators: Mapped[list[str]] = words()
    released: Mapped[date | None]
    released_precision: Mapped[str | None]
    year: Mapped[int | None] = mapped_column(SmallInteger)
    description: Mapped[str | None]
    language: Mapped[str | None]
    genres: Mapped[list[str]] = words()
    cover_provider: Mapped[str | None]
    cover_key: Mapped[str | None]
    popularity: Mapped[float] = mapped_column(default=0.0, server_default="0")
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class BookItem(Base):
    __tablename__ = "book_items"
    __table_args__ = (CheckConstraint("pages > 0", name="pages"),)
    id = None  # type: ignore[assignment]
    item_id: Mapped[UUID] = item_key()
    authors: Mapped[list[str]] = words()
    publisher: Mapped[str | None]
    pages: Mapped[int | None]
    series: Mapped[str | None]


class MovieItem(Base):
    """A film or a TV series."""

    __tablename__ = "movie_items"
    __table_args__ = (
        CheckConstraint("kind IN ('film', 'series')", name="kind"),
        CheckConstraint("runtime_minutes > 0", name="runtime"),
    )
    id = None  # type: ignore[assignment]
    item_id: Mapped[UUID] = item_key()
    kind: Mapped[str]
    directors: Mapped[list[str]] = words()
    runtime_minutes: Mapped[int | None]
    seasons: Mapped[int | None]
    episodes: Mapped[int | None]
    countries: Mapped[list[str]] = words()


class GameItem(Base):
    __tablename__ = "game_items"
    id = None  # type: ignore[assignment]
    item_id: Mapped[UUID] = item_key()
    developers: Mapped[list[str]] = words()
    publishers: Mapped[list[str]] = words()
    platforms: Mapped[list[str]] = words()


class MusicItem(Base):
    """A track or an album."""

    __tablename__ = "music_items"
    __table_args__ = (
        CheckConstraint("kind IN ('track', 'album')", name="kind"),
        CheckConstraint("duration_ms > 0", name="duration"),
    )
    id = None  # type: ignore[assignment]
    item_id: Mapped[UUID] = item_key()
    kind: Mapped[str]
    artists: Mapped[list[str]] = words()
    album: Mapped[str | None]
    duration_ms: Mapped[int | None]
    track_count: Mapped[int | None]
    label: Mapped[str | None]


class MediaIdentifier(Base):
    """What a registry calls the item. No two items share one."""

    __tablename__ = "media_identifiers"
    __table_args__ = (UniqueConstraint("scheme", "kind", "value"),)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id", ondelete="CASCADE"), index=True)
    scheme: Mapped[str]
    kind: Mapped[str] = mapped_column(default="", server_default="")
    value: Mapped[str]


class MediaSource(Base):
    """Provenance: which source said this, when, in its own words (null where they were over the size cap).

    `said` is the same as a candidate; null for what was fetched before it was kept. `is_from_file`: somebody's file
    says that the source said so; it was not asked here yet.
    """

    __tablename__ = "media_sources"
    __table_args__ = (UniqueConstraint("source_name", "external_id"),)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id", ondelete="CASCADE"), index=True)
    source_name: Mapped[str]
    external_id: Mapped[str]
    canonical_url: Mapped[str | None]
    rating_value: Mapped[float | None]
    rating_scale: Mapped[int | None] = mapped_column(SmallInteger)
    rating_votes: Mapped[int | None]
    raw_payload: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    raw_bytes: Mapped[int] = mapped_column(default=0, server_default="0")
    said: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    is_from_file: Mapped[bool] = mapped_column(default=False, server_default="false")
    fetched_at: Mapped[datetime] = mapped_column(default=clock.now)


class ItemChoice(Base):
    """Whose word a host wants to see in a field of an item; everybody else sees the catalog's."""

    __tablename__ = "item_choices"
    __table_args__ = (
        UniqueConstraint("user_id", "item_id", "field"),
        CheckConstraint("length(field) BETWEEN 1 AND 40", name="field"),
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]
    source_name: Mapped[str]
    external_id: Mapped[str]


class ItemMerge(Base):
    """That two items became one, or one became two: `journal` is exactly what moved, and what was there before.

    Merged, `from_id` is gone from the catalog and leads to `into_id`. Split, `from_id` is the new one, taken out of
    `into_id`. Neither is a foreign key: an item that was merged away may be gone for good.
    """

    __tablename__ = "item_merges"
    __table_args__ = (
        CheckConstraint("kind IN ('merge', 'split')", name="kind"),
        CheckConstraint("from_id <> into_id", name="two"),
        Index(
            "uq_item_merges_from_id",
            "from_id",
            unique=True,
            postgresql_where="kind = 'merge' AND undone_at IS NULL",
        ),
        Index(None, "into_id"),
    )
    kind: Mapped[str]
    from_id: Mapped[UUID]
    into_id: Mapped[UUID]
    title: Mapped[str]
    journal: Mapped[Any] = mapped_column(JSONB)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    undone_at: Mapped[datetime | None]


FACTS_TABLES: dict[str, type[BookItem | MovieItem | GameItem | MusicItem]] = {
    "book": BookItem,
    "movie": MovieItem,
    "game": GameItem,
    "music": MusicItem,
}
