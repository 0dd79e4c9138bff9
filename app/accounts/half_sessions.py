"""Between a first proof and the second: five minutes, in a cookie of its own that opens nothing."""

from datetime import timedelta

from sqlalchemy import delete, func, select, text

from app.accounts import handed_out
from app.accounts.factor_models import HalfSession
from app.accounts.models import User
from app.kit.db import AsyncSession, changed
from app.kit.ids import UUID

LIFETIME = timedelta(minutes=5)

# a password that was changed meanwhile was not the right one
LIVING = (
    select(HalfSession)
    .join(User, User.id == HalfSession.user_id)
    .where(
        HalfSession.expires_at > func.now(),
        HalfSession.password_set_at == User.password_set_at,
        User.disabled_at.is_(None),
    )
)
SET_AT = select(User.password_set_at)
END = text("DELETE FROM half_sessions WHERE id = :id RETURNING id")


async def begin(session: AsyncSession, user_id: UUID, *, by: str, remember: bool, then: str, said: str) -> str:
    """The token to hand out."""
    await session.flush()  # a password that was set a moment ago
    secret = handed_out.new_token()
    row = HalfSession(
        user_id=user_id,
        secret_hash=handed_out.hash_of(secret),
        by=by,
        remember=remember,
        next=then,
        said=said,
        password_set_at=SET_AT.where(User.id == user_id).scalar_subquery(),
        expires_at=func.now() + LIFETIME,
    )
    session.add(row)
    await session.flush()
    return handed_out.joined(row.id, secret)


async def find(session: AsyncSession, token: str) -> HalfSession | None:
    id_, secret = handed_out.parted(token) or (None, "")
    half = await session.scalar(LIVING.where(HalfSession.id == id_)) if id_ else None
    return half if half and handed_out.is_of(secret, half.secret_hash) else None


async def end(session: AsyncSession, half: HalfSession) -> bool:
    """False where somebody was faster."""
    return await session.scalar(END, {"id": half.id}) is not None


async def sweep(session: AsyncSession) -> int:
    return await changed(session, delete(HalfSession).where(HalfSession.expires_at <= func.now()))
