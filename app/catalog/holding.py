"""Holding an item: its id as it is now, which nobody merges away until the transaction ends."""

from sqlalchemy import text

from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID

GONE = "This item is not in the catalog."
WAYS_MAX = 8  # an item that was merged away while its new id was looked up is looked up again

# waits for whoever merges it; what refers to an item takes the same lock
HOLD = text("SELECT id FROM media_items WHERE id = :id FOR KEY SHARE")
THERE = text("SELECT id FROM media_items WHERE id = :id")
LEADS_TO = text("SELECT into_id FROM item_merges WHERE kind = 'merge' AND from_id = :id AND undone_at IS NULL")


async def hold(session: AsyncSession, item_id: UUID) -> UUID:
    """Follows merges. For before something is made to refer to it. Raises `NotFound`."""
    for _ in range(WAYS_MAX):
        if await session.scalar(HOLD, {"id": item_id}) is not None:
            return item_id
        item_id = await _next(session, item_id)
    raise NotFound(GONE)


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
