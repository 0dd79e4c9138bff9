"""From a first proof of who somebody is to a session: the one way in, whatever the proof was."""

from typing import Any

from litestar import Request, Response

from app.accounts import auditing
from app.accounts.models import User
from app.kit.db import AsyncSession
from app.web.page import see_other
from app.web.signed_in import sign_in


async def enter(
    session: AsyncSession,
    request: Request[Any, Any, Any],
    user: User,
    *,
    by: str,
    remember: bool = True,
    then: str = "/",
    said: str = "",
) -> Response[Any]:
    """`by`: `password`, `passkey`, `provider` or `registering`. On to `then`, which is a path of ours."""
    auditing.record(session, "session.started", user.id, by=by)
    response = see_other(request, then, said=said)
    response.set_cookie(await sign_in(session, request, user, remember=remember))
    return response
