"""`/items/{id}/sources`: what each source says of an item, whose word one wants to see, and asking other sources."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath, FromQuery

from app.accounts.signing_in import Viewer
from app.catalog import comparing, reading, storing
from app.catalog.reading import Item
from app.kit.db import AsyncSession, let_go
from app.kit.errors import Forbidden, Invalid
from app.kit.ids import UUID, parse_id
from app.kit.text import clip
from app.ops import merging
from app.pages.searching import asked_of
from app.search.contract import TEXT_MAX
from app.search.fan_out import NOTHING, FanOut
from app.search.other_sources import others, take_for
from app.web import words
from app.web.forms import FormState
from app.web.limits import SEARCHES
from app.web.page import Page, see_other
from app.web.wiring import Asking, Session, SignedIn, Sources, Typed

__all__ = ["compared", "router"]

PARTIAL = "items/_said.html"
WHOLE = "items/sources.html"
OTHERS = "items/other_sources.html"


@get("/")
async def index(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str]
) -> Response[Any]:
    return Page(WHOLE, **await compared(session, viewer, parse_id(item_id)))


@get("/new", limit=SEARCHES)
async def new(
    session: Session, fan_out: Asking, viewer: SignedIn, item_id: FromPath[str], q: FromQuery[str] = ""
) -> Page:
    """Waits for them a little. `q` is what they are asked, in place of its title and who made it."""
    return Page(OTHERS, **await _told(session, fan_out, viewer, parse_id(item_id), q))


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
    except Invalid as error:
        page = await _told(session, fan_out, viewer, item.id, form.get("q", ""))
        return Page(OTHERS, status=422, **page | {"form": FormState(form, error.errors)})
    now = await reading.card(session, item.id)
    source = words.source(taken.candidate.source)
    if taken.item_id == now.id:
        return see_other(request, f"/items/{now.id}/sources", said=f"{source} speaks of {now.title}.")
    stays, goes = await _in_order(session, viewer, now.id, taken.item_id)
    if not taken.is_new:
        said = f"What {source} tells of stands in the catalog. Are these one?"
        return see_other(request, f"/items/{stays}/merges?other={goes}", said=said)
    await merging.merge(session, viewer.id, stays, goes, is_operator=viewer.is_operator)
    return see_other(request, f"/items/{stays}/sources", said=f"{source} speaks of {now.title} from now on.")


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


async def _told(session: AsyncSession, fan_out: FanOut, viewer: Viewer, item_id: UUID, q: str) -> dict[str, Any]:
    """What the page of other sources shows."""
    item = await reading.item(session, item_id)
    may = await _may(session, viewer, item.id)
    asked = asked_of(viewer, q.strip() or _named(item), item.type)
    await let_go(session)
    outside = await fan_out.within(asked.question, viewer.id) if may and not asked.problem else NOTHING
    if outside.pending:
        outside = await fan_out.remembered(asked.question, lost=True)
    return {
        "item": item,
        "may": may,
        "gives_way": await _gives_way(session, viewer, item),
        "asked": asked,
        "question": asked.question,
        "outside": outside,
        "rows": await others(session, viewer.id, item.id, asked.question, outside),
        "form": None,
    }


def _named(item: Item) -> str:
    """As plain words: few sources say who made a film, and each spells names in its own way."""
    makers = item.creators[:1] if item.type in ("book", "music") else ()
    return clip(" ".join([item.title, *makers]), TEXT_MAX)


async def _gives_way(session: AsyncSession, viewer: Viewer, item: Item) -> bool:
    """What only somebody's file told becomes one with what a source tells, whose words stand; so does what was made
    by hand, but for an operator."""
    return not viewer.is_operator if item.made_by else await storing.is_only_from_files(session, item.id)


async def _in_order(session: AsyncSession, viewer: Viewer, item_id: UUID, other_id: UUID) -> tuple[UUID, UUID]:
    """The one that stays, and the one that goes into it."""
    gives_way = await _gives_way(session, viewer, await reading.item(session, item_id))
    return (other_id, item_id) if gives_way else (item_id, other_id)


router = Router("/items/{item_id:str}/sources", route_handlers=[index, new, create])
