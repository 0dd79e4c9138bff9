"""`/api/menus/{id}/pairings`: which two of a menu belong together."""

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.api import shaping
from app.api.created import created
from app.api.describing import REPLACES, also, needs, problems, takes
from app.api.matching import Expected, tagged
from app.api.pairing_shapes import Pairing, Pairings
from app.api.sent import Sent
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.menus import composing, pairing, reading
from app.menus.pairing import UNPAIRED
from app.menus.pairing_forms import PairingForm, SentenceForm
from app.menus.reading import Pair, WholeMenu
from app.web.wiring import Session, SignedIn

WRITES = problems(401, 404, 413, 415, 422)


@get("/", summary="What goes with what on a menu.", responses=problems(401, 404), **needs("menus:read"))
async def index(session: Session, viewer: SignedIn, menu_id: FromPath[UUID]) -> Pairings:
    """In the order the menu serves them."""
    menu = await reading.menu_of(session, viewer.id, menu_id)
    return Pairings(pairings=[shaping.pairing(each) for each in menu.pairings])


@post(
    "/",
    summary="Pair two items of a menu.",
    operation_class=takes(body=PairingForm),
    responses=WRITES | also(200, Pairing, "They are paired by this sentence already: as it stands."),
    **needs("menus:write"),
)
async def create(session: Session, viewer: SignedIn, menu_id: FromPath[UUID], sent: Sent) -> Response[Pairing]:
    """`first` and `second` are course items of the menu, in either order."""
    form = PairingForm.read(sent)
    before = {each.id for each in (await reading.menu_of(session, viewer.id, menu_id)).pairings}
    made = await pairing.pair(session, viewer.id, menu_id, form)
    _, pair = await _of(session, viewer.id, menu_id, made.id)
    shape = shaping.pairing(pair)
    if made.id in before:
        return Response(shape, status_code=200)
    return created(shape, f"/api/menus/{menu_id}/pairings/{made.id}")


@get("/{pairing_id:uuid}", summary="One pairing.", responses=problems(401, 404), **needs("menus:read"))
async def show(
    session: Session, viewer: SignedIn, menu_id: FromPath[UUID], pairing_id: FromPath[UUID]
) -> Response[Pairing]:
    menu, pair = await _of(session, viewer.id, menu_id, pairing_id)
    return tagged(shaping.pairing(pair), menu.version)


@put(
    "/{pairing_id:uuid}",
    summary="Say in other words why two belong together.",
    operation_class=takes(body=SentenceForm, replaces=True),
    responses=WRITES | REPLACES,
    **needs("menus:write"),
)
async def update(
    session: Session,
    viewer: SignedIn,
    expected: Expected,
    menu_id: FromPath[UUID],
    pairing_id: FromPath[UUID],
    sent: Sent,
) -> Response[Pairing]:
    """The version is the whole menu's."""
    form = SentenceForm.read(sent)
    expected.hold(await composing.version_of(session, viewer.id, menu_id))
    await pairing.rephrase(session, viewer.id, menu_id, pairing_id, form)
    menu, pair = await _of(session, viewer.id, menu_id, pairing_id)
    return tagged(shaping.pairing(pair), menu.version)


@delete("/{pairing_id:uuid}", summary="Pair two no more.", responses=problems(401, 404), **needs("menus:write"))
async def destroy(session: Session, viewer: SignedIn, menu_id: FromPath[UUID], pairing_id: FromPath[UUID]) -> None:
    await pairing.unpair(session, viewer.id, menu_id, pairing_id)


async def _of(session: AsyncSession, owner_id: UUID, menu_id: UUID, pairing_id: UUID) -> tuple[WholeMenu, Pair]:
    menu = await reading.menu_of(session, owner_id, menu_id)
    pair = next((each for each in menu.pairings if each.id == pairing_id), None)
    if pair is None:
        raise NotFound(UNPAIRED)
    return menu, pair


router = Router("/menus/{menu_id:uuid}/pairings", route_handlers=[index, create, show, update, destroy], tags=["menus"])
