"""`/menus/{slug}/feed.atom` and its like: what a published menu serves, for feed readers."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.menus import feeding, reading
from app.menus.feeding import KINDS, Feed
from app.web.fresh import fresh
from app.web.wiring import Configured, Session


@get([f"/menus/{{slug:str}}/feed.{kind}" for kind in KINDS])
async def show(
    session: Session, request: Request[Any, Any, Any], settings: Configured, slug: FromPath[str]
) -> Response[bytes]:
    menu = await reading.menu_at(session, slug, None)
    return told(request, await feeding.of_menu(session, settings.address, menu))


def told(request: Request[Any, Any, Any], feed: Feed) -> Response[bytes]:
    """As the end of the address says."""
    media_type, write = KINDS[request.url.path.rpartition(".")[2]]
    return fresh(request, write(feed), f"{media_type}; charset=utf-8")


router = Router("/", route_handlers=[show])
