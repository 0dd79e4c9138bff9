"""Taking in people. Who makes the first account runs the place (`setting_up`); others as the rules of the house say.

Where letters can be sent nothing tells an address that has an account from one that has none: either gets a letter,
and the account is made when its link and the password come together. Without mail the form has to say it.
"""

from datetime import timedelta

from sqlalchemy import delete, exists, func, select, text

from app.accounts import auditing, handed_out, house_rules, inviting, notices, passwords
from app.accounts.door_models import PendingRegistration
from app.accounts.forms import RegisterForm
from app.accounts.house_rules import HouseRules
from app.accounts.models import User
from app.accounts.throttling import TOO_MANY, Throttle
from app.kit.db import AsyncSession, changed
from app.kit.errors import Forbidden, Invalid, NotFound
from app.kit.gcra import Limit, OverLimit
from app.kit.ids import UUID, new_id
from app.kit.settings import Settings

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7461737467)")  # two who register at once cannot both be first
ANYBODY = select(exists().where(User.id.is_not(None)))
TAKEN = select(User.id)

CONFIRM_PATH = "/registration?token="
CONFIRM_WITHIN = timedelta(hours=24)
LETTER = "registration"
FAMILY, FAMILY_OF_LETTERS, FAMILY_OF_CONFIRMING = "registrations", "registration letters", "confirmations"
PER_NETWORK, PER_ADDRESS, PER_LINK = Limit(5, 1800), Limit(10, 86_400), Limit(10, 300)

NOBODY_YET = (
    "Nobody has an account here yet. Whoever runs this Tastebuds makes the first one, "
    "by the link that it printed in its terminal when it started."
)
CLOSED = "Nobody can register here at the moment."
INVITED_ONLY = "Registering here takes an invitation. Ask whoever runs this Tastebuds for one."
OVER = "This link does not work any more. Register once more."
NOT_IT = "This is not the password you registered with."


async def admitted(session: AsyncSession, rules: HouseRules, invitation: str) -> UUID | None:
    """By which invitation somebody may register, if it takes one. Raises `Forbidden`, `Invalid`."""
    if not await anybody(session):
        raise Forbidden(NOBODY_YET)
    _allow(rules, invited=bool(invitation))
    return await inviting.find(session, invitation) if rules.registration == "invitation" else None


async def come_in(
    session: AsyncSession, settings: Settings, throttle: Throttle, form: RegisterForm, invitation: str = ""
) -> User | None:
    """The account, or `None` where a letter has to be answered first.

    Raises `Forbidden`, `Invalid`, `OverLimit`, `TooBusy`.
    """
    invitation_id = await admitted(session, await house_rules.read(session, settings), invitation)
    await throttle.take(FAMILY, throttle.here(), PER_NETWORK, TOO_MANY)
    if settings.has_mail:
        await ask(session, throttle, form, invitation_id)
        return None
    return await register(session, form, invitation_id)


async def ask(session: AsyncSession, throttle: Throttle, form: RegisterForm, invitation_id: UUID | None) -> None:
    """Notes down who wants in, and has a letter sent: the same for any address. Raises `TooBusy`.

    An address gets a few letters a day; of more nobody is told anything else.
    """
    password_hash = await passwords.hash_password(form.password)
    try:
        await throttle.take(FAMILY_OF_LETTERS, throttle.account(form.email), PER_ADDRESS, TOO_MANY)
    except OverLimit:
        return
    pending = PendingRegistration(
        email=form.email,
        name=form.name,
        password_hash=password_hash,
        invitation_id=invitation_id,
        expires_at=func.now() + CONFIRM_WITHIN,
    )
    session.add(pending)
    await session.flush()
    await notices.write(session, LETTER, form.email, about=pending.id)


async def confirm_path(session: AsyncSession, pending: PendingRegistration) -> str:
    """For the letter."""
    token = handed_out.new_token()
    pending.token_hash = handed_out.hash_of(token)
    await session.flush()
    return f"{CONFIRM_PATH}{token}"


async def pending_by(session: AsyncSession, token: str, *, lock: bool = False) -> PendingRegistration:
    """Raises `NotFound` for a link that is over, and for what is none."""
    found = select(PendingRegistration).where(
        PendingRegistration.token_hash == handed_out.hash_of(token), PendingRegistration.expires_at > func.now()
    )
    pending = await session.scalar(found.with_for_update() if lock else found)
    if pending is None:
        raise NotFound(OVER)
    return pending


async def confirm(session: AsyncSession, settings: Settings, throttle: Throttle, token: str, password: str) -> User:
    """Link and password together: neither who was sent a letter they did not ask for, nor who asked for one to
    another's address, has both. The rules of the house are those of now.

    Raises `NotFound`, `Forbidden`, `Invalid`, `OverLimit`, `TooBusy`.
    """
    pending = await pending_by(session, token)
    await throttle.take(FAMILY_OF_CONFIRMING, pending.id.hex, PER_LINK, TOO_MANY)
    if not await passwords.matches(pending.password_hash, password):
        raise Invalid({"password": NOT_IT})
    pending = await pending_by(session, token, lock=True)  # of two who confirm at once the second finds it gone
    _allow(await house_rules.read(session, settings), invited=pending.invitation_id is not None)
    user = await _add(session, pending.name, pending.email, pending.password_hash, pending.invitation_id)
    await session.delete(pending)
    return user


async def register(session: AsyncSession, form: RegisterForm, invitation_id: UUID | None = None) -> User:
    """At once. Raises `Invalid` for an address that has an account, `TooBusy`."""
    return await _add(session, form.name, form.email, await passwords.hash_password(form.password), invitation_id)


async def anybody(session: AsyncSession) -> bool:
    return bool(await session.scalar(ANYBODY))


async def sweep(session: AsyncSession) -> int:
    return await changed(session, delete(PendingRegistration).where(PendingRegistration.expires_at <= func.now()))


def _allow(rules: HouseRules, *, invited: bool) -> None:
    """Raises `Forbidden`."""
    if rules.registration == "closed":
        raise Forbidden(CLOSED)
    if rules.registration == "invitation" and not invited:
        raise Forbidden(INVITED_ONLY)


async def _add(session: AsyncSession, name: str, email: str, password_hash: str, invitation_id: UUID | None) -> User:
    await session.execute(ONE_AT_A_TIME)
    if await session.scalar(TAKEN.where(User.email == email)):
        typed = {"name": name, "email": email}
        raise Invalid({"email": "This address has an account already. Log in instead."}, typed)
    is_first, id_ = not await anybody(session), new_id()
    if invitation_id:  # what may be refused comes before anything is written
        await inviting.use(session, invitation_id, id_)
    user = User(id=id_, name=name, email=email, password_hash=password_hash, is_first=is_first, is_operator=is_first)
    session.add(user)
    await session.flush()
    auditing.record(session, "account.registered", user.id)
    return user
