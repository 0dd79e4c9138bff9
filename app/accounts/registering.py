"""Taking in people: whoever registers first runs the place."""

from sqlalchemy import exists, select, text

from app.accounts import auditing, passwords
from app.accounts.forms import RegisterForm
from app.accounts.models import User
from app.kit.db import AsyncSession
from app.kit.errors import Invalid

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7461737467)")  # two who register at once cannot both be first
ANYBODY = select(exists().where(User.id.is_not(None)))
TAKEN = select(User.id)


async def register(session: AsyncSession, form: RegisterForm) -> User:
    """Raises `Invalid` for an address that has an account, `TooBusy`."""
    password_hash = await passwords.hash_password(form.password)
    await session.execute(ONE_AT_A_TIME)
    if await session.scalar(TAKEN.where(User.email == form.email)):
        typed = form.model_dump(exclude={"password"})
        raise Invalid({"email": "This address has an account already. Log in instead."}, typed)
    is_first = not await anybody(session)
    user = User(name=form.name, email=form.email, password_hash=password_hash, is_first=is_first, is_operator=is_first)
    session.add(user)
    await session.flush()
    auditing.record(session, "account.registered", user.id)
    return user


async def anybody(session: AsyncSession) -> bool:
    return bool(await session.scalar(ANYBODY))
