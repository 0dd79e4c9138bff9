"""Tables of who people are elsewhere, and of the way there and back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID


class Identity(Base):
    """An account at a provider that opens one of ours. `name` is what the provider calls it, to be recognised by."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str] = mapped_column(default="", server_default="")
    linked_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    used_at: Mapped[datetime | None]


class AuthorizationRequest(Base):
    """A browser on its way to a provider and back: once, and within minutes.

    State, nonce and PKCE verifier come of the secret in its cookie, of which only the SHA-256 is here. With `user_id`
    and `session_id` it is to link, and counts for that session only.
    """

    __tablename__ = "authorization_requests"
    __table_args__ = (Index(None, "expires_at"),)

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[UUID | None]
    next: Mapped[str] = mapped_column(default="/", server_default="/")
    expires_at: Mapped[datetime]
