"""`/library`: what I keep, narrowed and in order as its address says, and what is done to many at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response, Router, delete, get, put

from app.accounts.signing_in import Viewer
from app.kit.connections import Connection
from app.kit.db import AsyncSession, driver_of
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, parse_id
from app.library import changing_back, changing_many, looking, shelving
from app.library.shelf_forms import ChosenForm, LookForm, ManyForm
from app.menus import serving
from app.web import words
from app.web.forms import FormState
from app.web.page import Page, changed, see_other
from app.web.wiring import Asked, Session, SignedIn, Stored, Typed

PARTIAL = "library/_shelf.html"
WHOLE = "library/index.html"


@get("/library")
async def index(database: Stored, request: Request[Any, Any, Any], viewer: SignedIn, asked: Asked) -> Response[Any]:
    if not asked and (last := looking.remembered(viewer.shelf)):
        return see_other(request, _address(looking.read_what_can_be(LookForm, last)))
    if "narrow" in asked:
        return see_other(request, _address(looking.read_what_can_be(LookForm, _gathered(asked))))
    form = looking.read_what_can_be(LookForm, asked)
    async with database.direct.one() as connection:
        context = await shown(connection, viewer, form)
        if asked and not form.after and _is_chosen_here(request):
            await looking.remember(connection, viewer.id, viewer.shelf, form)
        context["undo"] = await _undo_of(connection, viewer, asked)
        context["place"] = await _place_of(connection, viewer, asked)
    return Page(WHOLE, said="", **context)


@put("/library/entries", status_code=303)
async def update(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    """One change of all that are chosen. Before they are taken out, and where they go on a menu, it is asked."""
    look, connection = look_of(form), await driver_of(session)
    what, _, value = (form.get("now") or form.get("action", "")).partition(":")
    chosen = {"items": _chosen(form)}
    if what == "remove" and chosen["items"]:
        leaving = await changing_many.titles(session, viewer.id, ChosenForm.read(chosen).items)
        if leaving:
            return await answered(request, connection, viewer, look, leaving=leaving)
    if what == "menu" and chosen["items"]:
        asked = await asked_where(session, viewer.id, ChosenForm.read(chosen).items)
        return await answered(request, connection, viewer, look, serving=asked)
    try:
        many = ManyForm.read(chosen | {what: value})
        change = await changing_many.change(session, viewer.id, many)
    except (Invalid, NotFound):
        wrong = "Choose what is to change, and what to do with it."
        return await answered(request, connection, viewer, look, status=422, wrong=wrong)
    context = await shown(connection, viewer, look)
    said = _said(many, change.number, context["entries"])
    return shelf_changed(request, form, context, said, undo=change.id)


@delete("/library/entries", status_code=303)
async def destroy(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    items = ChosenForm.read({"items": _chosen(form)}).items
    change = await changing_many.let_go(session, viewer.id, items)
    said = f"{words.plural(change.number, 'entry')} taken out of your library."
    context = await shown(await driver_of(session), viewer, look_of(form))
    return shelf_changed(request, form, context, said, undo=change.id)


def shelf_changed(
    request: Request[Any, Any, Any],
    form: Mapping[str, str],
    context: dict[str, Any],
    said: str,
    *,
    undo: UUID | None = None,
    place: tuple[UUID, UUID] | None = None,
) -> Response[Any]:
    """The shelf after a change, with a button that undoes it, or a link to the menu and course (`place`) of it."""
    then = _address(context["look"], form.get("after", ""))
    then += (f"&undo={undo}" if undo else "") + (f"&course={place[1]}" if place else "")
    return changed(request, PARTIAL, then=then, said=said, **context | {"undo": undo, "place": place})


async def shown(connection: Connection, viewer: Viewer, form: LookForm) -> dict[str, Any]:
    """What the shelf's template needs, in two statements."""
    try:
        entries, last = await shelving.page(connection, viewer.id, form, columns=form.view)
    except Invalid:  # of a place there is not
        form = form.model_copy(update={"after": ""})
        entries, last = await shelving.page(connection, viewer.id, form, columns=form.view)
    around = await shelving.around(connection, viewer.id, form)
    said, anywhere = looking.said_by(form), form.model_copy(update={"after": ""})
    return {
        "entries": entries,
        "look": form,
        "anywhere": anywhere,
        "said_by": urlencode(said),
        "is_narrowed": bool(said.keys() - {"view", "sort", "order"}),
        "is_saveable": len(said) > 1,
        "counts": tuple(around.counts.items()),
        "views": tuple(around.views),
        "tags": tuple(around.tags),
        "next": _address(form, last) if last else None,
        "leaving": (),
        "serving": None,
        "wrong": "",
        "undo": None,
        "place": None,
    }


