"""`/items/{id}/logs`, `/log/{id}`: a line of the log is said, changed and taken off."""

from decimal import Decimal
from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.catalog import reading
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, Stale
from app.kit.ids import UUID, parse_id
from app.library import keeping, log_keeping, timeline, watching
from app.library.log_forms import LogForm
from app.library.models import UserItemLog
from app.pages.items import shown
from app.web import log_words, words
from app.web.forms import FormState, state_of, status_of, version_in
from app.web.page import Page, changed, refused, reloaded
from app.web.wiring import Session, SignedIn, Typed

PARTIAL = "library/_log.html"
MOVED = "library/_moved.html"
PAGE = "library/log_line.html"
SCOPE = "log"

AnyRequest = Request[Any, Any, Any]


@post("/items/{item_id:str}/logs", status_code=303)
async def create(
    session: Session, request: AnyRequest, viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = (await reading.card(session, parse_id(item_id))).id
    try:
        logged = await log_keeping.log(session, viewer.id, id_, LogForm.read(form))
    except Invalid as error:
        page = await shown(session, viewer, id_)
        return refused(request, PARTIAL, whole="items/show.html", **page | {"form": state_of(form, error, SCOPE)})
    id_ = logged.line.item_id
    item = await reading.item(session, id_, viewer.id)
    log = await timeline.of_item(session, viewer.id, id_)
    there, remark = f"/items/{id_}#log", log_words.beyond(logged.line, log)
    page = {"item": item, "log": log, "form": None}
    if not logged.moved_to:
        return changed(request, PARTIAL, then=there, said=f"On your log.{remark}", **page)
    said = f"On your log. It is moved to {words.status(item.type, logged.moved_to)}.{remark}"
    if watching.is_series(item):  # which its episodes show too
        return reloaded(request, there, said=said)
    entry = await keeping.entry_of(session, viewer.id, id_)
    return changed(request, MOVED, then=there, said=said, **page, entry=entry, statuses=words.statuses(item.type))


@get("/log/{log_id:str}/edit")
async def edit(session: Session, viewer: SignedIn, log_id: FromPath[str]) -> Page:
    line = await log_keeping.line_of(session, viewer.id, parse_id(log_id))
    return Page(PAGE, **await _page(session, line), form=None)


@put("/log/{log_id:str}", status_code=303)
async def update(
    session: Session, request: AnyRequest, viewer: SignedIn, log_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(log_id)
    line = await log_keeping.line_of(session, viewer.id, id_)
    try:
        line = await log_keeping.change(session, viewer.id, id_, LogForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        state = state_of(form, error) if isinstance(error, Invalid) else _beside(form, error)
        return Page(PAGE, status=status_of(state), **await _page(session, line), form=state)
    log = await timeline.of_item(session, viewer.id, line.item_id)
    return reloaded(request, f"/items/{line.item_id}#log", said=f"Changed.{log_words.beyond(line, log)}")


@delete("/log/{log_id:str}", status_code=200)
async def destroy(session: Session, request: AnyRequest, viewer: SignedIn, log_id: FromPath[str]) -> Response[Any]:
    line = await log_keeping.line_of(session, viewer.id, parse_id(log_id))
    item_id = await log_keeping.remove(session, viewer.id, line.id)
    said = "Taken off your log."
    entry = await keeping.entry_of(session, viewer.id, item_id)
    if entry and line.kind != "progress" and entry.status == log_keeping.MOVES[line.kind][0]:
        item = await reading.card(session, item_id)
        said += f" The status stays {words.status(item.type, entry.status)}."
    return await log_shown(session, request, viewer.id, item_id, said)


async def log_shown(
    session: AsyncSession, request: AnyRequest, user_id: UUID, item_id: UUID, said: str
) -> Response[Any]:
    """What its page shows of an item's log, after a change."""
    item = await reading.item(session, item_id, user_id)
    log = await timeline.of_item(session, user_id, item_id)
    return changed(request, PARTIAL, then=f"/items/{item_id}#log", said=said, item=item, log=log, form=None)


async def _page(session: AsyncSession, line: UserItemLog) -> dict[str, Any]:
    item = await reading.item(session, line.item_id, line.user_id)
    kinds = log_words.HAPPENED | {"progress": "How far I was, or a note"}
    units = [("", "–"), *log_words.units(item.type, getattr(item.told, "kind", None))]
    if line.unit and line.unit not in dict(units):
        units.append((line.unit, line.unit))
    known = await timeline.times_of(session, line.user_id, line.item_id)
    another = min(set(range(1, len(known) + 2)) - set(known))
    times = sorted((known | {another: another}).items(), key=lambda time: time[1])
    return {
        "item": item,
        "line": line,
        "kinds": list(kinds.items()),
        "units": units,
        "times": [(str(number), log_words.time(time)) for number, time in times],
    }


def _beside(typed: dict[str, str], error: Stale) -> FormState:
    """What somebody else saved meanwhile, as the fields have it."""
    said = {name: _said(value) for name, value in error.theirs.items()}
    return FormState(typed, theirs={name: value for name, value in said.items() if value != typed.get(name, "")})


def _said(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, Decimal) else str(value)


router = Router("/", route_handlers=[create, edit, update, destroy])
