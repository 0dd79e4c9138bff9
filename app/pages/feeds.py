"""`/menus/{slug}/feed.atom`, `/hosts/{handle}/feed.atom` and their like: what is published, for feed readers."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.accounts import hosting
from app.kit.db import AsyncSession
from app.menus import feeding
from app.menus.feeding import KINDS
from app.menus.reading import WholeMenu
from app.web.conditional import ASKED_ABOUT, knows, tag_of, unchanged
from app.web.published import shape_of
from app.web.wiring import Configured, Session, Stored


@get([f"/menus/{{slug:str}}/feed.{kind}" for kind in KINDS])
async def show(
    database: Stored, request: Request[Any, Any, Any], settings: Configured, slug: FromPath[str]
) -> Response[bytes]:
    kind = _kind(request)

    async def make(session: AsyncSession, menu: WholeMenu) -> bytes:
        return KINDS[kind].write(await feeding.of_menu(session, settings.address, menu))

    return await shape_of(request, database, slug, f"feed.{kind}", KINDS[kind].media_type, make)


@get([f"/hosts/{{handle:str}}/feed.{kind}" for kind in KINDS])
async def index(
    session: Session, request: Request[Any, Any, Any], settings: Configured, handle: FromPath[str]
) -> Response[bytes]:
    kind = KINDS[_kind(request)]
    host = await hosting.host_at(session, handle)
    content = kind.write(await feeding.of_host(session, settings.address, host))
    headers = {"ETag": tag_of(content), "Cache-Control": ASKED_ABOUT}
    if knows(request, headers["ETag"]):
        return unchanged(headers)
    return Response(content, media_type=kind.media_type, headers=headers)


def _kind(request: Request[Any, Any, Any]) -> str:
    """As the end of the address says."""
    return request.url.path.rpartition(".")[2]


router = Router("/", route_handlers=[show, index])
