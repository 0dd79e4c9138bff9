"""Previews: candidates kept for a short while, until someone opens or keeps one. Budgets: what each source bears."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base


class SearchPreview(Base):
    """Owner-independent: the same work found by two people is one row, seen last at `fetched_at`."""

    __tablename__ = "search_previews"
    __table_args__ = (UniqueConstraint("source_name", "external_id"), Index(None, "expires_at"))
    source_name: Mapped[str]
    external_id: Mapped[str]
    candidate: Mapped[Any] = mapped_column(JSONB)
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
    """A key the operator pasted, by its setting's name, sealed for it alone; `key_id` names what opens it."""

    __tablename__ = "source_keys"
    id = None  # type: ignore[assignment]
    name: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    key_id: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(default=clock.now)
