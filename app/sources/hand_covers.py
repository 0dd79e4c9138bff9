"""Covers that people put there themselves: of works that no source knows, or shows badly.

No provider has them, so they are kept in the database: the folder of covers is each machine's own, and forgets. What
was sent is decoded and drawn anew; nothing of it is kept as it came.
"""

import hashlib
from typing import Any

from sqlalchemy import text

from app.catalog.holding import GONE
from app.catalog.models import MediaItem
from app.kit import events
from app.kit.db import AsyncSession, changed
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID
from app.sources.covering import Covers
from app.sources.covers import HAND, WIDTHS
from app.sources.pictures import PIXELS_MAX, NoPicture, Own, TooManyPixels, TooSmall

FILE_MAX = 8_000_000  # bytes
MOST = 500  # of what one person added by hand
COLUMNS = dict(zip(WIDTHS, ("small", "middle", "large"), strict=True))

UNREADABLE = "This is no picture that can be read here. Choose a JPEG, a PNG or a WebP."
LARGE = f"This picture is too large to open: {PIXELS_MAX // 1_000_000} megapixels are the most. Choose a smaller one."
SMALL = "This picture is too small to be a cover. Choose a larger one."
ENOUGH = f"You have put {MOST} covers here already, which is the most."

KEEP = text("""
    INSERT INTO hand_covers (key, whole, small, middle, large) VALUES (:key, :whole, :small, :middle, :large)
    ON CONFLICT (key) DO NOTHING
""")
COUNT = text("SELECT count(*) FROM media_items WHERE made_by = :user_id AND cover_provider = 'hand' AND id <> :item_id")
PICTURE = {
    width: text(f"SELECT {column} FROM hand_covers WHERE key = :key")  # noqa: S608 - names of ours
    for width, column in COLUMNS.items()
}
WHOLE = text("SELECT whole FROM hand_covers WHERE key = :key")
TOLD = text("""
    SELECT said #>> '{cover,provider}' AS provider, said #>> '{cover,key}' AS key FROM media_sources
    WHERE item_id = :item_id AND said #>> '{cover,key}' IS NOT NULL ORDER BY fetched_at, id LIMIT 1
""")
# a merge that can be undone brings back the cover of what was merged away
FORGET = """
    DELETE FROM hand_covers h
    WHERE NOT EXISTS (SELECT FROM media_items i WHERE i.cover_provider = 'hand' AND i.cover_key = h.key)
        AND NOT EXISTS (
            SELECT FROM item_merges m
            WHERE m.kind = 'merge' AND m.undone_at IS NULL AND m.journal #>> '{item,cover_key}' = h.key)
"""
FORGET_THIS, FORGET_ALL = text(f"{FORGET} AND h.key = :key"), text(FORGET)


async def put(session: AsyncSession, item_id: UUID, own: Own) -> None:
    """In the place of what was there. Raises `NotFound`, `Invalid`."""
    item = await _held(session, item_id)
    if item.made_by and await session.scalar(COUNT, {"user_id": item.made_by, "item_id": item_id}) >= MOST:
        raise Invalid({"file": ENOUGH})
    key = key_of(item_id, own)
    await session.execute(KEEP, row_of(key, own))
    await _show(session, item, HAND, key)


async def take_off(session: AsyncSession, item_id: UUID) -> None:
    """What a source shows comes in its place, if any does. Raises `NotFound`."""
    item = await _held(session, item_id)
    if item.cover_provider != HAND:
        return
    told = (await session.execute(TOLD, {"item_id": item_id})).one_or_none()
    await _show(session, item, *(told or (None, None)))


async def picture(session: AsyncSession, key: str, width: int) -> bytes | None:
    found: bytes | None = await session.scalar(PICTURE[width], {"key": key})
    return found


async def whole(session: AsyncSession, key: str) -> bytes | None:
    found: bytes | None = await session.scalar(WHOLE, {"key": key})
    return found


async def sweep(session: AsyncSession) -> int:
    """How many no work shows any more, nor can again."""
    return await changed(session, FORGET_ALL, {})


def key_of(item_id: UUID, own: Own) -> str:
    """Of each work its own: so no two ever share a picture, and another picture has another address."""
    return hashlib.blake2b(item_id.bytes + own.digest, digest_size=16).hexdigest()


def row_of(key: str, own: Own) -> dict[str, Any]:
    return {"key": key, "whole": own.whole, **{COLUMNS[width]: each for width, each in own.by_width.items()}}


async def drawn(covers: Covers, content: bytes, medium: str) -> Own:
    """Of what somebody sent. Raises `Invalid`."""
    try:
        return await covers.own(content, medium)
    except NoPicture as error:
        raise Invalid({"file": _why(error)}) from None


def _why(error: NoPicture) -> str:
    match error:
        case TooManyPixels():
            return LARGE
        case TooSmall():
            return SMALL
    return UNREADABLE


async def _held(session: AsyncSession, item_id: UUID) -> MediaItem:
    item = await session.get(MediaItem, item_id, with_for_update={"key_share": True}, populate_existing=True)
    if item is None:
        raise NotFound(GONE)
    return item


async def _show(session: AsyncSession, item: MediaItem, provider: str | None, key: str | None) -> None:
    before = item.cover_key if item.cover_provider == HAND else None
    if key == item.cover_key and provider == item.cover_provider:
        return
    item.cover_provider, item.cover_key = provider, key
    item.version += 1
    await session.flush()
    if before:
        await session.execute(FORGET_THIS, {"key": before})
    await events.record(session, "item", "stored", item.id)
