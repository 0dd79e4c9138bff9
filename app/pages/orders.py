"""`/menus/{id}/order`: where courses and items stand."""

from typing import Any

from litestar import Request, Response, Router, get, put
from litestar.params import FromPath, FromQuery

from app.kit.errors import NotFound
from app.kit.ids import parse_id
from app.menus import arranging
from app.menus.forms import MoveForm
from app.pages.menus import courses_changed, laid_out
from app.pages.searching import course_of
from app.web.limits import MOVES
from app.web.page import Page
from app.web.wiring import Session, SignedIn, Typed


@get("/edit")
async def edit(
    session: Session, viewer: SignedIn, menu_id: FromPath[str], item: FromQuery[str] = "", course: FromQuery[str] = ""
) -> Page:
    """Where the item, or the course, is to stand."""
    shown = await laid_out(session, viewer, parse_id(menu_id))
    if not item:
        _, within = course_of(shown["menu"], parse_id(course))
        return Page("menus/move.html", course=within, moving=None, form=None, said="", **shown)
    which = parse_id(item)
    for within in shown["menu"].courses:
        for row in within.items:
            if row.course_item_id == which:
                return Page("menus/move.html", course=within, moving=row, form=None, said="", **shown)
    raise NotFound("There is no such item on this menu.")


@put("/", limit=MOVES)
async def reorder(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    wanted = MoveForm.read(form)
    moved = await arranging.move(session, viewer.id, id_, wanted)
    at = f"course-{wanted.course}" if wanted.course else f"item-{wanted.item}"
    within = f" in {moved.course}" if moved.course else ""
    return await courses_changed(session, request, viewer, id_, f"Moved to {moved.place} of {moved.of}{within}.", at)


router = Router("/menus/{menu_id:str}/order", route_handlers=[edit, reorder])
