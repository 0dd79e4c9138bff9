"""`/menus/cooking`, and `/menus/{slug}/cooking`: following a menu with progress of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery

from app.accounts import house_rules
from app.accounts.signing_in import Viewer
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID, parse_id
from app.library import changing_back, keeping
from app.menus import cooking, reading
from app.menus.cooking import Cooked, Progress
from app.menus.reading import WholeMenu
from app.web.page import Page, reloaded, see_other
from app.web.wiring import Configured, Session, SignedIn


@dataclass(frozen=True, slots=True)
class Table:
    """A menu as somebody sits at it: `entries` by work; `progress` of each course; `first` has each work once.

    `ticked`: the works that `undo`, a change of entries, can take back.
    """

    entries: Mapping[UUID, AnyRow]
    follow: AnyRow | None
    progress: list[Progress]
    done: int
    total: int
    first: frozenset[UUID]
    undo: UUID | None
    ticked: frozenset[UUID]


async def at_the_table(session: AsyncSession, viewer: Viewer, menu: WholeMenu, undo: UUID | None = None) -> Table:
    """Two statements, however much is served; one more for what can be undone."""
    works = {row.item_id for course in menu.courses for row in course.items}
    entries = await keeping.entries_on(session, viewer.id, works)
    done = _done(entries)
    first = {row.item_id: row.course_item_id for course in reversed(menu.courses) for row in reversed(course.items)}
    follow = await cooking.follow_of(session, viewer.id, menu.id)
    ticked = frozenset(await changing_back.items_of(session, viewer.id, undo)) if undo else frozenset()
    progress = cooking.progress_in(menu, done)
    return Table(entries, follow, progress, len(done), len(works), frozenset(first.values()), undo, ticked)


@get("/cooking")
async def index(session: Session, viewer: SignedIn, settings: Configured, after: FromQuery[str] = "") -> Page:
    rows, last = await cooking.cooked_by(session, viewer.id, after=parse_id(after) if after else None)
    entries = await keeping.entries_on(session, viewer.id, {item for row in rows for item in _works(row)})
    done = _done(entries)
    rules = await house_rules.read(session, settings)
    return Page(
        "menus/cooking.html",
        cooked=[(each, each.progress(done)) for each in rows],
        next=f"/menus/cooking?after={last}" if last else None,
        discover=rules.discover,
    )


@post("/{slug:str}/cooking", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, slug: FromPath[str]
) -> Response[Any]:
    await cooking.start(session, viewer.id, slug)
    return await _changed(session, request, viewer, slug, "You are cooking this menu.")


@put("/{slug:str}/cooking")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, slug: FromPath[str]
) -> Response[Any]:
    """Finished, whatever the entries say."""
    await cooking.finish(session, viewer.id, slug)
    return await _changed(session, request, viewer, slug, "Served and done.")


@delete("/{slug:str}/cooking", status_code=200)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, slug: FromPath[str]
) -> Response[Any]:
    """Of a menu that is not public any more, too."""
    was_cooked = await cooking.stop(session, viewer.id, slug)
    try:
        return await _changed(session, request, viewer, slug, "You are not cooking this menu any more.")
    except NotFound:
        if not was_cooked:
            raise
    return see_other(request, "/menus/cooking", said="You are not cooking it any more.")


async def _changed(
    session: AsyncSession, request: Request[Any, Any, Any], viewer: Viewer, slug: str, said: str
) -> Response[Any]:
    """What is done, and what ticks it off, stands at each course and item too."""
    menu = await reading.menu_at(session, slug, viewer.id)
    return reloaded(request, f"/menus/{menu.slug}", said=said)


def _works(cooked: Cooked) -> set[UUID]:
    return {item for course in cooked.courses for item in course.items}


def _done(entries: Mapping[UUID, AnyRow]) -> frozenset[UUID]:
    return frozenset(item for item, entry in entries.items() if entry.status == "done")


router = Router("/menus", route_handlers=[index, create, update, destroy])
