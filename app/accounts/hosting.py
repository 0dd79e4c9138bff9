"""Hosting: the public profile somebody may have, at a handle of their own."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from sqlalchemy import CheckConstraint, ForeignKey, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import auditing
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession, Base, HasTimes
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.forms import Form, Line, Paragraphs, wrong
from app.kit.ids import UUID

BIO_MAX = 500
HANDLE_MAX = 30
HANDLE = re.compile("[a-z0-9-]{3,30}")
RESERVED = frozenset(
    "about admin administrator api cooking discover edit everybody feed feeds guest help host hosts house login logout "
    "me menu menus mod moderator new nobody null official operator operators ops owner postmaster privacy public "
    "register root security settings staff support system tastebuds team undefined user users webmaster you".split()
)


class HostProfile(HasTimes, Base):
    __tablename__ = "host_profiles"
    __table_args__ = (
        CheckConstraint("handle ~ '^[a-z0-9-]{3,30}$'", name="handle"),
        CheckConstraint(f"length(bio) <= {BIO_MAX}", name="bio"),
    )
    id = None  # type: ignore[assignment] # somebody has one
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    bio: Mapped[str] = mapped_column(default="", server_default="")
    is_public: Mapped[bool] = mapped_column(default=False, server_default="false")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
