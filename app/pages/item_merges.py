"""`/items/{id}/merges`: making two works one, taking one apart, and undoing either."""

import re
from typing import Any

from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath, FromQuery

from app.accounts.signing_in import Viewer
from app.catalog import comparing, reading
from app.catalog.holding import kept_as
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, parse_id
from app.kit.text import storable
from app.ops import merging, unmerging
from app.search.contract import TEXT_MAX, CatalogSearch, Question
from app.web.forms import FormState
from app.web.page import Page, see_other
from app.web.wiring import Engine, Session, SignedIn, Typed

ADDRESS = re.compile(r"/items/([0-9a-fA-F-]{32,36})")
HITS = 8


@get("/")
async def index(
    session: Session,
    request: Request[Any, Any, Any],
    engine: Engine,
    viewer: SignedIn,
    item_id: FromPath[str],
    q: FromQuery[str] = "",
    other: FromQuery[str] = "",
) -> Response[Any]:
    """`q`: what the other one is called, or its address; `other` is the one that was chosen. One that was merged away
    leads to what it was merged into."""
    id_ = parse_id(item_id)
    try:
        page = await decided(session, viewer, id_)
    except NotFound:
        return see_other(request, f"/items/{await kept_as(session, id_)}/merges")
    address = ADDRESS.search(q)
    if address or other:
        page["other"] = await _other(session, page, address[1] if address else other)
    elif q.strip():
        page["hits"] = await _named_so(engine, page["item"], q)
    return Page("items/merges.html", **page | {"q": q})


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    """`other` becomes one with this one, which stays."""
    kept = await reading.card(session, parse_id(item_id))
    gone = parse_id(form.get("other", ""))
    try:
        row = await merging.merge(session, viewer.id, kept.id, gone, is_operator=viewer.is_operator)
    except Invalid as error:
        page = await decided(session, viewer, kept.id)
        return Page("items/merges.html", status=422, **page | {"form": FormState(form, error.errors)})
    return see_other(request, f"/items/{kept.id}/merges", said=f"{row.title} and {kept.title} are one work now.")


@delete("/{merge_id:str}", status_code=200)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    item_id: FromPath[str],
    merge_id: FromPath[str],
) -> Response[Any]:
    kept = await reading.card(session, parse_id(item_id))
    undone = await unmerging.undo(session, viewer.id, parse_id(merge_id), is_operator=viewer.is_operator)
    said = " ".join(["Undone.", *undone.said()])
    return see_other(request, f"/items/{kept.id}/merges", said=said)


async def decided(session: AsyncSession, viewer: Viewer, item_id: UUID) -> dict[str, Any]:
    """What the page shows."""
    item = await reading.item(session, item_id)
    return {
        "item": item,
        "tellers": await comparing.tellers(session, item_id),
        "history": await merging.history(session, viewer.id, item_id, is_operator=viewer.is_operator),
        "may": await merging.may_decide(session, viewer.id, [item_id], is_operator=viewer.is_operator),
        "q": "",
        "hits": None,
        "other": None,
        "form": None,
    }


async def _other(session: AsyncSession, page: dict[str, Any], which: str) -> Any:
    found = await reading.card(session, parse_id(which))
    if found.id == page["item"].id:
        page["form"] = FormState(errors={"q": "That is this work itself."})
    elif found.type != page["item"].type:
        page["form"] = FormState(errors={"q": f"{found.title} is a work of another medium."})
    else:
        return found
    return None


async def _named_so(engine: CatalogSearch, item: Any, q: str) -> list[Any]:
    asked = Question(text=storable(q)[:TEXT_MAX], type=item.type, per_page=HITS + 1)
    answer = await engine.search(asked)
    return [hit for hit in answer.hits if hit.id != item.id][:HITS]


router = Router("/items/{item_id:str}/merges", route_handlers=[index, create, destroy])
