"""`/api/menus/{id}/slug`: the name of a menu in its address."""

from litestar import Router, get, put
from litestar.params import FromPath

from app.api import shaping
from app.api.describing import needs, problems, takes
from app.api.link_shapes import Address
from app.api.sent import Sent
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.menus import reading, slugs
from app.menus.link_forms import SlugForm
from app.web.wiring import Configured, Session, SignedIn


@get("/", summary="Where a menu of mine is, and was.", responses=problems(401, 404), **needs("menus:read"))
async def show(session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID]) -> Address:
    menu = await reading.menu_of(session, viewer.id, menu_id)
    return await _address(session, settings, menu.id, menu.slug)


@put(
    "/",
    summary="Choose a menu's slug; the ones it had go on leading to it.",
    operation_class=takes(body=SlugForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs("menus:write"),
)
async def update(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], sent: Sent
) -> Address:
    slug = await slugs.choose(session, viewer.id, menu_id, SlugForm.read(sent))
    return await _address(session, settings, menu_id, slug)


async def _address(session: AsyncSession, settings: Settings, menu_id: UUID, slug: str) -> Address:
    former = list(await slugs.former(session, menu_id))
    return Address(slug=slug, public_url=shaping.public_url(settings, slug), former=former)


router = Router("/menus/{menu_id:uuid}/slug", route_handlers=[show, update], tags=["menus"])
