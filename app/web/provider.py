"""The way to an OpenID Connect provider and back, in a cookie of its own: back with another browser is nobody.

Browsers are sent there by a page of ours and not by a redirect: `form-action` would hold for every address a provider
sends them on to.
"""

import logging
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.exceptions import ClientException

from app.accounts import identities
from app.accounts.identities import Errand, Way
from app.kit.db import AsyncSession, Database, let_go
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.kit.openid import Denied, NotProved, OpenId, ProviderAway, ProviderRefused, Somebody
from app.web.cookies import GONE, proof
from app.web.headers import NO_REFERRER
from app.web.page import Page, see_other, visitor_of

WAY = "__Host-provider"  # lax: the way back is one from another site
SECURITY = "/settings/security"
ASTRAY = "This way in was begun in another browser, or too long ago, or was used already. Begin again."

AnyRequest = Request[Any, Any, Any]

log = logging.getLogger(__name__)


def provider_of(request: AnyRequest) -> OpenId:
    """Raises `NotFound` where none is set."""
    openid: OpenId | None = request.app.state.openid
    if openid is None:
        raise NotFound
    return openid


async def send_there(
    session: AsyncSession,
    request: AnyRequest,
    *,
    user_id: UUID | None = None,
    session_id: UUID | None = None,
    then: str = "/",
) -> Response[Any]:
    """With `user_id` and `session_id`: to link. On to `then` afterwards, which is a path of ours."""
    openid = provider_of(request)
    way = Way.new()
    await let_go(session)  # the provider may take its time, and others need the connection
    try:
        address = await openid.address(way.ticket)
    except ProviderAway:
        return see_other(request, _home(Errand(user_id, session_id, then)), said=_sentence(request, ProviderAway()))
    await identities.begin(session, way, user_id=user_id, session_id=session_id, then=then)
    page = Page("accounts/provider.html", address=address)
    page.headers |= NO_REFERRER | {"Cache-Control": "no-store"}
    page.set_cookie(proof(WAY, way.token, identities.LIFETIME))
    return page


async def come_back(
    database: Database, request: AnyRequest, asked: dict[str, str]
) -> tuple[Errand, Somebody | Response[Any]]:
    """What somebody went for, and who they are, or else the answer that says why nobody knows.

    Raises `ClientException`. No way is gone twice, and the provider is asked only of one that is this browser's.
    """
    openid = provider_of(request)
    way = identities.way_of(request.cookies.get(WAY, ""))
    if way is None or not way.is_of(asked.get("state", "")):
        raise _astray()
    async with database.session() as session:
        errand = await identities.take(session, way)
    if errand is None or not _is_still_there(request, errand):
        raise _astray()
    try:
        return errand, await openid.somebody(asked, way.ticket)
    except (Denied, ProviderAway, ProviderRefused, NotProved) as error:
        log.warning("a provider's answer was not taken: %s %s", type(error).__name__, error)
        return errand, back(request, errand, _sentence(request, error))


def back(request: AnyRequest, errand: Errand, said: str) -> Response[Any]:
    """Where they came from, at an address without a code."""
    response = see_other(request, _home(errand), said=said)
    forget_way(response)
    return response


def forget_way(response: Response[Any]) -> None:
    response.set_cookie(proof(WAY, "", GONE))


def _home(errand: Errand) -> str:
    if errand.user_id:
        return SECURITY
    return "/login" if errand.next == "/" else f"/login?{urlencode({'next': errand.next})}"


def _is_still_there(request: AnyRequest, errand: Errand) -> bool:
    """Who links is signed in as whoever began it, in the same session."""
    viewer = visitor_of(request)
    return errand.user_id is None or (
        viewer is not None and (viewer.id, viewer.session_id) == (errand.user_id, errand.session_id)
    )


def _sentence(request: AnyRequest, error: Exception) -> str:
    name: str = request.app.state.settings.oidc_name
    match error:
        case Denied():
            return f"You did not go on at {name}. Nothing was changed."
        case ProviderAway():
            return f"There is no answer from {name}. Use your password, or try again in a moment."
    return f"We could not make sure who you are at {name}. Try again; if it stays so, tell whoever runs this Tastebuds."


def _astray() -> ClientException:
    return ClientException(ASTRAY, status_code=400, headers=dict(NO_REFERRER))
