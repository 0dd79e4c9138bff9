"""Another password for who forgot theirs: by a link that works once, within an hour, and only until they log in.

It proves who somebody is as much as the password does and no more: what follows is the login, second factor and all.
"""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts import auditing, devices, handed_out, notices, passwords, personal_tokens, signing_in
from app.accounts.door_models import ResetLink
from app.accounts.forms import NewPasswordForm, why_guessed
from app.accounts.models import User
from app.accounts.throttling import TOO_MANY, Throttle
from app.kit import clock
from app.kit.db import AsyncSession, changed
from app.kit.errors import Invalid, NotFound
from app.kit.gcra import Limit, OverLimit
from app.kit.ids import UUID, new_id

LIFETIME = timedelta(hours=1)
PATH = "/reset/password?token="
LETTER = "reset"
FAMILY, FAMILY_OF_LETTERS = "resets", "reset letters"
PER_NETWORK, PER_ADDRESS = Limit(5, 1800), Limit(5, 86_400)
OVER = "This link does not work any more. Ask for another one."


async def ask(session: AsyncSession, throttle: Throttle, email: str) -> None:
    """Does the same for any address: whether it has an account is found out when the letter is sent.

    An address gets a few letters a day; who asks for more is told nothing else, for they hold the link already.
    Raises `OverLimit` for a network that asks too often.
    """
    await throttle.take(FAMILY, throttle.here(), PER_NETWORK, TOO_MANY)
    with suppress(OverLimit):
        await throttle.take(FAMILY_OF_LETTERS, throttle.account(email), PER_ADDRESS, TOO_MANY)
        await notices.write(session, LETTER, email)


async def link_for(session: AsyncSession, user: User, *, actor_id: UUID | None = None) -> str:
    """Its path, to be shown or sent once; the one before it ends. `actor_id`: the operator who makes it."""
    token = handed_out.new_token()
    link = {"user_id": user.id, "token_hash": handed_out.hash_of(token), "expires_at": func.now() + LIFETIME}
    added = insert(ResetLink).values(id=new_id(), **link)
    await session.execute(added.on_conflict_do_update(index_elements=["user_id"], set_=link))
    auditing.record(session, "reset.asked", user.id, actor_id=actor_id)
    return f"{PATH}{token}"


async def whose(session: AsyncSession, token: str, *, lock: bool = False) -> User:
    """Raises `NotFound` for a link that is over, and for what is none."""
    found = select(User).join(ResetLink, ResetLink.user_id == User.id)
    found = found.where(ResetLink.token_hash == handed_out.hash_of(token), ResetLink.expires_at > func.now())
    # made before the password was last changed, it is over
    found = found.where(User.disabled_at.is_(None), ResetLink.expires_at > User.password_set_at + LIFETIME)
    user = await session.scalar(found.with_for_update(key_share=True) if lock else found)
    if user is None:
        raise NotFound(OVER)
    return user


async def reset(session: AsyncSession, token: str, form: NewPasswordForm) -> User:
    """Ends every session, here and in programs, and every token, and forgets every device.

    Raises `NotFound`, `Invalid`, `TooBusy`.
    """
    user = await whose(session, token)
    if reason := why_guessed(form.password, user.name, user.email):
        raise Invalid({"password": reason})
    password_hash = await passwords.hash_password(form.password)
    user = await whose(session, token, lock=True)  # of two who use it at once, the second finds it gone
    user.password_hash, user.password_set_at = password_hash, clock.now()
    await void(session, user.id)
    await devices.forget_all(session, user.id)
    await signing_in.end_all(session, user.id)
    await personal_tokens.withdraw_all(session, user.id)
    auditing.record(session, "reset.used", user.id)
    said = "Your password was set anew by a link. You are logged out everywhere, and your tokens for programs ended."
    await notices.tell(session, user, "Your password was changed", said)
    return user


async def void(session: AsyncSession, user_id: UUID) -> None:
    """After a login, and when the password changes."""
    await session.execute(delete(ResetLink).where(ResetLink.user_id == user_id))


async def sweep(session: AsyncSession) -> int:
    return await changed(session, delete(ResetLink).where(ResetLink.expires_at <= func.now()))
