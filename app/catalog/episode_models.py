"""What a source says of a series' episodes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.models import TITLE_MAX, item_key
from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID


class EpisodeGuide(Base):
    """Which source a series' episodes come from, and when it was last asked; that it knew of none counts too."""

    __tablename__ = "episode_guides"
    id = None  # type: ignore[assignment]
    item_id: Mapped[UUID] = item_key()
    source_name: Mapped[str]
    fetched_at: Mapped[datetime] = mapped_column(default=clock.now)


class SeriesEpisode(Base):
    """One episode, by its numbers; specials have none and are not here."""

    __tablename__ = "series_episodes"
    __table_args__ = (
        UniqueConstraint("item_id", "season", "number"),
        Index(None, "aired"),
        CheckConstraint("season >= 1 AND number >= 1", name="numbers"),
        CheckConstraint(f"length(title) <= {TITLE_MAX}", name="title"),
        CheckConstraint("runtime_minutes > 0", name="runtime"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_items.id", ondelete="CASCADE"))
    season: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(default="", server_default="")
    aired: Mapped[date | None]
    runtime_minutes: Mapped[int | None] = mapped_column(SmallInteger)
