"""What an operator may do to an account: shut it out, let it in, log it out, let it operate. Nothing of it is read."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import func, text

from app.accounts import auditing, devices, notices, operators, personal_tokens, resetting, signing_in
from app.accounts.closing import end_everything, end_logins
from app.accounts.models import EMAIL_MAX, User
from app.accounts.signing_in import Viewer
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import Conflict, NotFound
from app.kit.forms import Form, Line
from app.kit.ids import UUID

PAGE = 50
LATEST = UUID(int=2**128 - 1)
WHO = "Whoever operates this Tastebuds"

PEOPLE = """
    SELECT u.id, u.name, u.email, u.is_operator, u.disabled_at, u.closes_at, u.created_at,
        (SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id) AS seen_at,
        (SELECT count(*) FROM sessions s WHERE s.user_id = u.id) AS sessions
    FROM users u WHERE {which}
"""
LIST = text(
    PEOPLE.format(
        which="""u.id < :before
        AND (:q = '' OR strpos(lower(u.name), lower(:q)) > 0 OR strpos(u.email, lower(:q)) > 0)
        AND (:state = '' OR CASE :state WHEN 'operator' THEN u.is_operator
            WHEN 'disabled' THEN u.disabled_at IS NOT NULL ELSE u.closes_at IS NOT NULL END)
    ORDER BY u.id DESC LIMIT :at_most"""
    )
)
ONE = text(PEOPLE.format(which="u.id = :id"))


class PeopleForm(Form):
    """`q`: part of a name or an address. `before`: the last id of the page before."""

    q: Annotated[Line, Field(max_length=EMAIL_MAX)] = ""
    state: Literal["", "operator", "disabled", "closing"] = ""
    before: UUID | None = None


async def index(session: AsyncSession, form: PeopleForm) -> tuple[Sequence[AnyRow], UUID | None]:
    """The newest first, and what the next page is asked before, if there is one."""
    wanted = form.model_dump() | {"before": form.before or LATEST, "at_most": PAGE + 1}
    rows = (await session.execute(LIST, wanted)).all()
    return (rows[:PAGE], rows[PAGE - 1].id) if len(rows) > PAGE else (rows, None)


async def show(session: AsyncSession, user_id: UUID) -> AnyRow:
    """Raises `NotFound`."""
    row = (await session.execute(ONE, {"id": user_id})).first()
    if row is None:
        raise NotFound
    return row


async def disable(session: AsyncSession, operator: Viewer, user_id: UUID) -> User:
    """Ends all that lets them in, at once. Safe to ask twice. Raises `Conflict`, `NotFound`."""
    user = await _another(session, operator, user_id, "disable")
    if user.disabled_at is None:
        await operators.refuse_the_last(session, user)
        user.disabled_at = func.now()
        await end_everything(session, user.id)
        auditing.record(session, "account.disabled", user.id, actor_id=operator.id)
        await _tell(session, user, "Your account is disabled", "has disabled your account. Nobody can log in to it.")
    return user


async def enable(session: AsyncSession, operator: Viewer, user_id: UUID) -> User:
    user = await _another(session, operator, user_id, "enable")
    if user.disabled_at is not None:
        user.disabled_at = None
        auditing.record(session, "account.enabled", user.id, actor_id=operator.id)
        await _tell(session, user, "Your account is enabled again", "has enabled your account. You may log in again.")
    return user


async def sign_out(session: AsyncSession, operator: Viewer, user_id: UUID) -> User:
    """Everywhere, but for personal tokens, which are no logins."""
    user = await _another(session, operator, user_id, "log out")
    await devices.forget_all(session, user.id)
    await signing_in.end_all(session, user.id)
    auditing.record(session, "account.signed_out", user.id, actor_id=operator.id)
    await _tell(session, user, "You are logged out everywhere", "has ended all your logins.")
    return user


async def promote(session: AsyncSession, operator: Viewer, user_id: UUID) -> User:
    """They log in anew: what a login may do is decided when it begins."""
    user = await _another(session, operator, user_id, "promote")
    if user.disabled_at is not None or user.closes_at is not None:
        raise Conflict(f"The account of {user.name} cannot be used now, so it cannot operate.")
    if not user.is_operator:
        user.is_operator = True
        await _begin_anew(session, operator, user)
        auditing.record(session, "account.promoted", user.id, actor_id=operator.id)
        await _tell(session, user, "You operate now", "has let you operate it too. Log in again to do so.")
    return user


async def demote(session: AsyncSession, operator: Viewer, user_id: UUID) -> User:
    """Also oneself, if somebody else operates. Raises `Conflict`, `NotFound`."""
    user = await _found(session, user_id)
    if user.is_operator:
        await operators.refuse_the_last(session, user)
        user.is_operator = False
        await _begin_anew(session, operator, user)
        auditing.record(session, "account.demoted", user.id, actor_id=operator.id)
        await _tell(session, user, "You do not operate any more", "has decided that you do not operate it any more.")
    return user


async def reset_link(session: AsyncSession, operator: Viewer, user_id: UUID) -> tuple[User, str]:
    """The path of a link, to be handed over once. Raises `Conflict`, `NotFound`."""
    user = await _found(session, user_id)
    if user.disabled_at is not None:
        raise Conflict(f"The account of {user.name} is disabled. Enable it first.")
    path = await resetting.link_for(session, user, actor_id=operator.id)
    await _tell(
        session, user, "A link to a new password was made", "has made a link with which your password can be set."
    )
    return user, path


async def _another(session: AsyncSession, operator: Viewer, user_id: UUID, verb: str) -> User:
    if user_id == operator.id:
        raise Conflict(f"You cannot {verb} yourself.")
    return await _found(session, user_id)


async def _found(session: AsyncSession, user_id: UUID) -> User:
    user = await operators.locked(session, user_id)
    if user is None:
        raise NotFound
    return user


async def _begin_anew(session: AsyncSession, operator: Viewer, user: User) -> None:
    """What may be done by who came in before is decided by who they were then."""
    await session.flush()
    await end_logins(session, user.id)
    await personal_tokens.withdraw_operating(session, user.id, actor_id=operator.id)


async def _tell(session: AsyncSession, user: User, subject: str, what: str) -> None:
    await session.flush()
    await notices.tell(session, user, subject, f"{WHO} {what} If you do not know why, ask them.")
