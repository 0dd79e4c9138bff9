"""`/api/menus/{id}/lineage`: after which menu one of mine was made, and which were made after it."""

import msgspec
from litestar import Router, get
from litestar.params import FromPath

from app.api import shaping
from app.api.describing import needs, problems
from app.api.serving_shapes import Origin
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.menus import lineage, reading
from app.web.wiring import Configured, Session, SignedIn


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """`origin` is null for a menu that is no fork. `fork_count` counts all, `forks` are the newest that are public."""

    origin: Origin | None
    fork_count: int
    forks: list[Origin]


@get(
    "/",
    summary="After which menu one of mine was made, and which were made after it.",
    responses=problems(401, 404),
    **needs("menus:read"),
)
async def show(session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID]) -> Lineage:
    menu = await reading.menu_of(session, viewer.id, menu_id)
    found = await lineage.lineage_of(session, menu.id, viewer.id)
    forks = [
        Origin(title=row.title, author=row.author, public_url=shaping.public_url(settings, row.slug))
        for row in found.public
    ]
    return Lineage(origin=_origin(settings, found.origin), fork_count=found.forks, forks=forks)


def _origin(settings: Settings, origin: lineage.Origin | None) -> Origin | None:
    if origin is None:
        return None
    there = shaping.public_url(settings, origin.slug) if origin.slug else None
    return Origin(title=origin.title, author=origin.author, public_url=there)


router = Router("/menus/{menu_id:uuid}/lineage", route_handlers=[show], tags=["menus"])
