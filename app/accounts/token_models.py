"""Tables of what programs come in with."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import NAME_MAX
from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID


class RefreshToken(Base):
    """To be used once. All of a session (`kind` api) are one family, which the reuse of a spent one ends.

    `follows_id`: for which spent one it was given; unique, so that a spent one has one successor, whoever brings it.
    """

    __tablename__ = "refresh_tokens"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("refresh_tokens.id", ondelete="CASCADE"), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    spent_at: Mapped[datetime | None]


class ApiToken(Base):
    """A personal token: `scopes` are what it may do (app/accounts/scopes.py)."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_MAX}", name="name"),
        CheckConstraint("cardinality(scopes) > 0", name="scopes"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
