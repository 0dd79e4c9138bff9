"""`/items/{id}/menus`: putting an item on a menu of mine, from its page."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.catalog import reading
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, parse_id
from app.menus import composing, serving
from app.pages.places import place_of, wrong_place
from app.web.forms import FormState
from app.web.page import Page, changed, refused
from app.web.wiring import Session, SignedIn, Typed

PARTIAL = "items/_menus.html"
WHOLE = "items/menus.html"


@get("/new")
async def new(session: Session, viewer: SignedIn, item_id: FromPath[str]) -> Page:
    return Page(WHOLE, **await _served(session, viewer, parse_id(item_id), choosing=True))


@post("/", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    item = await reading.card(session, parse_id(item_id))
    try:
        await composing.add_item(session, viewer.id, *place_of(form), item.id)
    except (Invalid, NotFound) as error:
        page = await _served(session, viewer, item.id, choosing=True)
        return refused(request, PARTIAL, whole=WHOLE, **page | {"form": FormState(form, wrong_place(form, error))})
    page = await _served(session, viewer, item.id)
    return changed(request, PARTIAL, then=f"/items/{item.id}#menus", **page | {"said": f"{item.title} is on the menu."})


async def _served(session: AsyncSession, viewer: Viewer, item_id: UUID, *, choosing: bool = False) -> dict[str, Any]:
    """`courses` only where they are asked for."""
    return {
        "item": await reading.card(session, item_id),
        "menus": await serving.courses_with(session, viewer.id, item_id),
        "courses": await serving.courses_without(session, viewer.id, item_id) if choosing else None,
        "form": None,
        "said": "",
    }


router = Router("/items/{item_id:str}/menus", route_handlers=[new, create])
