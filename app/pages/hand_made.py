"""`/items/new`, `/items/{id}/edit`: a work that no source knows, written down by hand."""

from typing import Any

from litestar import Request, Response, Router, get, post, put
from litestar.params import FromPath, FromQuery

from app.accounts.signing_in import Viewer
from app.catalog.candidates import ITEM_TYPES
from app.catalog.reading import Item
from app.kit.db import AsyncSession
from app.kit.errors import Forbidden, Invalid, Stale
from app.kit.ids import UUID, parse_id
from app.kit.text import clip, storable
from app.ops import merging
from app.sources import by_hand
from app.sources.hand_forms import WorkForm
from app.web.forms import FormState, state_of, status_of, version_in
from app.web.page import Page, see_other
from app.web.wiring import Session, SignedIn, Typed


@get("/items/new")
async def new(viewer: SignedIn, type: FromQuery[str] = "", title: FromQuery[str] = "") -> Page:  # noqa: A002 - the parameter's name in the address
    typed = {"type": _type(type), "title": clip(" ".join(storable(title).split()), 200)}
    return Page("items/new.html", **_written(FormState(typed)))


@post("/items/by-hand", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    """Where the catalog has one of that name, kind and year, it is shown first; another press adds it all the same."""
    try:
        work = WorkForm.read(form)
        same = () if form.get("anyway") else await by_hand.twins(session, work)
        if same:
            return Page("items/new.html", **_written(FormState(form), same))
        item_id = await by_hand.add(session, viewer.id, work)
    except Invalid as error:
        return Page("items/new.html", status=422, **_written(state_of(form, error)))
    return see_other(request, f"/items/{item_id}", said=f"{work.title} is in the catalog.")


@get("/items/{item_id:str}/edit")
async def edit(session: Session, viewer: SignedIn, item_id: FromPath[str]) -> Page:
    item = await _mine(session, viewer, parse_id(item_id))
    return Page("items/edit.html", item=item, **_written(FormState(by_hand.typed(by_hand.form_of(item)))))


@put("/items/{item_id:str}")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(item_id)
    item = await _mine(session, viewer, id_)
    try:
        work = WorkForm.read(form | {"type": item.type})
        await by_hand.rewrite(session, viewer.id, id_, work, since=version_in(form), is_operator=viewer.is_operator)
    except (Invalid, Stale) as error:
        state = state_of(form | {"type": item.type}, error)
        return Page("items/edit.html", status=status_of(state), item=item, **_written(state))
    return see_other(request, f"/items/{id_}", said="Saved.")


async def _mine(session: AsyncSession, viewer: Viewer, item_id: UUID) -> Item:
    """Of its maker, as long as nobody else has a stake in it. Raises `NotFound`, `Forbidden`."""
    item = await by_hand.writable(session, viewer.id, item_id, is_operator=viewer.is_operator)
    if not await merging.may_decide(session, viewer.id, [item_id], is_operator=viewer.is_operator):
        raise Forbidden(merging.NOT_YOURS)
    return item


def _type(said: str) -> str:
    return said if said in ITEM_TYPES else "book"


def _written(state: FormState, same: Any = ()) -> dict[str, Any]:
    state.typed["type"] = _type(state.typed.get("type", ""))
    return {"form": state, "same": same}


router = Router("/", route_handlers=[new, create, edit, update])
