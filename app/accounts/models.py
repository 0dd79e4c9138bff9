"""Tables of people, their sessions, and what happened to their accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base, HasTimes
from app.kit.ids import UUID

EMAIL_MAX = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
NAME_MAX = 80
NOTE_MAX = 200


class User(HasTimes, Base):
    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint(f"length(email) BETWEEN 3 AND {EMAIL_MAX}", name="email"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_MAX}", name="name"),
        # one operator at the start: the first to register; two who register at once cannot both be first
        Index("uq_users_first", "is_first", unique=True, postgresql_where="is_first"),
    )

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    is_operator: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_first: Mapped[bool] = mapped_column(default=False, server_default="false")
    password_set_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    disabled_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None] = mapped_column(index=True)


class UserSession(Base):
    """A signed-in device (`kind` browser) or program (`kind` api). The secret is kept as its SHA-256 only."""

    __tablename__ = "sessions"
    __table_args__ = (CheckConstraint("kind IN ('browser', 'api')", name="kind"), Index(None, "expires_at"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    user_agent: Mapped[str] = mapped_column(default="", server_default="")
    address: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    expires_at: Mapped[datetime]
    proved_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    is_remembered: Mapped[bool] = mapped_column(default=True, server_default="true")
    name: Mapped[str] = mapped_column(default="", server_default="")


class AuditEvent(Base):
    """What happened to an account, as it happened: triggers refuse to change or delete it (docs/security.md).

    No foreign keys: it outlives what it tells of. `details` hold ids and names of things, never a secret.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "user_id", "id"), Index(None, "action", "id"))

    happened_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    user_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    refused: Mapped[bool] = mapped_column(default=False, server_default="false")
    address: Mapped[str] = mapped_column(default="", server_default="")
    agent: Mapped[str] = mapped_column(default="", server_default="")
    request_id: Mapped[str] = mapped_column(default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
