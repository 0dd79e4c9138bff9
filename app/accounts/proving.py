"""Saying once more who one is, before what an open session alone must not do (ASVS 7.5.1).

As much as logging in takes: the password, and where there is a second factor its code too. A passkey is both
(`passkeys.prove`).
"""

from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from app.accounts import auditing, passwords, second_factor
from app.accounts.factor_forms import CODE_MAX
from app.accounts.forms import PASSWORD_MAX, AsTyped
from app.accounts.models import User
from app.accounts.signing_in import Viewer
from app.accounts.throttling import Throttle
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.forms import Form, Line
from app.kit.gcra import Limit
from app.kit.settings import Settings

FAMILY = "proof"
ATTEMPTS = Limit(10, 300)
NOT_YOURS = "This is not your password."
CODE_NEEDED = "Type the code your app shows now, or a recovery code."

HASH = select(User.password_hash)

Code = Annotated[Line, Field(max_length=CODE_MAX)]


class ProofForm(Form):
    password: Annotated[str, AsTyped, Field(min_length=1, max_length=PASSWORD_MAX)]
    code: Code = ""


async def prove(
    session: AsyncSession,
    throttle: Throttle,
    settings: Settings,
    viewer: Viewer,
    password: str,
    code: str,
    *,
    field: str = "password",
) -> None:
    """Raises `Invalid`, beside `field` or `code`, `OverLimit`, `TooBusy`.

    Codes are counted as at the login."""
    has_factor = await second_factor.is_on(session, viewer.id)
    if has_factor and not code:
        raise Invalid({"code": CODE_NEEDED})
    await count(throttle, viewer)
    if not await passwords.matches(await session.scalar(HASH.where(User.id == viewer.id)), password):
        async with throttle.database.session() as apart:
            auditing.record(apart, "proof.refused", viewer.id, refused=True)
        raise Invalid({field: NOT_YOURS})
    if has_factor:
        await second_factor.check(session, throttle, settings, viewer.id, code)


async def count(throttle: Throttle, viewer: Viewer) -> None:
    """Each proof, right or wrong, for each session, and apart from logins: neither who knocks at the door nor who has
    another session of this account can slow down whoever is in. Raises `OverLimit`."""
    whose = f"{viewer.id.hex} {viewer.session_id.hex}"
    await throttle.take(FAMILY, whose, ATTEMPTS, "Too many attempts. Try again in {wait}.")
