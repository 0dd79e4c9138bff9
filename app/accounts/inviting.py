"""Invitations: a link that lets a number of people register, until a day, and while who made it operates."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, text, update

from app.accounts import auditing, handed_out
from app.accounts.door_models import Invitation
from app.accounts.forms import InvitationForm
from app.accounts.models import User
from app.kit.db import AnyRow, AsyncSession, changed
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID

PATH = "/register?invitation="
OVER = "This invitation does not work any more. Ask whoever sent it for another one."
KEPT = timedelta(days=30)  # after the end

OPEN = text("""
    SELECT i.id, i.note, i.uses_max, i.used, i.created_at, i.expires_at, u.name AS made_by
    FROM invitations i JOIN users u ON u.id = i.made_by
    WHERE i.expires_at > now() AND i.used < i.uses_max
        AND u.is_operator AND u.disabled_at IS NULL AND u.closes_at IS NULL
    ORDER BY i.id DESC LIMIT 200
""")
VOUCHED_FOR = Invitation.made_by.in_(
    select(User.id).where(User.is_operator, User.disabled_at.is_(None), User.closes_at.is_(None))
)
SWEEP = text("DELETE FROM invitations WHERE expires_at < now() - CAST(:kept AS interval)")


async def invite(session: AsyncSession, maker_id: UUID, form: InvitationForm) -> str:
    """The path of its link, to be shown once."""
    token = handed_out.new_token()
    invitation = Invitation(
        token_hash=handed_out.hash_of(token),
        made_by=maker_id,
        note=form.note,
        uses_max=form.uses,
        expires_at=func.now() + timedelta(days=form.days),
    )
    session.add(invitation)
    await session.flush()
    auditing.record(session, "invitation.made", maker_id, uses=form.uses, days=form.days)
    return f"{PATH}{token}"


async def open_ones(session: AsyncSession) -> Sequence[AnyRow]:
    return (await session.execute(OPEN)).all()


async def find(session: AsyncSession, token: str) -> UUID:
    """Raises `Invalid` for one that is over, and for what is none."""
    found = await session.scalar(
        select(Invitation.id).where(
            Invitation.token_hash == handed_out.hash_of(token),
            Invitation.expires_at > func.now(),
            Invitation.used < Invitation.uses_max,
            VOUCHED_FOR,
        )
    )
    if found is None:
        raise Invalid({"": OVER})
    return found


async def use(session: AsyncSession, invitation_id: UUID, user_id: UUID) -> None:
    """Of those who come at once no more than may. Raises `Invalid`."""
    used = update(Invitation).values(used=Invitation.used + 1)
    used = used.where(
        Invitation.id == invitation_id,
        Invitation.used < Invitation.uses_max,
        Invitation.expires_at > func.now(),
        VOUCHED_FOR,
    )
    if await session.scalar(used.returning(Invitation.id)) is None:
        raise Invalid({"": OVER})
    auditing.record(session, "invitation.used", user_id)


async def withdraw(session: AsyncSession, invitation_id: UUID, actor_id: UUID) -> None:
    """Raises `NotFound`."""
    ended = update(Invitation).values(expires_at=func.now())
    ended = ended.where(Invitation.id == invitation_id, Invitation.expires_at > func.now())
    if await session.scalar(ended.returning(Invitation.id)) is None:
        raise NotFound
    auditing.record(session, "invitation.withdrawn", actor_id)


async def sweep(session: AsyncSession) -> int:
    return await changed(session, SWEEP, {"kept": KEPT})
