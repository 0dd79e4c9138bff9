"""Tables of the door: who knocked how often, known devices, one-time links, letters that wait to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import EMAIL_MAX, NAME_MAX, NOTE_MAX
from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID


class LoginDelay(Base):
    """How long an account waits between two attempts of devices it does not know. `account`: a keyed hash, also of
    addresses that have no account."""

    __tablename__ = "login_delays"
    id = None  # type: ignore[assignment]
    account: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(SmallInteger)
    next_at: Mapped[datetime]


class LoginTurn(Base):
    """A network's own standing with an account: how often it failed there, and when it may come back in any case."""

    __tablename__ = "login_turns"
    id = None  # type: ignore[assignment]
    account: Mapped[str] = mapped_column(primary_key=True)
    net: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(SmallInteger)
    turn_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]


class Device(Base):
    """A browser that logged in to an account before. The token in its cookie is kept as its SHA-256 only.

    Of several people at one browser each has a row. `session_id`: the latest session there.
    """

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("token_hash", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("sessions.id", ondelete="SET NULL", onupdate="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())


class ResetLink(Base):
    """A way to another password, once and for an hour. An account has one at most."""

    __tablename__ = "reset_links"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]


class Invitation(Base):
    """A way to register, for `uses_max` people until `expires_at`. `note`: whom for, as its maker said."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("used BETWEEN 0 AND uses_max", name="used"),
        CheckConstraint(f"length(note) <= {NOTE_MAX}", name="note"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    note: Mapped[str] = mapped_column(default="", server_default="")
    uses_max: Mapped[int] = mapped_column(SmallInteger)
    used: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    expires_at: Mapped[datetime]


class PendingRegistration(Base):
    """What somebody typed to register, until the letter to their address is answered. No account yet."""

    __tablename__ = "pending_registrations"
    __table_args__ = (
        CheckConstraint(f"length(email) BETWEEN 3 AND {EMAIL_MAX}", name="email"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_MAX}", name="name"),
        Index(None, "expires_at"),
    )

    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


class OutgoingMail(Base):
    """A letter that waits to be sent. It is written when it is sent, so no link is kept here.

    `letter` names its template and what is looked up for it; `about` is the row it is about. `lost_because`: it was
    given up, and why.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index(None, "due_at", postgresql_where="lost_because IS NULL"),)

    letter: Mapped[str]
    address: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    about: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    written_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    lost_because: Mapped[str | None]
