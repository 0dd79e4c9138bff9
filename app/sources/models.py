"""What sources said, kept for a short while, and how often each may be asked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, Uuid, false
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID
from app.kit.sealing import sealed_for

PURPOSE = "keys of sources"


class SearchPreview(Base):
    """Owner-independent: the same work found by two people is one row, seen last at `fetched_at`.

    `raw` is the candidate's, apart from it, because lists of candidates are read without.
    """

    __tablename__ = "search_previews"
    __table_args__ = (UniqueConstraint("source_name", "external_id"), Index(None, "expires_at"))
    source_name: Mapped[str]
    external_id: Mapped[str]
    candidate: Mapped[Any] = mapped_column(JSONB)
    raw: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    fetched_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]


class SourceBudget(Base):
    """What was taken of a source is paid for until `paid_until`; `wait` is what the last taker was told."""

    __tablename__ = "source_budgets"
    id = None  # type: ignore[assignment]
    source_name: Mapped[str] = mapped_column(primary_key=True)
    paid_until: Mapped[datetime]
    wait: Mapped[float]


class SourceKey(Base):
    """A key the operator pasted, by its setting's name, sealed for it alone."""

    __tablename__ = "source_keys"
    id = None  # type: ignore[assignment]
    name: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = sealed_for(PURPOSE)
    set_at: Mapped[datetime] = mapped_column(default=clock.now)


class SourceDay(Base):
    """How many requests a source with a limit by the day has had, on a day of its own time zone."""

    __tablename__ = "source_days"
    id = None  # type: ignore[assignment]
    source_name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    requests: Mapped[int]


class SourceCircuit(Base):
    """A source with no row is asked as ever. What the columns mean together is told in `circuits.py`."""

    __tablename__ = "source_circuits"
    id = None  # type: ignore[assignment]
    source_name: Mapped[str] = mapped_column(primary_key=True)
    held: Mapped[bool] = mapped_column(server_default=false())
    paused_until: Mapped[datetime | None]
    paused_for: Mapped[str | None]
    open_until: Mapped[datetime | None]
    openings: Mapped[int] = mapped_column(server_default="0")
    successes: Mapped[int] = mapped_column(server_default="0")
    probe: Mapped[int] = mapped_column(server_default="0")
    probe_until: Mapped[datetime | None]
    recent: Mapped[Any] = mapped_column(JSONB, server_default="[]")


class SourceAttempt(Base):
    """One request: what for (search, fetch, test), how it went, how long it took, which try of its question it was."""

    __tablename__ = "source_attempts"
    __table_args__ = (Index(None, "source_name", "attempted_at"), Index(None, "attempted_at"))
    source_name: Mapped[str]
    purpose: Mapped[str]
    outcome: Mapped[str]
    milliseconds: Mapped[int]
    number: Mapped[int]
    attempted_at: Mapped[datetime]


class HandCover(Base):
    """A cover that somebody put there: its picture without loss, and in the widths of pages.

    `key` is that of the item that shows it. No foreign key: it goes along when items are made one, and comes back.
    """

    __tablename__ = "hand_covers"
    id = None  # type: ignore[assignment]
    key: Mapped[str] = mapped_column(primary_key=True)
    whole: Mapped[bytes]
    small: Mapped[bytes]
    middle: Mapped[bytes]
    large: Mapped[bytes]


class SourceAnswer(Base):
    """What a source answered to a question, for the few minutes in which it is not asked again.

    `question` is folded, `type` empty for any; `previews` are what it found, best first.
    """

    __tablename__ = "source_answers"
    __table_args__ = (Index(None, "expires_at"),)
    id = None  # type: ignore[assignment]
    question: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    source_name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    kind: Mapped[str | None]
    sentence: Mapped[str]
    previews: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    milliseconds: Mapped[int]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
