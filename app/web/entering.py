"""From a first proof of who somebody is to a session: the one way in, whatever the proof was.

Where the account has a second factor, the first proof earns a half session, and `/login/second` asks for the other.
"""

from typing import Any

from litestar import Request, Response

from app.accounts import auditing, half_sessions, resetting, second_factor, signing_in
from app.accounts.factor_models import HalfSession
from app.accounts.models import User
from app.accounts.throttling import Throttle
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.web import known_devices
from app.web.cookies import GONE, proof
from app.web.forgery import SAFE
from app.web.forms import FormState
from app.web.page import Page, see_other
from app.web.resuming import ANOTHERS, carried, go_on
from app.web.signed_in import sign_in

HALF = "__Host-half"  # lax: the way from a provider back to us is one of another site
SECOND = "/login/second"
WHOLE = ("passkey", "registering")  # a passkey is two factors; who registers has none yet

AnyRequest = Request[Any, Any, Any]


async def enter(
    session: AsyncSession,
    request: AnyRequest,
    user: User,
    *,
    by: str,
    remember: bool = True,
    then: str = "/",
    said: str = "",
) -> Response[Any]:
    """`by`: `password`, `passkey`, `provider` or `registering`. On to `then`, which is a path of ours.

    Raises `OverLimit`.
    """
    throttle: Throttle = request.app.state.throttle
    await throttle.count_right(user.id)
    await signing_in.hold(session, user.id)
    sent = carried(request)
    if sent and sent.is_anothers(user.id):
        return Page("accounts/login.html", status=422, form=FormState({}, {"": ANOTHERS}), next=then)
    if by not in WHOLE and await second_factor.is_on(session, user.id):
        auditing.record(session, "session.half_started", user.id, by=by)
        token = await half_sessions.begin(session, user.id, by=by, remember=remember, then=then, said=said)
        response: Response[Any] = Page("accounts/second.html", form=None) if sent else see_other(request, SECOND)
        response.set_cookie(proof(HALF, token, half_sessions.LIFETIME))
        return response
    return await _let_in(session, request, user, by=by, remember=remember, then=then, said=said)


async def half_of(session: AsyncSession, request: AnyRequest) -> HalfSession | None:
    """How far this browser has come, if there is a second factor to be asked for."""
    token = request.cookies.get(HALF)
    return await half_sessions.find(session, token) if token else None


async def enter_fully(session: AsyncSession, request: AnyRequest, half: HalfSession, way: str) -> Response[Any] | None:
    """After the second proof, `way`. `None` where the half session was used up meanwhile."""
    user = await signing_in.hold(session, half.user_id)
    if user is None or user.password_set_at != half.password_set_at or not await half_sessions.end(session, half):
        return None
    response = await _let_in(
        session, request, user, by=half.by, second=way, remember=half.remember, then=half.next, said=half.said
    )
    response.set_cookie(proof(HALF, "", GONE))
    return response


async def _let_in(
    session: AsyncSession, request: AnyRequest, user: User, *, remember: bool, then: str, said: str, **how: Any
) -> Response[Any]:
    auditing.record(session, "session.started", user.id, **how)
    await resetting.void(session, user.id)
    cookie = await sign_in(session, request, user, remember=remember)
    response = await go_on(session, request, cookie, then=then, said=said)
    session_id = UUID((cookie.value or "").partition(".")[0])
    if request.method not in SAFE:  # on the way back from a provider no browser shows a strict cookie
        response.set_cookie(await known_devices.remember(session, request, user, session_id))
    return response
