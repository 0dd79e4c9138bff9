"""`/api/menus/{id}/removals`: what was taken off a menu in the last day, and bringing it back."""

from datetime import datetime
from typing import Literal

import msgspec
from litestar import Router, delete, get
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.describing import needs, problems
from app.kit.ids import UUID
from app.menus import reading, undoing
from app.web.wiring import Configured, Session, SignedIn


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """A course, an item, or the menu itself. `position` is the place it was in, null for a menu."""

    id: UUID
    kind: Literal["menu", "course", "item"]
    title: str
    position: int | None
    created_at: datetime
    expires_at: datetime


class Removals(msgspec.Struct, frozen=True):
    """The last first, ten at most."""

    removals: list[Removal]


@get("/", summary="What can be brought back.", responses=problems(401, 404), **needs("menus:read"))
async def index(session: Session, viewer: SignedIn, menu_id: FromPath[UUID]) -> Removals:
    """Of a menu that was deleted too: then the menu is among them."""
    rows = await undoing.lately(session, viewer.id, menu_id)
    if not rows:
        await reading.menu_of(session, viewer.id, menu_id)
    fields = Removal.__struct_fields__
    return Removals([Removal(**{name: getattr(row, name) for name in fields}) for row in rows])


@delete(
    "/{removal_id:uuid}",
    status_code=200,
    summary="Undo a removal: what was taken off comes back to its place.",
    responses=problems(401, 404, 409),
    **needs("menus:write"),
)
async def destroy(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], removal_id: FromPath[UUID]
) -> shapes.Menu:
    """The menu as it is then. One that was deleted comes back as a draft."""
    await undoing.undo(session, viewer.id, menu_id, removal_id)
    return shaping.menu(settings, await reading.menu_of(session, viewer.id, menu_id))


router = Router("/menus/{menu_id:uuid}/removals", route_handlers=[index, destroy], tags=["menus"])
