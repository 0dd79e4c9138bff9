"""`/api/menus`: mine."""

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery

from app.api import shapes, shaping
from app.api.created import created
from app.api.describing import REPLACES, needs, problems, takes
from app.api.matching import Expected, tagged
from app.api.sent import Sent
from app.kit.ids import UUID
from app.menus import arranging, composing, reading
from app.menus.forms import MoveForm, TitleForm
from app.web.limits import MOVES
from app.web.wiring import Configured, Session, SignedIn

WRITES = problems(401, 404, 413, 415, 422)


@get("/", summary="My menus, the last changed first.", responses=problems(401, 404), **needs("menus:read"))
async def index(session: Session, settings: Configured, viewer: SignedIn, after: FromQuery[str] = "") -> shapes.Menus:
    """`after` is where the page before ended: follow `next` instead of making one."""
    rows, last = await reading.menus_of(session, viewer.id, after=after or None)
    return shapes.Menus(
        menus=[shaping.menu_row(settings, row) for row in rows], next=f"/api/menus?after={last}" if last else None
    )


@post(
    "/",
    summary="Start a menu.",
    operation_class=takes(body=TitleForm),
    responses=problems(401, 413, 415, 422),
    **needs("menus:write"),
)
async def create(session: Session, settings: Configured, viewer: SignedIn, sent: Sent) -> Response[shapes.Menu]:
    menu = await composing.create(session, viewer.id, TitleForm.read(sent))
    whole = await reading.menu_of(session, viewer.id, menu.id)
    return created(shaping.menu(settings, whole), f"/api/menus/{menu.id}")


@get(
    "/{menu_id:uuid}",
    summary="A menu of mine, with its courses in order.",
    responses=problems(401, 404),
    **needs("menus:read"),
)
async def show(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID]
) -> Response[shapes.Menu]:
    menu = await reading.menu_of(session, viewer.id, menu_id)
    return tagged(shaping.menu(settings, menu), menu.version)


@put(
    "/{menu_id:uuid}",
    summary="Rename a menu.",
    operation_class=takes(body=TitleForm, replaces=True),
    responses=WRITES | REPLACES,
    **needs("menus:write"),
)
async def update(
    session: Session,
    settings: Configured,
    viewer: SignedIn,
    expected: Expected,
    menu_id: FromPath[UUID],
    sent: Sent,
) -> Response[shapes.Menu]:
    """An intent that is left out is unmade."""
    form = TitleForm.read(sent)
    expected.hold(await composing.version_of(session, viewer.id, menu_id))
    await composing.rename(session, viewer.id, menu_id, form)
    menu = await reading.menu_of(session, viewer.id, menu_id)
    return tagged(shaping.menu(settings, menu), menu.version)


@delete(
    "/{menu_id:uuid}",
    summary="Delete a menu, which can be brought back for a day.",
    responses=problems(401, 404),
    **needs("menus:write"),
)
async def destroy(session: Session, viewer: SignedIn, menu_id: FromPath[UUID]) -> None:
    await composing.discard(session, viewer.id, menu_id)


@put(
    "/{menu_id:uuid}/order",
    limit=MOVES,
    summary="Move a course, or an item: a step up or down, or to a place, also of another course.",
    operation_class=takes(body=MoveForm),
    responses=WRITES | problems(401, 409),
    **needs("menus:write"),
)
async def reorder(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], sent: Sent
) -> shapes.Menu:
    """Name a `course` or an `item` (a course item's id), and either `move` or `to`, its place from 1.

    `course_to` is the course an item goes to, at its end if no place is said. Past the end of a row is its end. Where
    that course serves the item already, or is full, the answer is 409.
    """
    await arranging.move(session, viewer.id, menu_id, MoveForm.read(sent))
    return shaping.menu(settings, await reading.menu_of(session, viewer.id, menu_id))


router = Router("/menus", route_handlers=[index, create, show, update, destroy, reorder], tags=["menus"])
