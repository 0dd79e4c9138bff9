"""`/api/ops/menus`: what anyone may read here, and where each stands, for the operator's programs."""

import datetime as dt
from urllib.parse import urlencode

import msgspec
from litestar import Router, get, put
from litestar.params import FromPath

from app.accounts.scopes import SESSION
from app.api import shaping
from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.kit.db import AnyRow
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.menus import slugs
from app.menus.link_forms import PublishedForm, SlugForm
from app.web.signed_in import only_the_operator
from app.web.wiring import Asked, Configured, Session, SignedIn


class Published(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    author: str
    slug: str
    public_url: str
    published_at: dt.datetime


class Publications(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is the address of the next page."""

    menus: list[Published]
    next: str | None


@get(
    "/",
    summary="Every published menu, the newest first.",
    operation_class=takes(query=PublishedForm),
    responses=problems(401, 404, 422),
    **needs("ops:read"),
)
async def index(session: Session, settings: Configured, viewer: SignedIn, asked: Asked) -> Publications:
    """With `q` those that have it in their title or slug."""
    form = PublishedForm.read(asked)
    rows, before = await slugs.published(session, form)
    return Publications(
        menus=[_shaped(settings, row) for row in rows],
        next="/api/ops/menus?" + urlencode({"q": form.q, "before": before}) if before else None,
    )


@put(
    "/{menu_id:uuid}/slug",
    summary="Move a published menu to another slug; the ones it had go on leading to it.",
    operation_class=takes(body=SlugForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs(SESSION),
)
async def update(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], sent: Sent
) -> Published:
    await slugs.choose_for(session, viewer.id, menu_id, SlugForm.read(sent))
    return _shaped(settings, await slugs.published_one(session, menu_id))


def _shaped(settings: Settings, row: AnyRow) -> Published:
    return Published(**row._mapping, public_url=shaping.public_url(settings, row.slug))


router = Router("/ops/menus", route_handlers=[index, update], guards=[only_the_operator], tags=["ops"])