def look_of(form: Mapping[str, str]) -> LookForm:
    """How the shelf was looked at when this was sent."""
    return looking.read_what_can_be(LookForm, dict(parse_qsl(form.get("look", ""))) | {"after": form.get("after", "")})


async def _undo_of(connection: Connection, viewer: Viewer, asked: Mapping[str, str]) -> UUID | None:
    """Where a form without JavaScript has led to, while it can be undone."""
    try:
        change = parse_id(asked.get("undo", ""))
    except NotFound:
        return None
    return change if await changing_back.can_be_undone(connection, viewer.id, change) else None


async def _place_of(connection: Connection, viewer: Viewer, asked: Mapping[str, str]) -> tuple[UUID, UUID] | None:
    """The menu and course to which such a form has added, where they are still mine."""
    try:
        course = parse_id(asked.get("course", ""))
    except NotFound:
        return None
    menu = await serving.menu_of(connection, viewer.id, course)
    return (menu, course) if menu else None


async def asked_where(
    session: AsyncSession, user_id: UUID, items: tuple[UUID, ...], form: FormState | None = None
) -> dict[str, Any]:
    """On which of my menus, and in which course, they are to go."""
    return {"works": items, "courses": await serving.courses_of(session, user_id), "form": form}


async def answered(
    request: Request[Any, Any, Any],
    connection: Connection,
    viewer: Viewer,
    look: LookForm,
    *,
    status: int = 200,
    **more: Any,
) -> Response[Any]:
    context = await shown(connection, viewer, look) | more
    if request.headers.get("hx-request") == "true":
        return Page(PARTIAL, part=True, status=status, said="", **context)
    return Page(WHOLE, status=status, said="", **context)


def _said(many: ManyForm, number: int, entries: Sequence[shelving.Entry]) -> str:
    one = next((entry for entry in entries if (entry.id,) == many.items), None)
    if one and many.status:
        return f"{one.title}: {words.status(one.type, one.status)}."
    if one and many.favourite is not None:
        return f"{one.title} is {'a' if many.favourite else 'no longer a'} favourite."
    return f"{words.plural(number, 'entry')} changed." if number else "Nothing had to be changed."


def _chosen(form: Mapping[str, str]) -> list[str]:
    return [name.removeprefix("item.") for name in form if name.startswith("item.")]


def _gathered(asked: Mapping[str, str]) -> dict[str, str]:
    """Of the form that narrows: what it sends in fields of their own, as the address says it."""
    said = {name: value for name, value in asked.items() if "." not in name}
    said["status"] = ",".join(name.removeprefix("status.") for name in asked if name.startswith("status."))
    for wanted, field in (("with", "tag"), ("without", "not_tag")):
        named = [name for name, value in asked.items() if name.startswith("tag.") and value == wanted]
        said[field] = ",".join(name.removeprefix("tag.") for name in named)
    said["sort"], _, said["order"] = said.pop("by", "added").partition(".")
    if said.get("rating_from") == "none":
        said |= {"rating_from": "", "unrated": "1"}
    return {name: value for name, value in said.items() if value}


def _address(form: LookForm, after: str = "") -> str:
    return "/library?" + urlencode(looking.said_by(form) | ({"after": after} if after else {}))


def _is_chosen_here(request: Request[Any, Any, Any]) -> bool:
    """By a link or form of ours, and not looked up in advance: a link from elsewhere changes nothing."""
    return request.headers.get("sec-fetch-site") == "same-origin" and "sec-purpose" not in request.headers


router = Router("/", route_handlers=[index, update, destroy])
