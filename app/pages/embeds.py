"""`/menus/{slug}/embed`: a published menu as other sites show it in a frame. Nothing on it can be done, only read."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.menus import reading
from app.web.fresh import fresh
from app.web.headers import IN_A_FRAME
from app.web.page import render
from app.web.wiring import Session


@get("/menus/{slug:str}/embed")
async def show(session: Session, request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[bytes]:
    menu = await reading.menu_at(session, slug, None)
    content = render(request, "menus/embed.html", {"menu": menu}).encode()
    return fresh(request, content, "text/html", IN_A_FRAME)


router = Router("/", route_handlers=[show])
