"""`/items/{id}/entry`: my mark on an item."""

from typing import Any

from litestar import Request, Response, Router, delete, post, put
from litestar.params import FromPath

from app.catalog import reading
from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.library import keeping
from app.library.forms import EntryForm
from app.pages.items import shown
from app.web import ratings, words
from app.web.episodes import want_if_series
from app.web.forms import FormState, state_of, version_in
from app.web.page import changed, refused
from app.web.wiring import Jobs, Session, SignedIn, Typed

PARTIAL = "library/_entry.html"


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, queue: Jobs, item_id: FromPath[str]
) -> Response[Any]:
    """Keeps a hit of the catalog's."""
    hit = await reading.card(session, parse_id(item_id))
    entry = await keeping.keep(session, viewer.id, hit.id)
    await want_if_series(session, queue, hit.id)
    said = f"{hit.title} is in your library."
    kept = {"place": hit.id, "item_id": hit.id, "entry": entry, "type": hit.type}
    return changed(request, "search/_keeping.html", then=f"/items/{hit.id}", said=said, **kept)


@put("/")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(item_id)
    try:
        entry = await keeping.mark(session, viewer.id, id_, EntryForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        page = await shown(session, viewer, id_)
        state = state_of(form, error) if isinstance(error, Invalid) else _beside(form, error, page["item"].type)
        return refused(request, PARTIAL, whole="items/show.html", **page | {"form": state})
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


def _beside(typed: dict[str, str], error: Stale, item_type: str) -> FormState:
    """Marks that somebody else saved meanwhile, in words."""
    theirs, mine = error.theirs, EntryForm.read(typed).model_dump()
    rating = theirs["rating"]
    said = {
        "status": words.status(item_type, theirs["status"]),
        "rating": "no rating" if rating is None else ratings.in_words(rating),
        "favourite": "a favourite" if theirs["favourite"] else "no favourite",
        "notes": theirs["notes"],
    }
    return FormState(typed, theirs={name: said[name] for name in said if theirs[name] != mine[name]})


def _marks(item: Any, entry: Any) -> dict[str, Any]:
    return {"item": item, "entry": entry, "statuses": words.statuses(item.type), "form": None}


router = Router("/items/{item_id:str}/entry", route_handlers=[create, update, destroy])
