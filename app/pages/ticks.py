"""`/menus/{slug}/ticks`: being done with a work a menu serves, said where it stands, and taken back."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.kit.errors import NotFound
from app.kit.ids import UUID, parse_id
from app.library import changing_back, changing_many
from app.library.shelf_forms import ManyForm
from app.menus import reading
from app.menus.reading import WholeMenu
from app.web.page import see_other
from app.web.wiring import Session, SignedIn, Typed


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, slug: FromPath[str], form: Typed
) -> Response[Any]:
    """The whole page comes back: the course's and the menu's progress are elsewhere on it."""
    menu = await reading.menu_at(session, slug, viewer.id)
    item_id = parse_id(form.get("item", ""))
    title, at = _served(menu, item_id)
    change = await changing_many.change(session, viewer.id, ManyForm.read({"items": [item_id], "status": "done"}))
    query = f"?ticked={change.id}" if change.id else ""
    return see_other(request, f"/menus/{menu.slug}{query}#{at}", said=f"{title} is ticked off.")


@delete("/{change_id:str}", status_code=303)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    slug: FromPath[str],
    change_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    """The entry is as it was, unless it was changed since."""
    menu = await reading.menu_at(session, slug, viewer.id)
    title, at = _served(menu, parse_id(form.get("item", "")))
    undone = await changing_back.undo(session, viewer.id, parse_id(change_id))
    said = f"{title} is as it was." if undone.restored else f"{title} was changed since, and left alone."
    return see_other(request, f"/menus/{menu.slug}#{at}", said=said)


def _served(menu: WholeMenu, item_id: UUID) -> tuple[str, str]:
    """Its title, and the place on the page. Raises `NotFound`."""
    for course in menu.courses:
        for row in course.items:
            if row.item_id == item_id:
                return row.title, f"item-{course.position}-{row.position}"
    raise NotFound("This menu does not serve that.")


router = Router("/menus/{slug:str}/ticks", route_handlers=[create, destroy])
