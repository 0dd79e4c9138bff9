"""Saying once more who one is, before what an open session alone must not do (ASVS 7.5.1)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from app.accounts import auditing, passwords
from app.accounts.forms import PASSWORD_MAX, AsTyped
from app.accounts.models import User
from app.accounts.signing_in import Viewer
from app.accounts.throttling import Throttle
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.forms import Form
from app.kit.gcra import Limit

ATTEMPTS = Limit(10, 300)
NOT_YOURS = "This is not your password."

HASH = select(User.password_hash)


class ProofForm(Form):
    password: Annotated[str, AsTyped, Field(min_length=1, max_length=PASSWORD_MAX)]


async def prove(
    session: AsyncSession, throttle: Throttle, viewer: Viewer, password: str, *, field: str = "password"
) -> None:
    """Counted for each account, right or wrong, and apart from logins: who knocks at the door cannot slow down whoever
    is in. Raises `Invalid`, beside `field`, `OverLimit`, `TooBusy`."""
    await throttle.take("proof", viewer.id.hex, ATTEMPTS, "Too many attempts. Try again in {wait}.")
    if not await passwords.matches(await session.scalar(HASH.where(User.id == viewer.id)), password):
        async with throttle.database.session() as apart:
            auditing.record(apart, "proof.refused", viewer.id, refused=True)
        raise Invalid({field: NOT_YOURS})
