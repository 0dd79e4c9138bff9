"""`/menus/{id}/courses/{id}/items`: finding what a course serves, adding it, and noting why."""

from typing import Any

from litestar import Request, Response, Router, get, post, put
from litestar.params import FromPath, FromQuery

from app.kit.db import AnyRow, let_go
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, parse_id
from app.menus import composing, reading
from app.menus.forms import NoteForm
from app.menus.reading import ServedCourse, WholeMenu
from app.pages.items import preview_ids
from app.pages.menus import courses_changed, courses_refused, words_refused
from app.pages.searching import adding_to, asked_of, course_of, found
from app.search.taking import take_group
from app.web.forms import FormState, decided, must_be_decided, state_of, version_in, was_in
from app.web.page import Page, changed
from app.web.wiring import Asking, Engine, Session, SignedIn, Sources, Typed

ITEM = "menus/_course_item.html"


@get("/new")
async def new(
    session: Session,
    engine: Engine,
    fan_out: Asking,
    viewer: SignedIn,
    menu_id: FromPath[str],
    course_id: FromPath[str],
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",  # noqa: A002 - the parameter's name in the address
    page: FromQuery[int] = 1,
    outside: FromQuery[bool] = False,
) -> Page:
    menu, course = course_of(await reading.menu_of(session, viewer.id, parse_id(menu_id)), parse_id(course_id))
    await let_go(session)
    search = await found(session, engine, fan_out, viewer, asked_of(viewer, q, type, page), wait=outside)
    adding = adding_to(menu, course)
    return Page("menus/add.html", menu=menu, course=course, adding=adding, form=None, said="", **search)


@post("/", status_code=200)
async def create(
    session: Session,
    request: Request[Any, Any, Any],
    sources: Sources,
    viewer: SignedIn,
    menu_id: FromPath[str],
    course_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    """`item` names a hit of the catalog's, `preview` one from outside, which becomes an item now."""
    id_, which = parse_id(menu_id), parse_id(course_id)
    menu, course = course_of(await reading.menu_of(session, viewer.id, id_), which)
    if "preview" in form:
        item_id, _ = await take_group(session, sources, preview_ids(form))
    else:
        item_id = parse_id(form.get("item", ""))
    try:
        title = await composing.add_item(session, viewer.id, menu.id, which, item_id)
    except Invalid as error:
        return await courses_refused(session, request, viewer, id_, FormState(form, error.errors, f"course-{which}"))
    return await courses_changed(session, request, viewer, id_, f"{title} added to {course.title}.", f"course-{which}")


@put("/{course_item_id:str}")
async def update(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    menu_id: FromPath[str],
    course_id: FromPath[str],
    course_item_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    id_, within, served = parse_id(menu_id), parse_id(course_id), parse_id(course_item_id)
    typed = decided(form)
    try:
        note = NoteForm.read(typed)
        must_be_decided(form)
        since, was = version_in(form), was_in(typed)
        await composing.annotate(session, viewer.id, id_, within, served, note, since=since, was=was)
    except (Invalid, Stale) as error:
        course, item = _served(await reading.menu_of(session, viewer.id, id_), within, served)
        state = state_of(typed, error, f"item-{served}", chooses=True)
        return await words_refused(session, request, viewer, id_, ITEM, state, course=course, item=item)
    menu = await reading.menu_of(session, viewer.id, id_)
    course, item = _served(menu, within, served)
    there = f"/menus/{id_}/edit#item-{served}"
    return changed(request, ITEM, then=there, said="Note saved.", menu=menu, course=course, item=item, form=None)


def _served(menu: WholeMenu, course_id: UUID, course_item_id: UUID) -> tuple[ServedCourse, AnyRow]:
    """Raises `NotFound`."""
    _, course = course_of(menu, course_id)
    item = next((row for row in course.items if row.course_item_id == course_item_id), None)
    if item is None:
        raise NotFound("There is no such item in this course.")
    return course, item


router = Router("/menus/{menu_id:str}/courses/{course_id:str}/items", route_handlers=[new, create, update])
