"""`/items`: a work from outside becomes an item here; `/items/{id}` shows it with my entry."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.catalog import reading
from app.catalog.holding import kept_as
from app.catalog.ideas import ideas
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID, parse_id
from app.library import keeping, mine, watching
from app.menus import serving
from app.ops import merging
from app.search.taking import take_group
from app.web import words
from app.web.episodes import want_episodes
from app.web.page import Page, changed, see_other
from app.web.wiring import Jobs, Session, SignedIn, Sources, Typed

PREVIEWS_MAX = 20  # of one work


@post("/items", status_code=303)
async def create(
    session: Session,
    request: Request[Any, Any, Any],
    sources: Sources,
    viewer: SignedIn,
    form: Typed,
) -> Response[Any]:
    """Opens a preview, and keeps what it shows when the form says so."""
    previews = preview_ids(form)
    item_id, candidate = await take_group(session, sources, previews)
    there = f"/items/{item_id}"
    if not form.get("keep"):
        return see_other(request, there)
    entry = await keeping.keep(session, viewer.id, item_id)
    said = f"{candidate.title} is in your library."
    kept = {"place": previews[0], "item_id": item_id, "entry": entry, "type": candidate.type}
    return changed(request, "search/_keeping.html", then=there, said=said, **kept)


def preview_ids(form: Mapping[str, str]) -> list[UUID]:
    """Of one work, as its row says them: the foremost first."""
    return [parse_id(id_) for id_ in form.get("preview", "").split(",")[:PREVIEWS_MAX]]


@get("/items/{item_id:str}")
async def show(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, queue: Jobs, item_id: FromPath[str]
) -> Response[Any]:
    """One that was merged away leads to what it was merged into."""
    id_ = parse_id(item_id)
    try:
        page = await shown(session, viewer, id_)
    except NotFound:
        return see_other(request, f"/items/{await kept_as(session, id_)}")
    if page["guide"] and page["guide"].is_due:
        await want_episodes(queue, page["item"].id)
    return Page("items/show.html", **page)


async def shown(session: AsyncSession, viewer: Viewer, item_id: UUID) -> dict[str, Any]:
    """What the item's page shows."""
    item = await reading.item(session, item_id, viewer.id)
    own = await mine.of_item(session, viewer.id, item_id)
    return {
        "item": item,
        "entry": own.entry,
        "statuses": words.statuses(item.type),
        "form": None,
        "menus": await serving.courses_with(session, viewer.id, item_id),
        "courses": None,
        "ideas": await ideas(session, item),
        "log": own.log,
        "guide": await watching.guide(session, viewer.id, item_id) if watching.is_series(item) else None,
        "tagged": own.tagged,
        "may_merge": await merging.may_decide(session, viewer.id, [item_id], is_operator=viewer.is_operator),
    }


router = Router("/", route_handlers=[create, show])
