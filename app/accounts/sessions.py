"""The sessions of an account, browsers' and programs' in one list: looked through, named, revoked."""

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select, text, update

from app.accounts import auditing, devices, signing_in
from app.accounts.models import User, UserSession
from app.accounts.signing_in import IDLE, Viewer
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.forms import Form, Line
from app.kit.ids import UUID

NAME_MAX = 60

OF_ACCOUNT = text("""
    SELECT id, kind, name, user_agent, address, created_at, seen_at, expires_at, is_remembered, id = :this AS is_this
    FROM sessions
    WHERE user_id = :user_id AND expires_at > now() AND seen_at > now() - CAST(:idle AS interval)
    ORDER BY id = :this DESC, seen_at DESC, id DESC
""")


class SessionNameForm(Form):
    name: Annotated[Line, Field(max_length=NAME_MAX)] = ""


async def of_viewer(session: AsyncSession, viewer: Viewer) -> list[Any]:
    """Those that count, this one first and then the latest seen."""
    found = await session.execute(OF_ACCOUNT, {"user_id": viewer.id, "this": viewer.session_id, "idle": IDLE})
    return list(found.all())


async def rename(session: AsyncSession, viewer: Viewer, session_id: UUID, form: SessionNameForm) -> None:
    """Raises `NotFound`."""
    named = update(UserSession).where(UserSession.id == session_id, UserSession.user_id == viewer.id)
    if not (await session.scalars(named.values(name=form.name).returning(UserSession.id))).all():
        raise NotFound


async def revoke(session: AsyncSession, viewer: Viewer, session_id: UUID) -> None:
    """Raises `NotFound`."""
    theirs = select(UserSession).where(UserSession.id == session_id, UserSession.user_id == viewer.id)
    ended = await session.scalar(theirs.with_for_update())
    if ended is None:
        raise NotFound
    await devices.forget(session, ended.id)
    await session.delete(ended)
    await session.flush()
    auditing.record(session, "session.revoked", viewer.id, session_id=str(ended.id))


async def revoke_others(session: AsyncSession, viewer: Viewer) -> int:
    """How many ended."""
    await devices.forget_all(session, viewer.id, but=viewer.session_id)
    ended = await signing_in.end_all(session, viewer.id, but=viewer.session_id)
    auditing.record(session, "sessions.revoked", viewer.id, ended=ended)
    return ended


async def flush(session: AsyncSession, email: str = "") -> int:
    """Ends everybody's sessions, or those of one account; how many. Raises `NotFound`."""
    chosen = select(User.id)
    people = (await session.scalars(chosen.where(User.email == email.lower()) if email else chosen)).all()
    if email and not people:
        raise NotFound(f"Nobody has the address {email}.")
    ended = 0
    for user_id in people:
        await devices.forget_all(session, user_id)
        if theirs := await signing_in.end_all(session, user_id):
            auditing.record(session, "sessions.flushed", user_id, ended=theirs)
        ended += theirs
    return ended
