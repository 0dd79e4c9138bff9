"""Logging in with a password: counted before it is looked at, told afterwards."""

from app.accounts import auditing, signing_in
from app.accounts.forms import LoginForm
from app.accounts.models import User
from app.accounts.signing_in import BY_EMAIL
from app.accounts.throttling import Throttle
from app.kit.db import AsyncSession, let_go
from app.kit.errors import Invalid


async def log_in(session: AsyncSession, throttle: Throttle, form: LoginForm, *, device: str = "") -> User:
    """`device`: the token of the device cookie, if there is one. Raises `OverLimit`, `Invalid`, `TooBusy`."""
    admission = await throttle.admit(form.email, device)
    try:
        user = await signing_in.authenticate(session, form, stranger=bool(admission.account))
    except Invalid:
        await let_go(session)  # nobody holds one connection while waiting for another
        async with throttle.database.session(reserved=True) as apart:
            known = await apart.scalar(BY_EMAIL.where(User.email == form.email))
            auditing.record(apart, "session.refused", known.id if known else None, refused=True, by="password")
        raise
    except BaseException:  # too busy, or given up: it was not looked at
        await throttle.give_back(admission)
        raise
    await throttle.give_back(admission)
    return user
