"""`/menus/{id}/pairings`: which two belong together, and the sentence that says why."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery

from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, Stale
from app.kit.ids import UUID, parse_id
from app.menus import pairing, reading
from app.menus.pairing_forms import PairingForm, SentenceForm
from app.web.forms import FormState, decided, state_of, version_in, was_in
from app.web.page import Page, changed, refused
from app.web.wiring import Session, SignedIn, Typed

PAIRINGS = "menus/_pairings.html"
WHOLE = "menus/pairings.html"


@get("/")
async def index(session: Session, viewer: SignedIn, menu_id: FromPath[str]) -> Page:
    menu = await reading.menu_of(session, viewer.id, parse_id(menu_id))
    return Page(WHOLE, menu=menu, form=None, said="", pairing=False)


@get("/new")
async def new(session: Session, viewer: SignedIn, menu_id: FromPath[str], first: FromQuery[str] = "") -> Page:
    """`first`: the course item that something is to go with."""
    menu = await reading.menu_of(session, viewer.id, parse_id(menu_id))
    return Page(WHOLE, menu=menu, form=FormState({"first": first}, scope="pairing-new"), said="", pairing=True)


@post("/", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    try:
        await pairing.pair(session, viewer.id, id_, PairingForm.read(form))
    except Invalid as error:
        return await _refused(session, request, viewer, id_, FormState(form, error.errors, "pairing-new"))
    return await _changed(session, request, viewer, id_, "Paired.")


@put("/{pairing_id:str}")
async def update(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    menu_id: FromPath[str],
    pairing_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    id_, which = parse_id(menu_id), parse_id(pairing_id)
    typed = decided(form)
    try:
        sentence = SentenceForm.read(typed)
        since, was = version_in(form), was_in(typed)
        await pairing.rephrase(session, viewer.id, id_, which, sentence, since=since, was=was)
    except (Invalid, Stale) as error:
        state = state_of(typed, error, f"pairing-{which}", chooses=True)
        return await _refused(session, request, viewer, id_, state)
    return await _changed(session, request, viewer, id_, "Sentence saved.")


@delete("/{pairing_id:str}", status_code=200)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    menu_id: FromPath[str],
    pairing_id: FromPath[str],
) -> Response[Any]:
    id_ = parse_id(menu_id)
    await pairing.unpair(session, viewer.id, id_, parse_id(pairing_id))
    return await _changed(session, request, viewer, id_, "Not paired any more.")


async def _changed(
    session: AsyncSession, request: Request[Any, Any, Any], viewer: Viewer, menu_id: UUID, said: str
) -> Response[Any]:
    menu = await reading.menu_of(session, viewer.id, menu_id)
    there = f"/menus/{menu_id}/pairings"
    return changed(request, PAIRINGS, then=there, said=said, menu=menu, form=None, pairing=False)


async def _refused(
    session: AsyncSession, request: Request[Any, Any, Any], viewer: Viewer, menu_id: UUID, form: FormState
) -> Response[Any]:
    session.expire_all()  # nothing of what was begun is kept
    menu = await reading.menu_of(session, viewer.id, menu_id)
    return refused(request, PAIRINGS, whole=WHOLE, form=form, menu=menu, pairing=form.scope == "pairing-new")


router = Router("/menus/{menu_id:str}/pairings", route_handlers=[index, new, create, update, destroy])
