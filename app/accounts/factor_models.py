"""Tables of what proves who somebody is, beside the password: codes of an app, recovery codes, passkeys."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import NAME_MAX
from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID
from app.kit.sealing import sealed_for

TOTP = "second factor"  # what the secrets of authenticator apps are sealed for


class TotpSecret(Base):
    """What an authenticator app makes its codes of. It counts once a code of it was typed (`confirmed_at`).

    Until then it is of the session that began it (`session_id`), shown to no other, and gone with it.
    """

    __tablename__ = "totp_secrets"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE", onupdate="CASCADE"), index=True
    )
    sealed: Mapped[bytes] = sealed_for(TOTP)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """120 random bits, so their SHA-256 is enough. A used one stays, to be told from one that never was."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None]


class HalfSession(Base):
    """The way from a first proof to the second: it opens nothing, and remembers where its owner wanted to go."""

    __tablename__ = "half_sessions"
    __table_args__ = (Index(None, "expires_at"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str]
    remember: Mapped[bool]
    next: Mapped[str]
    said: Mapped[str]
    password_set_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Passkey(Base):
    """A public key, and what its authenticator is called. `credential`: as WebAuthn has it (§6.5.1)."""

    __tablename__ = "passkeys"
    __table_args__ = (CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_MAX}", name="name"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user_handle: Mapped[bytes] = mapped_column(LargeBinary)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """A question to an authenticator, answered once and soon, by the browser that has the cookie."""

    __tablename__ = "passkey_challenges"
    __table_args__ = (
        CheckConstraint("purpose IN ('login', 'proof', 'register')", name="purpose"),
        Index(None, "expires_at"),
    )

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    purpose: Mapped[str]
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user_handle: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
