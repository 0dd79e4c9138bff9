"""`/api/menus/{id}/courses/{id}/items`: what a course serves."""

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.courses import WRITES, course_of
from app.api.created import created
from app.api.describing import REPLACES, also, needs, problems, takes
from app.api.matching import Expected, tagged
from app.api.sent import Sent
from app.catalog.holding import hold
from app.kit.db import AnyRow
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.menus import composing
from app.menus.forms import NoteForm
from app.menus.reading import ServedCourse
from app.search.forms import ChoiceForm
from app.search.taking import take
from app.web.wiring import Configured, Session, SignedIn, Sources


@post(
    "/",
    summary="Serve an item at the end of a course.",
    operation_class=takes(body=ChoiceForm),
    responses=WRITES | also(200, shapes.CourseItem, "The course serves it already: as it stands."),
    **needs("menus:write"),
)
async def create(
    session: Session,
    sources: Sources,
    settings: Configured,
    viewer: SignedIn,
    menu_id: FromPath[UUID],
    course_id: FromPath[UUID],
    sent: Sent,
) -> Response[shapes.CourseItem]:
    """`item` names one of the catalog's, by what it was before it became one with another too; `preview` one from
    outside, which becomes an item now."""
    form = ChoiceForm.read(sent)
    _, before = await course_of(session, viewer.id, menu_id, course_id)
    named = form.item or (await take(session, sources, form.preview))[0]  # type: ignore[arg-type]  # one of the two
    item_id = await hold(session, named)
    await composing.add_item(session, viewer.id, menu_id, course_id, item_id)
    _, course = await course_of(session, viewer.id, menu_id, course_id)
    row = next(row for row in course.items if row.item_id == item_id)
    shape = shaping.course_item(settings, row)
    if any(row.item_id == item_id for row in before.items):
        return Response(shape, status_code=200)
    return created(shape, f"/api/menus/{menu_id}/courses/{course_id}/items/{row.course_item_id}")


@get(
    "/{course_item_id:uuid}",
    summary="What a course serves in one place.",
    responses=problems(401, 404),
    **needs("menus:read"),
)
async def show(
    session: Session,
    settings: Configured,
    viewer: SignedIn,
    menu_id: FromPath[UUID],
    course_id: FromPath[UUID],
    course_item_id: FromPath[UUID],
) -> Response[shapes.CourseItem]:
    menu, course = await course_of(session, viewer.id, menu_id, course_id)
    return tagged(shaping.course_item(settings, _served(course, course_item_id)), menu.version)


@put(
    "/{course_item_id:uuid}",
    summary="Say why an item is served.",
    operation_class=takes(body=NoteForm, replaces=True),
    responses=WRITES | REPLACES,
    **needs("menus:write"),
)
async def update(
    session: Session,
    settings: Configured,
    viewer: SignedIn,
    expected: Expected,
    menu_id: FromPath[UUID],
    course_id: FromPath[UUID],
    course_item_id: FromPath[UUID],
    sent: Sent,
) -> Response[shapes.CourseItem]:
    """The version is the whole menu's."""
    form = NoteForm.read(sent)
    expected.hold(await composing.version_of(session, viewer.id, menu_id))
    await composing.annotate(session, viewer.id, menu_id, course_id, course_item_id, form)
    menu, course = await course_of(session, viewer.id, menu_id, course_id)
    return tagged(shaping.course_item(settings, _served(course, course_item_id)), menu.version)


@delete(
    "/{course_item_id:uuid}",
    summary="Take an item off a course, to which it can be brought back for a day.",
    responses=problems(401, 404),
    **needs("menus:write"),
)
async def destroy(
    session: Session,
    viewer: SignedIn,
    menu_id: FromPath[UUID],
    course_id: FromPath[UUID],
    course_item_id: FromPath[UUID],
) -> None:
    await composing.remove_item(session, viewer.id, menu_id, course_id, course_item_id)


def _served(course: ServedCourse, course_item_id: UUID) -> AnyRow:
    row = next((row for row in course.items if row.course_item_id == course_item_id), None)
    if row is None:
        raise NotFound("There is no such item in this course.")
    return row


router = Router(
    "/menus/{menu_id:uuid}/courses/{course_id:uuid}/items",
    route_handlers=[create, show, update, destroy],
    tags=["menus"],
)
