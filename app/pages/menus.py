"""`/menus`: mine, and the editor."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery

from app.accounts import house_rules
from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, Stale
from app.kit.ids import UUID, parse_id
from app.menus import composing, reading
from app.menus.forms import TitleForm
from app.web.forms import FormState, state_of, version_in
from app.web.page import Page, changed, refused, see_other
from app.web.wiring import Configured, Session, SignedIn, Typed

COURSES = "menus/_courses.html"
EDITOR = "menus/edit.html"


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
async def edit(session: Session, viewer: SignedIn, menu_id: FromPath[str]) -> Page:
    menu = await reading.menu_of(session, viewer.id, parse_id(menu_id))
    return Page(EDITOR, menu=menu, form=None, said="")


@put("/{menu_id:str}")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    try:
        await composing.rename(session, viewer.id, id_, TitleForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        session.expire_all()  # nothing of what was begun is kept
        menu = await reading.menu_of(session, viewer.id, id_)
        return refused(request, "menus/_head.html", whole=EDITOR, form=state_of(form, error, "head"), menu=menu)
    menu = await reading.menu_of(session, viewer.id, id_)
    return changed(request, "menus/_head.html", then=f"/menus/{id_}/edit", said="Saved.", menu=menu, form=None)


@get("/{menu_id:str}/delete")
async def confirm(session: Session, viewer: SignedIn, menu_id: FromPath[str]) -> Page:
    return Page("menus/delete.html", menu=await reading.menu_of(session, viewer.id, parse_id(menu_id)))


@delete("/{menu_id:str}", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str]
) -> Response[Any]:
    menu = await reading.menu_of(session, viewer.id, parse_id(menu_id))
    await composing.discard(session, viewer.id, menu.id)
    return see_other(request, "/menus", said=f"{menu.title} is deleted.")


async def courses_changed(
    session: AsyncSession, request: Request[Any, Any, Any], viewer: Viewer, menu_id: UUID, said: str, at: str = ""
) -> Response[Any]:
    """All courses as they are now; a plain form comes back to the editor at the element `at`."""
    menu = await reading.menu_of(session, viewer.id, menu_id)
    there = f"/menus/{menu_id}/edit" + (f"#{at}" if at else "")
    return changed(request, COURSES, then=there, said=said, menu=menu, form=None)


async def courses_refused(
    session: AsyncSession,
    request: Request[Any, Any, Any],
    viewer: Viewer,
    menu_id: UUID,
    form: FormState,
) -> Response[Any]:
    session.expire_all()  # nothing of what was begun is kept
    menu = await reading.menu_of(session, viewer.id, menu_id)
    return refused(request, COURSES, whole=EDITOR, form=form, menu=menu)


router = Router("/menus", route_handlers=[index, new, create, edit, update, confirm, destroy])
