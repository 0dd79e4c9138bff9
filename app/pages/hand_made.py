"""`/items/new`, `/items/{id}/edit`: a work that no source knows, written down by hand."""

from typing import Any

from litestar import Request, Response, Router, get, post, put
from litestar.params import FromPath, FromQuery

from app.catalog.candidates import ITEM_TYPES
from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.kit.text import clip, storable
from app.ops.rewriting import writable
from app.sources import by_hand, hand_covers
from app.sources.covering import Covers
from app.sources.hand_covers import FILE_MAX
from app.sources.hand_forms import WorkForm
from app.sources.pictures import Own
from app.web.forms import FormState, state_of, status_of, version_in
from app.web.limits import PICTURES
from app.web.page import Page, see_other
from app.web.uploads import REFUSED_MAX, takes_a_file, upload_of
from app.web.wiring import Session, SignedIn, Typed

LEFT_BEHIND = "The picture did not come along. Choose it again, or save without one."
WITH_PICTURE: dict[str, Any] = {
    "limit": PICTURES,
    "opt": takes_a_file(FILE_MAX),
    "request_max_body_size": REFUSED_MAX,
}


@get("/items/new")
async def new(viewer: SignedIn, type: FromQuery[str] = "", title: FromQuery[str] = "") -> Page:  # noqa: A002 - the parameter's name in the address
    typed = {"type": _type(type), "title": clip(" ".join(storable(title).split()), 200)}
    return Page("items/new.html", **_written(FormState(typed)))


@post("/items/by-hand", status_code=303, **WITH_PICTURE)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    """Where the catalog has what may be the same (`twins`), it is shown first; another press adds it all the same."""
    try:
        work, cover = await _sent(request, form)
        same = () if form.get("anyway") else await by_hand.twins(session, work)
        if same:
            return Page("items/new.html", **_written(FormState(form), same))
        item_id = await by_hand.add(session, viewer.id, work)
        if cover:
            await hand_covers.put(session, item_id, cover)
    except Invalid as error:
        await session.rollback()  # nothing of what was begun is kept
        return Page("items/new.html", status=422, **_written(state_of(form, error)))
    return see_other(request, f"/items/{item_id}", said=f"{work.title} is in the catalog.")


@get("/items/{item_id:str}/edit")
async def edit(session: Session, viewer: SignedIn, item_id: FromPath[str]) -> Page:
    item = await writable(session, viewer.id, parse_id(item_id), is_operator=viewer.is_operator)
    return Page("items/edit.html", item=item, **_written(FormState(by_hand.typed(by_hand.form_of(item)))))


@put("/items/{item_id:str}", **WITH_PICTURE)
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(item_id)
    item = await writable(session, viewer.id, id_, is_operator=viewer.is_operator)
    try:
        work, cover = await _sent(request, form | {"type": item.type})
        await by_hand.rewrite(session, viewer.id, id_, work, since=version_in(form), is_operator=viewer.is_operator)
        if cover:
            await hand_covers.put(session, id_, cover)
        elif form.get("no_cover"):
            await hand_covers.take_off(session, id_)
    except (Invalid, Stale) as error:
        await session.rollback()
        state = state_of(form | {"type": item.type}, error)
        return Page("items/edit.html", status=status_of(state), item=item, **_written(state))
    return see_other(request, f"/items/{id_}", said="Saved.")


async def _sent(request: Request[Any, Any, Any], form: dict[str, str]) -> tuple[WorkForm, Own | None]:
    """The words, and the cover if one was chosen. Raises `Invalid` for what is wrong with either."""
    errors: dict[str, str] = {}
    try:
        work = WorkForm.read(form)
    except Invalid as error:
        errors |= error.errors
    try:
        cover = await _cover(request, form)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors)
    return work, cover


async def _cover(request: Request[Any, Any, Any], form: dict[str, str]) -> Own | None:
    if not form.get("file"):
        return None
    upload = upload_of(request)
    if upload is None:
        raise Invalid({"file": LEFT_BEHIND})
    covers: Covers = request.app.state.covers
    return await hand_covers.drawn(covers, await upload.read(FILE_MAX), form.get("type", ""))


def _type(said: str) -> str:
    return said if said in ITEM_TYPES else "book"


def _written(state: FormState, same: Any = ()) -> dict[str, Any]:
    state.typed["type"] = _type(state.typed.get("type", ""))
    return {"form": state, "same": same}


router = Router("/", route_handlers=[new, create, edit, update])
