"""Holding items: their ids as they are now, which nobody merges away until the transaction ends."""

from collections.abc import Iterable

from sqlalchemy import text

from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID

GONE = "This item is not in the catalog."
WAYS_MAX = 8  # an item that was merged away while its new id was looked up is looked up again

# waits for whoever merges it; what refers to an item takes the same lock
HOLD = text("SELECT id FROM media_items WHERE id = ANY(:ids) ORDER BY id FOR KEY SHARE")
LEAD_TO = text("""
    SELECT from_id, into_id FROM item_merges WHERE kind = 'merge' AND from_id = ANY(:ids) AND undone_at IS NULL
""")
THERE = text("SELECT id FROM media_items WHERE id = :id")
LEADS_TO = text("SELECT into_id FROM item_merges WHERE kind = 'merge' AND from_id = :id AND undone_at IS NULL")


async def hold(session: AsyncSession, item_id: UUID) -> UUID:
    """Follows merges. For before something is made to refer to it. Raises `NotFound`."""
    held = await hold_all(session, [item_id])
    if item_id not in held:
        raise NotFound(GONE)
    return held[item_id]


async def hold_all(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """What each is now; those that the catalog does not have are left out. Before a menu is locked, as merging does."""
    now = {id_: id_ for id_ in ids}
    held: set[UUID] = set()
    for _ in range(WAYS_MAX):
        if missing := set(now.values()) - held:
            held |= set(await session.scalars(HOLD, {"ids": list(missing)}))
        if not (gone := missing - held):
            break
        leads = {row.from_id: row.into_id for row in await session.execute(LEAD_TO, {"ids": list(gone)})}
        if not leads:
            break
        now = {id_: leads.get(at, at) for id_, at in now.items()}
    return {id_: at for id_, at in now.items() if at in held}


async def kept_as(session: AsyncSession, item_id: UUID) -> UUID:
    """What an item that is gone was merged into, however often. Raises `NotFound` for one that never was."""
    item_id = await _next(session, item_id)
    for _ in range(WAYS_MAX):
        if await session.scalar(THERE, {"id": item_id}) is not None:
            return item_id
        item_id = await _next(session, item_id)
    raise NotFound(GONE)


async def _next(session: AsyncSession, item_id: UUID) -> UUID:
    found: UUID | None = await session.scalar(LEADS_TO, {"id": item_id})
    if found is None:
        raise NotFound(GONE)
    return found
