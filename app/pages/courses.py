"""`/menus/{id}/courses` and `/menus/{id}/order`."""

from typing import Any

from litestar import Request, Response, Router, delete, post, put
from litestar.params import FromPath

from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.menus import composing
from app.menus.forms import MoveForm, TitleForm
from app.pages.menus import courses_changed, courses_refused
from app.web.forms import FormState, state_of, version_in
from app.web.limits import MOVES
from app.web.wiring import Session, SignedIn, Typed


@post("/courses", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    try:
        course = await composing.add_course(session, viewer.id, id_, TitleForm.read(form))
    except Invalid as error:
        return await courses_refused(session, request, viewer, id_, FormState(form, error.errors, "course-new"))
    said = f"Course {course.title} added."
    return await courses_changed(session, request, viewer, id_, said, f"course-{course.id}")


@put("/courses/{course_id:str}")
async def update(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    menu_id: FromPath[str],
    course_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    id_, which = parse_id(menu_id), parse_id(course_id)
    try:
        await composing.rename_course(session, viewer.id, id_, which, TitleForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        return await courses_refused(session, request, viewer, id_, state_of(form, error, f"course-{which}"))
    return await courses_changed(session, request, viewer, id_, "Course saved.", f"course-{which}")


@delete("/courses/{course_id:str}", status_code=200)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    menu_id: FromPath[str],
    course_id: FromPath[str],
) -> Response[Any]:
    id_ = parse_id(menu_id)
    title = await composing.remove_course(session, viewer.id, id_, parse_id(course_id))
    return await courses_changed(session, request, viewer, id_, f"Course {title} removed.")


@put("/order", limit=MOVES)
async def reorder(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    wanted = MoveForm.read(form)
    place, of = await composing.move(session, viewer.id, id_, wanted)
    at = f"course-{wanted.course}" if wanted.course else f"item-{wanted.item}"
    return await courses_changed(session, request, viewer, id_, f"Moved to {place} of {of}.", at)


router = Router("/menus/{menu_id:str}", route_handlers=[create, update, destroy, reorder])
