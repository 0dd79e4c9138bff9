"""`/menus/{slug}/offline`: a menu as one file, to be read without a network and carried to another Tastebuds."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.menus import packing, reading
from app.pages.menu_cards import public_url
from app.web.page import VARY, rendered
from app.web.wiring import Session, Visitor

TEMPLATE = "menus/offline.html"


@get("/{slug:str}/offline")
async def show(
    session: Session, request: Request[Any, Any, Any], visitor: Visitor, slug: FromPath[str]
) -> Response[bytes]:
    menu = await reading.menu_at(session, slug, visitor.id if visitor else None)
    url = public_url(request, menu)
    packed = await packing.pack(session, menu, url)
    told = {"menu": menu, "packed": packed, "here": url if menu.published_at else ""}
    page = await rendered(request, TEMPLATE, told, menu.many, part=True)
    return Response(
        page,
        media_type="text/html",
        headers={
            "Content-Disposition": f'attachment; filename="{menu.slug}.html"',
            "Cache-Control": "no-store" if visitor else "no-cache",
            "Vary": f"{VARY}, Cookie",
        },
    )


router = Router("/menus", route_handlers=[show])
