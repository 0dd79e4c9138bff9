"""Ending an account: closed at once, erased a week later, kept after all by who logs in and says so.

Erasing takes the row of the account and with it, by cascade, all that is theirs. What is left is that it happened
(`audit_events`, with the id and nothing else) and what was never theirs alone: items of the catalog. A copy that
somebody made of a published menu will be theirs: it holds words, and no name but by looking up whose they were.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from app.accounts import auditing, devices, notices, operators, resetting, signing_in
from app.accounts.door_models import OutgoingMail, PendingRegistration
from app.accounts.factor_models import HalfSession
from app.accounts.models import User
from app.accounts.token_models import ApiToken
from app.kit import clock, gcra
from app.kit.db import AsyncSession
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.ids import UUID

COOLING = timedelta(days=7)

DUE = select(User).where(User.closes_at <= func.now()).order_by(User.closes_at).limit(1)


async def close(session: AsyncSession, user_id: UUID, typed: str) -> datetime:
    """Until when it may be kept. `typed`: the address of the account. Raises `Invalid`, `Conflict`, `NotFound`."""
    user = await _locked(session, user_id)
    if typed.strip().lower() != user.email:
        raise Invalid({"email": "Type the e-mail address of this account, to be sure that it is the one you mean."})
    if user.closes_at is None:
        await operators.refuse_the_last(session, user)
        user.closes_at = clock.now() + COOLING
        await session.flush()
        await end_everything(session, user.id)
        auditing.record(session, "account.closed", user.id)
        sentence = (
            "Nobody can see or use it. Log in within seven days to keep it after all; then it is erased for good."
        )
        await notices.tell(session, user, "Your account is closed", sentence)
    return user.closes_at


async def keep(session: AsyncSession, user_id: UUID) -> None:
    """Raises `Conflict` when it is not closed, `NotFound`."""
    user = await _locked(session, user_id)
    if user.closes_at is None:
        raise Conflict("This account is not closed.")
    user.closes_at = None
    await session.flush()
    auditing.record(session, "account.kept", user.id)
    await notices.tell(session, user, "Your account is kept", "You logged in and chose to keep it. All is as it was.")


async def end_everything(session: AsyncSession, user_id: UUID) -> None:
    """All that lets anybody in as this person without proving anew who they are."""
    await devices.forget_all(session, user_id)
    await end_logins(session, user_id)
    await session.execute(delete(ApiToken).where(ApiToken.user_id == user_id))


async def end_logins(session: AsyncSession, user_id: UUID) -> None:
    """Those that are, those that were begun, and the links that were sent for one."""
    await signing_in.end_all(session, user_id)
    await resetting.void(session, user_id)
    await session.execute(delete(HalfSession).where(HalfSession.user_id == user_id))


async def due(session: AsyncSession) -> User | None:
    """The account to be erased first, locked; None if there is none that nobody else is erasing."""
    user: User | None = await session.scalar(DUE.with_for_update(skip_locked=True))
    return user


async def erase(session: AsyncSession, user: User) -> None:
    """For good. For who holds what `due` found."""
    await session.execute(delete(OutgoingMail).where(OutgoingMail.address == user.email))
    await session.execute(delete(PendingRegistration).where(PendingRegistration.email == user.email))
    await gcra.forget(session, user.id)
    await session.execute(delete(User).where(User.id == user.id))
    auditing.record(session, "account.erased", user.id)
    await session.flush()
    await auditing.forget(session)


async def _locked(session: AsyncSession, user_id: UUID) -> User:
    user = await operators.locked(session, user_id)
    if user is None:
        raise NotFound
    return user
