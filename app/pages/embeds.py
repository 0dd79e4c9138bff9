"""`/menus/{slug}/embed`: a published menu as other sites show it in a frame. Nothing on it can be done, only read."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.kit.db import AsyncSession
from app.menus.reading import WholeMenu
from app.web.headers import IN_A_FRAME
from app.web.page import rendered
from app.web.published import shape_of
from app.web.wiring import Stored


@get("/menus/{slug:str}/embed")
async def show(database: Stored, request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[bytes]:
    async def make(_: AsyncSession, menu: WholeMenu) -> bytes:
        return await rendered(request, "menus/embed.html", {"menu": menu}, menu.many, part=True)

    return await shape_of(request, database, slug, "embed", "text/html", make, IN_A_FRAME)


router = Router("/", route_handlers=[show])
