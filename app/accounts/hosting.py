"""Hosting: the public profile somebody may have, at a handle of their own."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from sqlalchemy import CheckConstraint, ForeignKey, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import auditing
from app.kit.db import AnyRow, AsyncSession, Base, HasTimes
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.forms import Form, Line, Paragraphs, wrong
from app.kit.ids import UUID

BIO_MAX = 500
HANDLE = re.compile("[a-z0-9-]{3,30}")
RESERVED = frozenset(
    (
        *("about", "admin", "administrator", "api", "edit", "everybody", "feed", "feeds", "guest", "help", "host"),
        *("hosts", "house", "login", "logout", "menu", "menus", "moderator", "new", "nobody", "null", "official"),
        *("operator", "operators", "ops", "owner", "postmaster", "privacy", "register", "root", "security", "settings"),
        *("staff", "support", "system", "tastebuds", "team", "user", "users", "webmaster"),
    )
)

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7461737469)")  # who wants the same handle at once waits
AT = text("""
    SELECT u.id, u.name, h.handle, h.bio, h.version, h.updated_at, coalesce(p.shares_taste, false) AS shares_taste
    FROM host_profiles h JOIN users u ON u.id = h.user_id LEFT JOIN user_preferences p ON p.user_id = u.id
    WHERE h.handle = :handle AND h.is_public AND u.closes_at IS NULL AND u.disabled_at IS NULL
""")
TAKEN = text("SELECT 1 FROM host_profiles WHERE handle = :handle AND user_id <> :user_id")


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


PROFILE = select(HostProfile).execution_options(populate_existing=True)


def _handle(value: str) -> str:
    value = value.lower()
    if not HANDLE.fullmatch(value):
        raise wrong("Use 3 to 30 letters from a to z, digits and hyphens.")
    if value in RESERVED:
        raise wrong("This word is kept for the house. Choose another.")
    return value


class HostForm(Form):
    handle: Annotated[Line, AfterValidator(_handle)]
    bio: Annotated[Paragraphs, Field(max_length=BIO_MAX)] = ""
    is_public: bool = False


async def profile_of(session: AsyncSession, user_id: UUID) -> HostProfile | None:
    return await session.scalar(PROFILE.where(HostProfile.user_id == user_id))


async def host_at(session: AsyncSession, handle: str) -> AnyRow:
    """Whoever is public at this handle. Raises `NotFound`."""
    row = None if "\0" in handle else (await session.execute(AT, {"handle": handle})).one_or_none()
    if row is None:
        raise NotFound("There is no such host here.")
    return row


async def introduce(session: AsyncSession, user_id: UUID, form: HostForm, *, since: int | None = None) -> HostProfile:
    """Raises `Invalid` where the handle is somebody else's, `Stale`."""
    await session.execute(ONE_AT_A_TIME)
    if await session.scalar(TAKEN, {"handle": form.handle, "user_id": user_id}):
        raise Invalid({"handle": "Somebody else has this handle. Choose another."})
    found = await profile_of(session, user_id)
    profile = found or HostProfile(user_id=user_id, version=0, handle="", bio="", is_public=False)
    was_public = profile.is_public
    now = {name: getattr(profile, name) for name in HostForm.model_fields}
    if now == form.model_dump():
        return profile
    if since is not None and profile.version > since:
        raise Stale(now)
    session.add(profile)
    for name, value in form.model_dump().items():
        setattr(profile, name, value)
    profile.version += 1
    await session.flush()
    if profile.is_public != was_public:
        published = profile.is_public
        auditing.record(
            session, "profile.published" if published else "profile.unpublished", user_id, name=profile.handle
        )
    return profile
