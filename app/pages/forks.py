"""`/menus/{slug}/forks`: a copy of a menu, to go on with."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromPath

from app.menus import forking
from app.web.page import see_other
from app.web.wiring import Session, SignedIn


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, slug: FromPath[str]
) -> Response[Any]:
    menu = await forking.fork(session, viewer.id, slug)
    said = "This one is yours: a draft that only you can read. Change what you like."
    return see_other(request, f"/menus/{menu.id}/edit", said=said)


router = Router("/menus/{slug:str}/forks", route_handlers=[create])
