"""Somebody has to operate: the last who does can neither leave nor be made to, while others have accounts."""

from sqlalchemy import exists, select

from app.accounts.models import User
from app.kit.db import AsyncSession
from app.kit.errors import Conflict
from app.kit.ids import UUID

# in one order, so that two who would each be the last wait for each other
OPERATING = (
    select(User.id)
    .where(User.is_operator, User.disabled_at.is_(None), User.closes_at.is_(None))
    .order_by(User.id)
    .with_for_update(key_share=True)
)


async def refuse_the_last(session: AsyncSession, user: User) -> None:
    """To be asked before `user` stops operating, in the same transaction. Raises `Conflict`."""
    operating = list(await session.scalars(OPERATING))
    others = select(exists().where(User.id != user.id, User.closes_at.is_(None)))
    if operating == [user.id] and await session.scalar(others):
        raise Conflict(
            f"{user.name} is the last who operates this Tastebuds, and others have accounts here. "
            "Let somebody else operate it first."
        )


async def locked(session: AsyncSession, user_id: UUID) -> User | None:
    """The account, after whoever changes it or who operates; operators before others, in the order of `OPERATING`."""
    await session.execute(OPERATING)
    found = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return await session.scalar(found.execution_options(populate_existing=True))
