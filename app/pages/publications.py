"""`/menus/{id}/publication`: whether the public may read a menu."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.ids import UUID, parse_id
from app.menus import reading, sharing
from app.web.page import changed, see_other
from app.web.wiring import Session, SignedIn, Typed

PUBLISHED = "Published. Anyone with the address can read it."


@post("/", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    """`then` is "share" where it was pressed on that page, which shows more of a published menu."""
    id_ = parse_id(menu_id)
    await sharing.publish(session, viewer.id, id_)
    if form.get("then") == "share":
        return see_other(request, f"/menus/{id_}/share", said=PUBLISHED)
    return await _changed(session, request, viewer, id_, PUBLISHED)


@delete("/", status_code=200)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str]
) -> Response[Any]:
    id_ = parse_id(menu_id)
    await sharing.unpublish(session, viewer.id, id_)
    return await _changed(session, request, viewer, id_, "Unpublished. Only you can read it.")


async def _changed(
    session: AsyncSession, request: Request[Any, Any, Any], viewer: Viewer, menu_id: UUID, said: str
) -> Response[Any]:
    menu = await reading.menu_of(session, viewer.id, menu_id)
    return changed(request, "menus/_publication.html", then=f"/menus/{menu_id}/edit", said=said, menu=menu)


router = Router("/menus/{menu_id:str}/publication", route_handlers=[create, destroy])
