"""Changing one's own account: the name, the e-mail address, the password."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError

from app.accounts import auditing, devices, notices, passwords, proving, resetting, signing_in
from app.accounts.forms import PASSWORD_MAX, AsTyped, Email, NewPasswordForm, why_guessed
from app.accounts.models import NAME_MAX, User
from app.accounts.proving import Code
from app.accounts.signing_in import Viewer
from app.accounts.throttling import Throttle
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.forms import Form, Line
from app.kit.settings import Settings

TAKEN = "This address has an account already."
NEEDED = "Your password is needed to change the address."


class ProfileForm(Form):
    name: Annotated[Line, Field(min_length=1, max_length=NAME_MAX)]
    email: Email
    current_password: Annotated[str, AsTyped, Field(max_length=PASSWORD_MAX)] = ""
    code: Code = ""


class PasswordForm(NewPasswordForm):
    current_password: Annotated[str, AsTyped, Field(min_length=1, max_length=PASSWORD_MAX)]
    code: Code = ""


async def change_profile(
    session: AsyncSession, throttle: Throttle, settings: Settings, viewer: Viewer, form: ProfileForm
) -> bool:
    """Whether anything changed. Raises `Invalid`, `OverLimit`, `TooBusy`."""
    user = await _locked(session, viewer)
    before = (user.name, user.email)
    if form.email != user.email:
        await _prove(session, throttle, settings, viewer, form)
        await _change_email(session, user, form.email)
    if form.name != user.name:
        user.name = form.name
        auditing.record(session, "profile.changed", viewer.id)
    return before != (form.name, form.email)


async def change_password(
    session: AsyncSession, throttle: Throttle, settings: Settings, viewer: Viewer, form: PasswordForm
) -> int:
    """How many other sessions ended with it. Raises `Invalid`, `OverLimit`, `TooBusy`."""
    if reason := why_guessed(form.password, viewer.name, viewer.email):
        raise Invalid({"password": reason})
    user = await _locked(session, viewer)
    await _prove(session, throttle, settings, viewer, form)
    password_hash = await passwords.hash_password(form.password)
    user.password_hash, user.password_set_at = password_hash, func.now()
    await resetting.void(session, user.id)
    await devices.forget_all(session, user.id, but=viewer.session_id)
    ended = await signing_in.end_all(session, user.id, but=viewer.session_id)
    auditing.record(session, "password.changed", user.id, ended=ended)
    said = "Your password was changed, and you were logged out everywhere else. If this was not you, have it set anew."
    await notices.tell(session, user, "Your password was changed", said)
    return ended


async def _prove(
    session: AsyncSession, throttle: Throttle, settings: Settings, viewer: Viewer, form: ProfileForm | PasswordForm
) -> None:
    password, code = form.current_password, form.code
    if not password:
        raise Invalid({"current_password": NEEDED})
    await proving.prove(session, throttle, settings, viewer, password, code, field="current_password")


async def _locked(session: AsyncSession, viewer: Viewer) -> User:
    """Before its codes and sessions, as who logs in does it."""
    return await session.get_one(User, viewer.id, with_for_update={"key_share": True}, populate_existing=True)


async def _change_email(session: AsyncSession, user: User, email: str) -> None:
    """The old address is told: whoever reads it may be the one whose account it is."""
    said = f"It is {email} from now on. If this was not you, write to whoever runs this Tastebuds."
    try:
        async with session.begin_nested():
            await notices.tell(session, user, "The e-mail address of your account was changed", said)
            user.email = email
            await session.flush()
    except IntegrityError:
        raise Invalid({"email": TAKEN}) from None
    await resetting.void(session, user.id)
    auditing.record(session, "email.changed", user.id)
