"""`/menus/{id}/courses/{id}/items`: finding what a course serves, adding it, noting why, taking it off."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery

from app.kit.db import let_go
from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.menus import composing, reading
from app.menus.forms import NoteForm
from app.pages.items import preview_ids
from app.pages.menus import courses_changed, courses_refused
from app.pages.searching import adding_to, asked_of, course_of, found
from app.search.taking import take_group
from app.web.forms import FormState, state_of, version_in
from app.web.page import Page
from app.web.wiring import Asking, Engine, Session, SignedIn, Sources, Typed


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
    id_, served = parse_id(menu_id), parse_id(course_item_id)
    try:
        note = NoteForm.read(form)
        await composing.annotate(session, viewer.id, id_, parse_id(course_id), served, note, since=version_in(form))
    except (Invalid, Stale) as error:
        return await courses_refused(session, request, viewer, id_, state_of(form, error, f"item-{served}"))
    return await courses_changed(session, request, viewer, id_, "Note saved.", f"item-{served}")


@delete("/{course_item_id:str}", status_code=200)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    menu_id: FromPath[str],
    course_id: FromPath[str],
    course_item_id: FromPath[str],
) -> Response[Any]:
    id_ = parse_id(menu_id)
    await composing.remove_item(session, viewer.id, id_, parse_id(course_id), parse_id(course_item_id))
    return await courses_changed(session, request, viewer, id_, "Taken off the course.", f"course-{course_id}")


router = Router("/menus/{menu_id:str}/courses/{course_id:str}/items", route_handlers=[new, create, update, destroy])
