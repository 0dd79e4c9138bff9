"""`/items/{id}/episodes`: what I have seen of a series, and what is next."""

from typing import Any

from litestar import Request, Response, Router, get, put
from litestar.params import FromPath, FromQuery

from app.catalog import reading
from app.catalog.reading import Item
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, parse_id
from app.library import watching
from app.library.log_forms import SeenForm
from app.web import words
from app.web.episodes import want_episodes
from app.web.page import Page, changed, reloaded
from app.web.wiring import Jobs, Session, SignedIn, Typed

PARTIAL = "library/_episodes.html"


@get("/")
async def index(
    session: Session, viewer: SignedIn, queue: Jobs, item_id: FromPath[str], season: FromQuery[str] = ""
) -> Page:
    item = await _series(session, viewer.id, item_id)
    guide = await watching.guide(session, viewer.id, item.id, _number(season))
    if guide.is_due:
        await want_episodes(queue, item.id)
    return Page("library/episodes.html", item=item, guide=guide, said="")


@put("/")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    item = await _series(session, viewer.id, item_id)
    wanted = read_pressed(form)
    said, moved_to = await _mark(session, viewer.id, item.id, wanted)
    there = f"/items/{item.id}/episodes?season={wanted.season}"
    if moved_to:
        return reloaded(request, there, said=f"{said} It is moved to {words.status(item.type, moved_to)}.")
    guide = await watching.guide(session, viewer.id, item.id, wanted.season)
    if wanted.seen and not guide.next_up:
        said += " All are seen now."
    return changed(request, PARTIAL, then=there, said=said, item=item, guide=guide)


def read_pressed(form: dict[str, str]) -> SeenForm:
    """Each button has a name, what to do, and a value, with what: `up_to` `2.5`, `seen` `2.5`, `unseen` `2`.

    Raises `Invalid`."""
    for name in ("up_to", "seen", "unseen"):
        if name in form:
            season, _, episode = form[name].partition(".")
            place = {"season": season, "episode": episode}
            return SeenForm.read(place | {"up_to": name == "up_to", "seen": name != "unseen"})
    raise Invalid({"": "Say which episodes."})


async def _series(session: AsyncSession, user_id: UUID, item_id: str) -> Item:
    now = await reading.card(session, parse_id(item_id))
    item = await reading.item(session, now.id, user_id)
    if not watching.is_series(item):
        raise NotFound("This has no episodes.")
    return item


async def _mark(session: AsyncSession, user_id: UUID, item_id: UUID, wanted: SeenForm) -> tuple[str, str | None]:
    if wanted.seen:
        number, moved_to = await watching.see(session, user_id, item_id, wanted)
        return f"{words.plural(number, 'episode')} marked as seen.", moved_to
    number = await watching.unsee(session, user_id, item_id, wanted)
    return f"{words.plural(number, 'episode')} taken off.", None


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else None


router = Router("/items/{item_id:str}/episodes", route_handlers=[index, update])
