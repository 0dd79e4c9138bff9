"""`/library/views`: views of the library that were saved, to be named otherwise and deleted."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.library import looking
from app.library.shelf_forms import ViewForm
from app.web.forms import FormState, state_of, status_of, version_in
from app.web.page import Page, see_other
from app.web.wiring import Session, SignedIn, Typed

THERE = "/library/views"


@get("/")
async def index(session: Session, viewer: SignedIn) -> Page:
    return await _listed(session, viewer)


@post("/", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    try:
        view = await looking.save(session, viewer.id, ViewForm.read(form))
    except Invalid as error:
        return await _listed(session, viewer, state_of(form, error, "new"))
    return see_other(request, f"/library?{view.query}", said=f"{view.name} is one of your views.")


@put("/{view_id:str}", status_code=303)
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, view_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(view_id)
    await looking.view_of(session, viewer.id, id_)
    try:
        view = await looking.change(session, viewer.id, id_, ViewForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        return await _listed(session, viewer, state_of(form, error, str(id_)))
    return see_other(request, THERE, said=f"{view.name} is saved.")


@delete("/{view_id:str}", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, view_id: FromPath[str]
) -> Response[Any]:
    view = await looking.view_of(session, viewer.id, parse_id(view_id))
    name = view.name
    await looking.discard(session, viewer.id, view.id)
    return see_other(request, THERE, said=f"The view {name} is gone. What it showed is as it was.")


async def _listed(session: AsyncSession, viewer: Viewer, form: FormState | None = None) -> Page:
    views = await looking.views_of(session, viewer.id)
    return Page("library/views.html", status=status_of(form), views=views, form=form)


router = Router(THERE, route_handlers=[index, create, update, destroy])
