"""`/api/menus/{id}/courses`."""

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.created import created
from app.api.describing import REPLACES, needs, problems, takes
from app.api.matching import Expected, tagged
from app.api.sent import Sent
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.menus import composing, reading
from app.menus.forms import TitleForm
from app.menus.reading import ServedCourse, WholeMenu
from app.web.wiring import Configured, Session, SignedIn

WRITES = problems(401, 404, 413, 415, 422)


@post(
    "/",
    summary="Add a course at the end of a menu.",
    operation_class=takes(body=TitleForm),
    responses=WRITES,
    **needs("menus:write"),
)
async def create(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], sent: Sent
) -> Response[shapes.Course]:
    course = await composing.add_course(session, viewer.id, menu_id, TitleForm.read(sent))
    _, whole = await course_of(session, viewer.id, menu_id, course.id)
    return created(shaping.course(settings, whole), f"/api/menus/{menu_id}/courses/{course.id}")


@get("/{course_id:uuid}", summary="A course of a menu of mine.", responses=problems(401, 404), **needs("menus:read"))
async def show(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], course_id: FromPath[UUID]
) -> Response[shapes.Course]:
    menu, course = await course_of(session, viewer.id, menu_id, course_id)
    return tagged(shaping.course(settings, course), menu.version)


@put(
    "/{course_id:uuid}",
    summary="Rename a course.",
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
    course_id: FromPath[UUID],
    sent: Sent,
) -> Response[shapes.Course]:
    """An intent that is left out is unmade. The version is the whole menu's."""
    form = TitleForm.read(sent)
    expected.hold(await composing.version_of(session, viewer.id, menu_id))
    await composing.rename_course(session, viewer.id, menu_id, course_id, form)
    menu, course = await course_of(session, viewer.id, menu_id, course_id)
    return tagged(shaping.course(settings, course), menu.version)


@delete(
    "/{course_id:uuid}",
    summary="Remove a course and what it serves, which can be brought back for a day.",
    responses=problems(401, 404),
    **needs("menus:write"),
)
async def destroy(session: Session, viewer: SignedIn, menu_id: FromPath[UUID], course_id: FromPath[UUID]) -> None:
    await composing.remove_course(session, viewer.id, menu_id, course_id)


async def course_of(
    session: AsyncSession, user_id: UUID, menu_id: UUID, course_id: UUID
) -> tuple[WholeMenu, ServedCourse]:
    """My menu, and the course as it stands on it. Raises `NotFound`."""
    menu = await reading.menu_of(session, user_id, menu_id)
    course = next((course for course in menu.courses if course.id == course_id), None)
    if course is None:
        raise NotFound("There is no such course on this menu.")
    return menu, course


router = Router("/menus/{menu_id:uuid}/courses", route_handlers=[create, show, update, destroy], tags=["menus"])
