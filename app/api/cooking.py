"""`/api/menus/cooking` and `/api/menus/{slug}/cooking`: menus I cook, and how far I am."""

from collections.abc import Mapping

from litestar import Router, delete, get, post, put
from litestar.params import FromPath, FromQuery

from app.accounts.signing_in import Viewer
from app.api import serving_shapes as shapes
from app.api.describing import needs, problems
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID, parse_id
from app.library import keeping
from app.menus import cooking, reading
from app.menus.cooking import Progress
from app.web.wiring import Session, SignedIn


@get("/cooking", summary="Menus I cook, begun last first.", responses=problems(401, 404), **needs("menus:read"))
async def index(session: Session, viewer: SignedIn, after: FromQuery[str] = "") -> shapes.Kitchen:
    rows, last = await cooking.cooked_by(session, viewer.id, after=parse_id(after) if after else None)
    works = {item for row in rows for course in row.courses for item in course.items}
    done = _done(await keeping.entries_on(session, viewer.id, works))
    return shapes.Kitchen(
        cooking=[_shaped(each.row, each.progress(done)) for each in rows],
        next=f"/api/menus/cooking?after={last}" if last else None,
    )


@post(
    "/{slug:str}/cooking",
    status_code=200,
    summary="Cook a menu, or begin it again.",
    responses=problems(401, 404),
    **needs("menus:write"),
)
async def create(session: Session, viewer: SignedIn, slug: FromPath[str]) -> shapes.Cooking:
    await cooking.start(session, viewer.id, slug)
    return await _cooked(session, viewer, slug)


@put(
    "/{slug:str}/cooking",
    summary="Be done with a menu I cook.",
    responses=problems(401, 404, 413, 415),
    **needs("menus:write"),
)
async def update(session: Session, viewer: SignedIn, slug: FromPath[str]) -> shapes.Cooking:
    """Whatever my entries say."""
    await cooking.finish(session, viewer.id, slug)
    return await _cooked(session, viewer, slug)


@delete("/{slug:str}/cooking", summary="Stop cooking a menu.", responses=problems(401, 404), **needs("menus:write"))
async def destroy(session: Session, viewer: SignedIn, slug: FromPath[str]) -> None:
    """My entries stay."""
    if not await cooking.stop(session, viewer.id, slug):
        await reading.menu_at(session, slug, viewer.id)  # what cannot be seen is not there


async def _cooked(session: AsyncSession, viewer: Viewer, slug: str) -> shapes.Cooking:
    menu = await reading.menu_at(session, slug, viewer.id)
    works = {row.item_id for course in menu.courses for row in course.items}
    done = _done(await keeping.entries_on(session, viewer.id, works))
    follow = await cooking.follow_of(session, viewer.id, menu.id)
    assert follow is not None  # noqa: S101 - begun or finished a moment ago, in this transaction
    return shapes.Cooking(
        id=follow.id,
        slug=menu.slug,
        title=menu.title,
        author=menu.author,
        started_at=follow.started_at,
        finished_at=follow.finished_at,
        courses=_progress(cooking.progress_in(menu, done)),
    )


def _shaped(row: AnyRow, courses: list[Progress]) -> shapes.Cooking:
    return shapes.Cooking(
        id=row.id,
        slug=row.slug,
        title=row.title,
        author=row.author,
        started_at=row.started_at,
        finished_at=row.finished_at,
        courses=_progress(courses),
    )


def _progress(courses: list[Progress]) -> list[shapes.Progress]:
    return [shapes.Progress(course=each.title, done=each.done, total=each.total) for each in courses]


def _done(entries: Mapping[UUID, AnyRow]) -> set[UUID]:
    return {item for item, entry in entries.items() if entry.status == "done"}


router = Router("/menus", route_handlers=[index, create, update, destroy], tags=["menus"])
