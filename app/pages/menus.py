"""`/menus`: mine, and the editor."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery

from app.accounts import house_rules
from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, Stale
from app.kit.ids import UUID, parse_id
from app.menus import composing, reading, undoing
from app.menus.forms import TitleForm
from app.web.forms import FormState, decided, must_be_decided, state_of, version_in, was_in
from app.web.page import Page, changed, refused, see_other
from app.web.wiring import Configured, Session, SignedIn, Typed

COURSES = "menus/_courses.html"
EDITOR = "menus/edit.html"
HEAD = "menus/_head.html"
CHANGED = '{"courses-changed": {"target": "body"}}'  # to what else on the page shows what is served


@get("/")
async def index(session: Session, viewer: SignedIn, settings: Configured, after: FromQuery[str] = "") -> Page:
    menus, last = await reading.menus_of(session, viewer.id, after=after or None)
    rules = await house_rules.read(session, settings)
    next_ = f"/menus?after={last}" if last else None
    return Page("menus/index.html", menus=menus, next=next_, discover=rules.discover)


@get("/new")
async def new(viewer: SignedIn) -> Page:
    return Page("menus/new.html", form=None)


@post("/", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    try:
        menu = await composing.create(session, viewer.id, TitleForm.read(form))
    except Invalid as error:
        return Page("menus/new.html", status=422, form=FormState(form, error.errors))
    return see_other(request, f"/menus/{menu.id}/edit")


@get("/{menu_id:str}/edit")
async def edit(session: Session, viewer: SignedIn, menu_id: FromPath[str], removed: FromQuery[str] = "") -> Page:
    """`removed` was taken off a moment ago: its row, with the button that brings it back, stands where it was."""
    return Page(EDITOR, form=None, said="", **await laid_out(session, viewer, parse_id(menu_id), removed))


@put("/{menu_id:str}")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    typed = decided(form)
    try:
        read = TitleForm.read(typed)
        must_be_decided(form)
        await composing.rename(session, viewer.id, id_, read, since=version_in(form), was=was_in(typed))
    except (Invalid, Stale) as error:
        return await words_refused(session, request, viewer, id_, HEAD, state_of(typed, error, "head", chooses=True))
    menu = await reading.menu_of(session, viewer.id, id_)
    return changed(request, HEAD, then=f"/menus/{id_}/edit", said="Saved.", menu=menu, form=None)


@get("/{menu_id:str}/delete")
async def confirm(session: Session, viewer: SignedIn, menu_id: FromPath[str]) -> Page:
    return Page("menus/delete.html", menu=await reading.menu_of(session, viewer.id, parse_id(menu_id)))


@delete("/{menu_id:str}", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str]
) -> Response[Any]:
    id_ = parse_id(menu_id)
    removal = await composing.discard(session, viewer.id, id_)
    return see_other(request, f"/menus/{id_}/removals/{removal.id}", said=f"{removal.title} is deleted.")


async def laid_out(session: AsyncSession, viewer: Viewer, menu_id: UUID, removed: str = "") -> dict[str, Any]:
    """What the editor shows: the menu, and what was taken off it lately, `removed` apart. Raises `NotFound`."""
    menu = await reading.menu_of(session, viewer.id, menu_id)
    gone = await undoing.lately(session, viewer.id, menu_id)
    return {
        "menu": menu,
        "removed": next((row for row in gone if str(row.id) == removed), None),
        "removals": [row for row in gone if str(row.id) != removed],
    }


async def courses_changed(
    session: AsyncSession,
    request: Request[Any, Any, Any],
    viewer: Viewer,
    menu_id: UUID,
    said: str,
    at: str = "",
    removed: str = "",
) -> Response[Any]:
    """All courses as they are now; a plain form comes back to the editor at the element `at`."""
    query = f"?removed={removed}" if removed else ""
    there = f"/menus/{menu_id}/edit{query}" + (f"#{at}" if at else "")
    shown = await laid_out(session, viewer, menu_id, removed)
    response = changed(request, COURSES, then=there, said=said, form=None, **shown)
    response.headers["HX-Trigger"] = CHANGED
    return response


async def courses_refused(
    session: AsyncSession,
    request: Request[Any, Any, Any],
    viewer: Viewer,
    menu_id: UUID,
    form: FormState,
) -> Response[Any]:
    return await words_refused(session, request, viewer, menu_id, COURSES, form)


async def words_refused(
    session: AsyncSession,
    request: Request[Any, Any, Any],
    viewer: Viewer,
    menu_id: UUID,
    part: str,
    form: FormState,
    **context: Any,
) -> Response[Any]:
    """The part that holds the form; `context` is what it shows beside the menu."""
    session.expire_all()  # nothing of what was begun is kept
    shown = await laid_out(session, viewer, menu_id)
    return refused(request, part, whole=EDITOR, form=form, **shown, **context)


router = Router("/menus", route_handlers=[index, new, create, edit, update, confirm, destroy])
