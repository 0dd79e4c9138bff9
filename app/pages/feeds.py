"""`/menus/{slug}/feed.atom`, `/hosts/{handle}/feed.atom` and their like: what is published, for feed readers."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.accounts import hosting
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


@get([f"/hosts/{{handle:str}}/feed.{kind}" for kind in KINDS])
async def index(
    session: Session, request: Request[Any, Any, Any], settings: Configured, handle: FromPath[str]
) -> Response[bytes]:
    host = await hosting.host_at(session, handle)
    return told(request, await feeding.of_host(session, settings.address, host))


def told(request: Request[Any, Any, Any], feed: Feed) -> Response[bytes]:
    """As the end of the address says."""
    media_type, write = KINDS[request.url.path.rpartition(".")[2]]
    return fresh(request, write(feed), f"{media_type}; charset=utf-8")


router = Router("/", route_handlers=[show, index])
