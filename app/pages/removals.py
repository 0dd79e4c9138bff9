"""`/menus/{id}/removals`: taking a course or an item off a menu, and bringing it back, for a day."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath

from app.kit.ids import parse_id
from app.menus import composing, undoing
from app.menus.forms import RemovalForm
from app.pages.menus import courses_changed
from app.web.page import Page, see_other
from app.web.wiring import Session, SignedIn, Typed


@post("/", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_, what = parse_id(menu_id), RemovalForm.read(form)
    if what.course:
        removal = await composing.remove_course(session, viewer.id, id_, what.course)
    else:
        assert what.item is not None  # noqa: S101 - the form holds one of the two
        removal = await composing.remove_item(session, viewer.id, id_, None, what.item)
    said = f"{removal.title} taken off. It can be brought back."
    there = f"removal-{removal.id}"
    return await courses_changed(session, request, viewer, id_, said, there, removed=str(removal.id))


@get("/{removal_id:str}")
async def show(session: Session, viewer: SignedIn, menu_id: FromPath[str], removal_id: FromPath[str]) -> Page:
    """Where one comes to whose menu is gone, and with it its editor."""
    removal = await undoing.removal_of(session, viewer.id, parse_id(menu_id), parse_id(removal_id))
    return Page("menus/removal.html", removal=removal)


@delete("/{removal_id:str}", status_code=200)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    menu_id: FromPath[str],
    removal_id: FromPath[str],
) -> Response[Any]:
    id_ = parse_id(menu_id)
    undone = await undoing.undo(session, viewer.id, id_, parse_id(removal_id))
    said = f"{undone.title} is back."
    if undone.kind == "menu":
        return see_other(request, f"/menus/{id_}/edit", said=said)
    return await courses_changed(session, request, viewer, id_, said, f"{undone.kind}-{undone.id}")


router = Router("/menus/{menu_id:str}/removals", route_handlers=[create, show, destroy])
