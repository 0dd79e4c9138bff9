"""`/items/{id}/entry`: my mark on an item."""

from typing import Any

from litestar import Request, Response, Router, delete, post, put
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.catalog import reading
from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.library import keeping
from app.library.forms import EntryForm
from app.pages.items import shown
from app.web import ratings, words
from app.web.episodes import want_if_series
from app.web.forms import FormState, decided, must_be_decided, state_of, version_in, was_in
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
    item = await reading.card(session, parse_id(item_id))
    typed = decided(form)
    try:
        read = EntryForm.read(typed)
        must_be_decided(form)
        entry = await keeping.mark(session, viewer.id, item.id, read, since=version_in(form), was=was_in(typed))
    except (Invalid, Stale) as error:
        page = await shown(session, viewer, item.id)
        state = state_of(typed, error) if isinstance(error, Invalid) else _met(viewer, typed, error, item.type)
        return refused(request, PARTIAL, whole="items/show.html", **page | {"form": state})
    return changed(request, PARTIAL, then=f"/items/{item.id}", said="Saved.", **_marks(item, entry))


@delete("/", status_code=200)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str]
) -> Response[Any]:
    item = await reading.card(session, parse_id(item_id))
    await keeping.let_go(session, viewer.id, item.id)
    said = f"{item.title} is no longer in your library."
    return changed(request, PARTIAL, then=f"/items/{item.id}", said=said, **_marks(item, None))


def _met(viewer: Viewer, typed: dict[str, str], error: Stale, item_type: str) -> FormState:
    """Marks that somebody else saved meanwhile: as the form sends them, and in words."""
    mine, theirs = EntryForm.read(typed | error.followed), EntryForm.read(typed | error.followed | error.theirs)
    sent = {
        "status": theirs.status,
        "rating": "" if theirs.rating is None else f"{float(theirs.rating):g}",
        "favourite": "1" if theirs.favourite else "",
        "notes": theirs.notes,
    }
    with ratings.preferring(viewer.rating_scale):
        rated = "no rating" if theirs.rating is None else ratings.exactly(theirs.rating)
    in_words = {
        "status": words.status(item_type, theirs.status),
        "rating": rated,
        "favourite": "a favourite" if theirs.favourite else "no favourite",
    }
    error.theirs = {name: sent[name] for name in sent if getattr(theirs, name) != getattr(mine, name)}
    error.followed = {name: sent[name] for name in error.followed}
    return state_of(typed, error, in_words=in_words, chooses=True)


def _marks(item: Any, entry: Any) -> dict[str, Any]:
    return {"item": item, "entry": entry, "statuses": words.statuses(item.type), "form": None}


router = Router("/items/{item_id:str}/entry", route_handlers=[create, update, destroy])
