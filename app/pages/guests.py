"""`/g/{token}`: what a guest link opens, for whoever has it."""

from typing import Any

from litestar import Request, Router, get
from litestar.params import FromPath, FromQuery

from app.kit.errors import NotFound
from app.menus import guest_links
from app.pages.menu_cards import TEMPLATE, read
from app.web.limits import GUESTS
from app.web.page import Page
from app.web.refusing import without_referrer
from app.web.wiring import Session, Visitor


@get("/g/{token:str}", limit=GUESTS)
async def show(
    session: Session, request: Request[Any, Any, Any], visitor: Visitor, token: FromPath[str], view: FromQuery[str] = ""
) -> Page:
    """Whatever is wrong with a link, the page is the same."""
    try:
        menu = await guest_links.menu_by(session, token, visitor.id if visitor else None)
    except NotFound:
        return without_referrer(Page("menus/ended.html", status=404))
    page = Page(TEMPLATE, **read(request, menu, None, view == "story"))
    return without_referrer(await page.drawn(request, menu.many))


router = Router("/", route_handlers=[show])
