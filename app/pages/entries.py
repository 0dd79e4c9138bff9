"""`/items/{id}/entry`: my mark on an item."""

from typing import Any

from litestar import Request, Response, Router, delete, post, put
from litestar.params import FromPath

from app.catalog import reading
from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.library import keeping
from app.library.forms import EntryForm
from app.pages.items import shown
from app.web import words
from app.web.forms import FormState
from app.web.page import changed, refused
from app.web.wiring import Session, SignedIn, Typed

PARTIAL = "library/_entry.html"


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str]
) -> Response[Any]:
    """Keeps a hit of the catalog's."""
    hit = await reading.card(session, parse_id(item_id))
    entry = await keeping.keep(session, viewer.id, hit.id)
    said = f"{hit.title} is in your library."
    kept = {"place": hit.id, "item_id": hit.id, "entry": entry, "type": hit.type}
    return changed(request, "search/_keeping.html", then=f"/items/{hit.id}", said=said, **kept)


@put("/")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(item_id)
    try:
        entry = await keeping.mark(session, viewer.id, id_, EntryForm.read(form))
    except Invalid as error:
        page = await shown(session, viewer, id_) | {"form": FormState(form, error.errors)}
        return refused(request, PARTIAL, whole="items/show.html", **page)
    item = await reading.card(session, id_)
    return changed(request, PARTIAL, then=f"/items/{id_}", said="Saved.", **_marks(item, entry))


@delete("/", status_code=200)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str]
) -> Response[Any]:
    item = await reading.card(session, parse_id(item_id))
    await keeping.let_go(session, viewer.id, item.id)
    said = f"{item.title} is no longer in your library."
    return changed(request, PARTIAL, then=f"/items/{item.id}", said=said, **_marks(item, None))


def _marks(item: Any, entry: Any) -> dict[str, Any]:
    return {"item": item, "entry": entry, "statuses": words.statuses(item.type), "form": None}


router = Router("/items/{item_id:str}/entry", route_handlers=[create, update, destroy])
