"""`/items/{id}/sources`: what each source says of an item, whose word one wants to see, and asking other sources."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath, FromQuery

from app.accounts.signing_in import Viewer
from app.catalog import comparing, reading, storing
from app.catalog.candidates import ITEM_TYPES
from app.catalog.holding import kept_as
from app.catalog.reading import Item
from app.kit.db import AsyncSession, let_go
from app.kit.errors import Forbidden, Invalid, NotFound
from app.kit.ids import UUID, parse_id
from app.kit.text import clip
from app.ops import merging
from app.pages.searching import Asked, asked_of
from app.search.contract import TEXT_MAX
from app.search.fan_out import NOTHING, FanOut, Outside
from app.search.operators import Box
from app.search.other_sources import Others, asking_others, others, take_for
from app.search.rows import Row
from app.web import words
from app.web.forms import FormState
from app.web.limits import SEARCHES
from app.web.page import Page, see_other
from app.web.wiring import Asking, Session, SignedIn, Sources, Typed

__all__ = ["compared", "router"]

PARTIAL = "items/_said.html"
WHOLE = "items/sources.html"
OTHERS = "items/other_sources.html"

NOT_BOTH = (
    "The catalog has that as a work of its own, which somebody else added, keeps, serves, logs or tags. "
    "So only an operator of this Tastebuds can make the two one."
)
NO_OTHER = "There is no other source that can be asked this."
NO_WORDS = "No source was asked: they look for words, and know nothing of tags and marks here."
NONE_ANSWERED = "No other source has answered."
ELSE_ONLY = "What other sources found is of another kind or has another number, so it is another work. Try other words."
NOT_FOUND = "No other source that answered knows it by these words. Try fewer of them, or others."
TYPE_STAYS = "type: changes nothing here, where sources are asked about one work."


@get("/")
async def index(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str]
) -> Response[Any]:
    """One that was merged away leads to what it was merged into."""
    id_ = parse_id(item_id)
    try:
        return Page(WHOLE, **await compared(session, viewer, id_))
    except NotFound:
        return see_other(request, f"/items/{await kept_as(session, id_)}/sources")


@get("/new", limit=SEARCHES)
async def new(
    session: Session,
    request: Request[Any, Any, Any],
    fan_out: Asking,
    viewer: SignedIn,
    item_id: FromPath[str],
    q: FromQuery[str] = "",
) -> Response[Any]:
    """Waits for them a little. `q` is what they are asked, in place of its title and who made it."""
    id_ = parse_id(item_id)
    try:
        page = await _told(session, fan_out, viewer, id_, q)
    except NotFound:
        return see_other(request, f"/items/{await kept_as(session, id_)}/sources/new")
    return Page(OTHERS, status=422 if page["asked"].problem else 200, **page)


@post("/", status_code=303)
async def create(
    session: Session,
    request: Request[Any, Any, Any],
    sources: Sources,
    fan_out: Asking,
    viewer: SignedIn,
    item_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    """`preview` is this very work. What another item has already is shown beside this one first."""
    item = await reading.card(session, parse_id(item_id))
    if not await _may(session, viewer, item.id):
        raise Forbidden(merging.NOT_YOURS)
    try:
        taken = await take_for(session, sources, item.id, parse_id(form.get("preview", "")))
    except NotFound:
        return await _refused(session, fan_out, viewer, item.id, form, _expired(form), wait=True)
    except Invalid as error:
        return await _refused(session, fan_out, viewer, item.id, form, error.errors[""])
    now = await reading.card(session, item.id)
    source = words.source(taken.candidate.source)
    if taken.item_id == now.id:
        return see_other(request, f"/items/{now.id}/sources", said=f"{source} speaks of {now.title}.")
    if not (taken.is_new or await _may(session, viewer, taken.item_id)):
        return await _refused(session, fan_out, viewer, now.id, form, NOT_BOTH)
    stays, goes = await _in_order(session, viewer, now.id, taken.item_id)
    if not taken.is_new:
        said = f"What {source} tells of stands in the catalog. Are these one?"
        return see_other(request, f"/items/{stays}/merges?other={goes}", said=said)
    await merging.merge(session, viewer.id, stays, goes, is_operator=viewer.is_operator)
    kept = await reading.card(session, stays)
    return see_other(request, f"/items/{stays}/sources", said=f"{source} speaks of {kept.title} from now on.")


async def compared(session: AsyncSession, viewer: Viewer, item_id: UUID) -> dict[str, Any]:
    """What the table shows."""
    item = await reading.item(session, item_id)
    told = await comparing.tellers(session, item_id)
    chosen = await comparing.choices(session, viewer.id, item_id)
    return {
        "item": item,
        "tellers": told,
        "lines": comparing.compared(item, told, chosen),
        "may": await _may(session, viewer, item_id),
        "heard": (),
        "form": None,
        "said": "",
    }


async def _may(session: AsyncSession, viewer: Viewer, item_id: UUID) -> bool:
    return await merging.may_decide(session, viewer.id, [item_id], is_operator=viewer.is_operator)


async def _told(
    session: AsyncSession, fan_out: FanOut, viewer: Viewer, item_id: UUID, q: str, *, wait: bool = True
) -> dict[str, Any]:
    """What the page of other sources shows; without `wait`, of what is remembered."""
    item = await reading.item(session, item_id)
    may = await _may(session, viewer, item.id)
    asked = _asked(viewer, item, q.strip())
    fan_out = asking_others(fan_out, {said.source for said in item.provenance})
    await let_go(session)
    outside = await fan_out.within(asked.question, viewer.id) if wait and may and not asked.problem else NOTHING
    if outside.pending or not wait:
        outside = await fan_out.remembered(asked.question, lost=True)
    found = await others(session, viewer.id, item.id, asked.question, outside)
    theirs = [row.item_id for row in found.rows if row.item_id]
    return {
        "item": item,
        "may": may,
        "gives_way": await _gives_way(session, viewer, item),
        "asked": asked,
        "question": asked.question,
        "outside": outside,
        "rows": found.rows,
        "apart": _apart(found.rows),
        "not_theirs": await merging.not_theirs(session, viewer.id, theirs, is_operator=viewer.is_operator),
        "why_none": _why_none(fan_out, asked, outside, found),
        "form": None,
    }


async def _refused(
    session: AsyncSession,
    fan_out: FanOut,
    viewer: Viewer,
    item_id: UUID,
    form: Mapping[str, str],
    why: str,
    *,
    wait: bool = False,
) -> Response[Any]:
    """The page again. Who has waited for one source does not wait for all: there is no time left for them."""
    page = await _told(session, fan_out, viewer, item_id, form.get("q", ""), wait=wait)
    return Page(OTHERS, status=422, **page | {"form": FormState(dict(form), {"": why})})


def _expired(form: Mapping[str, str]) -> str:
    title = form.get("title")
    what = f"What was told of {clip(title, TEXT_MAX)}" if title else "What you chose"
    return f"{what} is not kept any more. This is what is told now: choose again."


def _asked(viewer: Viewer, item: Item, q: str) -> Asked:
    """Its own name is plain words, whatever it looks like. The medium is always the item's."""
    named = _named(item)
    if q in ("", named):
        plain = Box(text=named)
        asked = Asked(typed=named, box=plain, question=plain.question(viewer=viewer.id))
    else:
        asked = asked_of(viewer, q)
    if asked.box.type not in (None, item.type):
        asked = replace(asked, box=replace(asked.box, problems=(*asked.box.problems, TYPE_STAYS)))
    kind = next(known for known in ITEM_TYPES if known == item.type)
    return replace(asked, question=replace(asked.question, type=kind))


