"""`/login/provider`: in by an account elsewhere that was linked before."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromQuery

from app.accounts import auditing, identities
from app.kit.errors import Conflict
from app.web.entering import enter
from app.web.limits import WAYS
from app.web.provider import back, come_back, forget_way, send_there
from app.web.safe_path import safe_path
from app.web.wiring import Asked, Configured, Session, Stored


@post("/", status_code=200, limit=WAYS)
async def create(
    session: Session,
    request: Request[Any, Any, Any],
    next: FromQuery[str] = "/",  # noqa: A002 - the parameter's name in the address
) -> Response[Any]:
    return await send_there(session, request, then=safe_path(next))


@get("/answer", status_code=303, limit=WAYS)
async def show(database: Stored, settings: Configured, request: Request[Any, Any, Any], asked: Asked) -> Response[Any]:
    """Where the provider sends people back to: to sign in, or to link."""
    errand, found = await come_back(database, request, asked)
    if isinstance(found, Response):
        return found
    name = settings.oidc_name
    async with database.session() as session:
        if errand.user_id:
            try:
                await identities.link(session, errand.user_id, found)
            except Conflict as error:
                return back(request, errand, str(error))
            return back(request, errand, f"Linked. From now on {name} logs you in.")
        user = await identities.account_of(session, found)
        if user:
            response = await enter(session, request, user, by="provider", remember=False, then=errand.next)
            forget_way(response)
            return response
    await auditing.record_seldom(database, "session.refused", None, by="provider")
    said = f"Your account of {name} opens none here yet. Log in with your password, then link it in Settings."
    return back(request, errand, said)


router = Router("/login/provider", route_handlers=[create, show])
