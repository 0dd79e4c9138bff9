"""The first account, which operates: made by who can read the terminal, or the command line, and by nobody else."""

from app.accounts import registering
from app.accounts.forms import RegisterForm
from app.accounts.models import User
from app.kit.db import AsyncSession
from app.kit.errors import Forbidden, NotFound
from app.kit.keys import Ring, mark

PATH = "/setup?token="
PURPOSE, TEXT = "setup", "the first account"
NO_TOKEN = "Open the link that Tastebuds printed in its terminal when it started."  # noqa: S105 - a sentence


def link(ring: Ring) -> str:
    """Its path. Made of the instance's secret, so it is the same at every start and in every process."""
    return f"{PATH}{mark(ring.newest(PURPOSE), TEXT)}"


async def refuse(session: AsyncSession, ring: Ring, token: str) -> None:
    """Raises `NotFound` once there is an account, `Forbidden` for a wrong token."""
    if await registering.anybody(session):
        raise NotFound
    if not ring.is_mark(PURPOSE, token, TEXT):
        raise Forbidden(NO_TOKEN)


async def set_up(session: AsyncSession, form: RegisterForm) -> User:
    """Raises `NotFound` for who comes second, `TooBusy`."""
    user = await registering.register(session, form)
    if not user.is_first:
        raise NotFound
    return user
