"""`/menus/{slug}/ticks`: being done with a work a menu serves, said where it stands."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromPath

from app.kit.errors import NotFound
from app.kit.ids import parse_id
from app.library import keeping
from app.menus import reading
from app.web.page import see_other
from app.web.wiring import Session, SignedIn, Typed


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, slug: FromPath[str], form: Typed
) -> Response[Any]:
    """The whole page comes back: the course's and the menu's progress are elsewhere on it."""
    menu = await reading.menu_at(session, slug, viewer.id)
    item_id = parse_id(form.get("item", ""))
    for course in menu.courses:
        for row in course.items:
            if row.item_id == item_id:
                await keeping.set_status(session, viewer.id, [item_id], "done")
                there = f"/menus/{menu.slug}#item-{course.position}-{row.position}"
                return see_other(request, there, said=f"{row.title} is ticked off.")
    raise NotFound("This menu does not serve that.")


router = Router("/menus/{slug:str}/ticks", route_handlers=[create])
