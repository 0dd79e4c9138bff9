"""`/settings/security/ways-in`: what else lets one in, after the password was changed; and removing all of it."""

from typing import Any

from litestar import Request, Response, Router, delete, get

from app.accounts import ways_in
from app.web.page import Page, see_other
from app.web.signed_in import only_the_sure
from app.web.wiring import Session, SignedIn

HERE = "/settings/security/ways-in"


@get("/")
async def index(session: Session, viewer: SignedIn) -> Page:
    return Page("settings/ways_in.html", ways=await ways_in.ways_of(session, viewer.id))


@delete("/", status_code=303, guards=[only_the_sure])
async def destroy(session: Session, request: Request[Any, Any, Any], viewer: SignedIn) -> Response[Any]:
    await ways_in.remove_all(session, viewer.id)
    return see_other(request, HERE, said="All are removed. Nothing but your password lets anybody in.")


router = Router(HERE, route_handlers=[index, destroy])
