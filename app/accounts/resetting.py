"""Another password for who forgot theirs: by a link that works once, within an hour, and only until they log in.

It proves who somebody is as much as the password does and no more: what follows is the login, second factor and all.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts import auditing, devices, notices, passwords, signing_in
from app.accounts.door_models import ResetLink
from app.accounts.forms import NewPasswordForm
from app.accounts.models import User
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id

LIFETIME = timedelta(hours=1)
PATH = "/reset/password?token="
LETTER = "reset"
OVER = "This link does not work any more. Ask for another one."


async def ask(session: AsyncSession, email: str) -> None:
    """Does the same for any address: whether it has an account is found out when the letter is sent."""
    await notices.write(session, LETTER, email)


async def link_for(session: AsyncSession, user: User, *, actor_id: UUID | None = None) -> str:
    """Its path, to be shown or sent once; the one before it ends. `actor_id`: the operator who makes it."""
    token = secrets.token_urlsafe(32)
    link = {"user_id": user.id, "token_hash": _hash(token), "expires_at": func.now() + LIFETIME}
    added = insert(ResetLink).values(id=new_id(), **link)
    await session.execute(added.on_conflict_do_update(index_elements=["user_id"], set_=link))
    auditing.record(session, "reset.asked", user.id, actor_id=actor_id)
    return f"{PATH}{token}"


async def whose(session: AsyncSession, token: str, *, lock: bool = False) -> User:
    """Raises `NotFound` for a link that is over, and for what is none."""
    found = select(User).join(ResetLink, ResetLink.user_id == User.id)
    found = found.where(ResetLink.token_hash == _hash(token), ResetLink.expires_at > func.now())
    found = found.where(User.disabled_at.is_(None))
    user = await session.scalar(found.with_for_update() if lock else found)
    if user is None:
        raise NotFound(OVER)
    return user


async def reset(session: AsyncSession, token: str, form: NewPasswordForm) -> User:
    """Ends every session, here and in programs, and forgets every device. Raises `NotFound`, `Invalid`, `TooBusy`."""
    await whose(session, token)
    password_hash = await passwords.hash_password(form.password)
    user = await whose(session, token, lock=True)  # of two who use it at once, the second finds it gone
    user.password_hash, user.password_set_at = password_hash, clock.now()
    await void(session, user.id)
    await devices.forget_all(session, user.id)
    await signing_in.end_all(session, user.id)
    auditing.record(session, "reset.used", user.id)
    said = "Your password was set anew by a link. You are logged out everywhere."
    await notices.tell(session, user, "Your password was changed", said)
    return user


async def void(session: AsyncSession, user_id: UUID) -> None:
    """After a login, and when the password changes."""
    await session.execute(delete(ResetLink).where(ResetLink.user_id == user_id))


async def sweep(session: AsyncSession) -> int:
    over = delete(ResetLink).where(ResetLink.expires_at <= func.now()).returning(ResetLink.id)
    return len((await session.scalars(over)).all())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
