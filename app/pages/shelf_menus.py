"""`/library/menus`: what is chosen on the shelf goes on a menu of mine, all of it or nothing."""

from typing import Any

from litestar import Request, Response, Router, post

from app.kit.db import driver_of
from app.kit.errors import Invalid, NotFound
from app.kit.text import clip
from app.library.shelf_forms import ChosenForm
from app.menus import composing
from app.pages.library import answered, asked_where, look_of, shelf_changed, shown
from app.pages.places import place_of, wrong_place
from app.web.forms import FormState
from app.web.wiring import Session, SignedIn, Typed

TITLE_MAX = 80  # characters; what is said fits into a cookie


@post("/", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    items, look = ChosenForm.read(form).items, look_of(form)
    try:
        place = place_of(form)
        added = await composing.add_items(session, viewer.id, *place, items)
    except (Invalid, NotFound) as error:
        asked = await asked_where(session, viewer.id, items, FormState(form, wrong_place(form, error)))
        return await answered(request, await driver_of(session), viewer, look, status=422, serving=asked)
    context = await shown(await driver_of(session), viewer, look)
    where = place if added.number or added.there else None
    return shelf_changed(request, form, context, _said(added), place=where)


def _said(added: composing.Added) -> str:
    where = f"{clip(added.menu, TITLE_MAX)}: {clip(added.course, TITLE_MAX)}"
    said = f"{added.number or 'None'} added to {where}"
    for number, what in ((added.there, "there already"), (added.gone, "not in the catalog any more")):
        if number:
            said += f"; {number} {'was' if number == 1 else 'were'} {what}"
    return f"{said}."


router = Router("/library/menus", route_handlers=[create])
