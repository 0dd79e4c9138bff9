"""What letters say. It is found out when one is sent, so whether an address is known here shows in no answer, and a
link is kept nowhere but in the letter."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.accounts import notices, registering, resetting
from app.accounts.door_models import OutgoingMail, PendingRegistration
from app.accounts.models import User
from app.kit.db import AsyncSession


@dataclass(frozen=True, slots=True)
class Letter:
    """`template`: its name in `templates/mail`; `path`: of the link it holds, if any."""

    template: str
    path: str = ""
    context: dict[str, Any] = field(default_factory=dict)


async def compose(session: AsyncSession, mail: OutgoingMail) -> Letter | None:
    """`None` if there is nothing to say any more, or nobody to say it to."""
    return await COMPOSED[mail.letter](session, mail)


async def _notice(session: AsyncSession, mail: OutgoingMail) -> Letter:
    return Letter("notice", context=dict(mail.details))


async def _reset(session: AsyncSession, mail: OutgoingMail) -> Letter | None:
    user = await session.scalar(select(User).where(User.email == mail.address, User.disabled_at.is_(None)))
    if user is None:
        return None
    return Letter("reset", await resetting.link_for(session, user), {"name": user.name})


async def _registration(session: AsyncSession, mail: OutgoingMail) -> Letter | None:
    pending = await session.get(PendingRegistration, mail.about, with_for_update=True)
    if pending is None:
        return None
    holder = await session.scalar(select(User).where(User.email == pending.email))
    if holder:
        await session.delete(pending)
        return Letter("taken", context={"name": holder.name})
    return Letter("registration", await registering.confirm_path(session, pending))  # no word of who may be anybody


COMPOSED: dict[str, Callable[[AsyncSession, OutgoingMail], Awaitable[Letter | None]]] = {
    notices.NOTICE: _notice,
    resetting.LETTER: _reset,
    registering.LETTER: _registration,
}
