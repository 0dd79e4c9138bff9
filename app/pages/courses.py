"""`/menus/{id}/courses` and `/menus/{id}/order`."""

from typing import Any

from litestar import Request, Response, Router, get, post, put
from litestar.params import FromPath

from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.menus import arranging, composing, reading
from app.menus.forms import MoveForm, TitleForm
from app.pages.menus import courses_changed, courses_refused, laid_out, words_refused
from app.pages.searching import course_of
from app.web.forms import FormState, decided, must_be_decided, state_of, version_in
from app.web.limits import MOVES
from app.web.page import Page, changed
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


@get("/courses/{course_id:str}/edit")
async def edit(session: Session, viewer: SignedIn, menu_id: FromPath[str], course_id: FromPath[str]) -> Page:
    """Where it is to stand."""
    shown = await laid_out(session, viewer, parse_id(menu_id))
    _, course = course_of(shown["menu"], parse_id(course_id))
    return Page("menus/move.html", course=course, moving=None, form=None, said="", **shown)


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
        await composing.rename_course(session, viewer.id, id_, which, read, since=version_in(form))
    except (Invalid, Stale) as error:
        _, course = course_of(await reading.menu_of(session, viewer.id, id_), which)
        state = state_of(typed, error, f"course-{which}", chooses=True)
        return await words_refused(session, request, viewer, id_, HEAD, state, course=course)
    menu, course = course_of(await reading.menu_of(session, viewer.id, id_), which)
    there = f"/menus/{id_}/edit#course-{which}"
    return changed(request, HEAD, then=there, said="Course saved.", menu=menu, course=course, form=None)


@put("/order", limit=MOVES)
async def reorder(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    wanted = MoveForm.read(form)
    moved = await arranging.move(session, viewer.id, id_, wanted)
    at = f"course-{wanted.course}" if wanted.course else f"item-{wanted.item}"
    within = f" in {moved.course}" if moved.course else ""
    return await courses_changed(session, request, viewer, id_, f"Moved to {moved.place} of {moved.of}{within}.", at)


router = Router("/menus/{menu_id:str}", route_handlers=[create, edit, update, reorder])