def _named(item: Item) -> str:
    """Few sources say who made a film, and each spells names in its own way."""
    makers = item.creators[:1] if item.type in ("book", "music") else ()
    name = " ".join(" ".join([item.title.removesuffix("…"), *makers]).split())  # a title that was clipped ends so
    return name if len(name) <= TEXT_MAX else name[:TEXT_MAX].rpartition(" ")[0] or name[:TEXT_MAX]


def _apart(rows: Sequence[Row]) -> dict[str, str]:
    """What is said after each title to those who hear it: what tells works apart, and their number if nothing does."""
    known = {row.id: (row.year, *row.creators[:1], words.source(row.sources[0])) for row in rows}
    said = {id_: "".join(f", {each}" for each in what if each) for id_, what in known.items()}
    heard = Counter((row.title, said[row.id]) for row in rows)
    return {
        row.id: said[row.id] + (f", number {place}" if heard[row.title, said[row.id]] > 1 else "")
        for place, row in enumerate(rows, 1)
    }


def _why_none(fan_out: FanOut, asked: Asked, outside: Outside, found: Others) -> str:
    """What is true where no row is shown."""
    if not outside.reports:
        return NO_WORDS if fan_out.asked(asked.question) else NO_OTHER
    if all(report.state not in ("asked", "cached") for report in outside.reports):
        return NONE_ANSWERED
    return ELSE_ONLY if found.left_out else NOT_FOUND


async def _gives_way(session: AsyncSession, viewer: Viewer, item: Item) -> bool:
    """What only somebody's file told becomes one with what a source tells, whose words stand; so does what was made
    by hand, but for an operator."""
    return not viewer.is_operator if item.made_by else await storing.is_only_from_files(session, item.id)


async def _in_order(session: AsyncSession, viewer: Viewer, item_id: UUID, other_id: UUID) -> tuple[UUID, UUID]:
    """The one that stays, and the one that goes into it."""
    gives_way = await _gives_way(session, viewer, await reading.item(session, item_id))
    return (other_id, item_id) if gives_way else (item_id, other_id)


router = Router("/items/{item_id:str}/sources", route_handlers=[index, new, create])
