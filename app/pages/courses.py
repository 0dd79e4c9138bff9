"""`/menus/{id}/courses`."""

from typing import Any

from litestar import Request, Response, Router, post, put
from litestar.params import FromPath

from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.menus import composing, reading
from app.menus.forms import TitleForm
from app.pages.menus import courses_changed, courses_refused, words_refused
from app.pages.searching import course_of
from app.web.forms import FormState, decided, must_be_decided, state_of, version_in, was_in
from app.web.page import changed
from app.web.wiring import Session, SignedIn, Typed

HEAD = "menus/_course_head.html"


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
    typed = decided(form)
    try:
        read = TitleForm.read(typed)
        must_be_decided(form)
        since, was = version_in(form), was_in(typed)
        await composing.rename_course(session, viewer.id, id_, which, read, since=since, was=was)
    except (Invalid, Stale) as error:
        _, course = course_of(await reading.menu_of(session, viewer.id, id_), which)
        state = state_of(typed, error, f"course-{which}", chooses=True)
        return await words_refused(session, request, viewer, id_, HEAD, state, course=course)
    menu, course = course_of(await reading.menu_of(session, viewer.id, id_), which)
    there = f"/menus/{id_}/edit#course-{which}"
    return changed(request, HEAD, then=there, said="Course saved.", menu=menu, course=course, form=None)


router = Router("/menus/{menu_id:str}", route_handlers=[create, update])
