"""Changing many entries at once: one statement for each change, whatever the number."""

from sqlalchemy import text

from app.kit.db import AsyncSession, changed
from app.kit.ids import UUID
from app.library import keeping, tagging
from app.library.shelf_forms import ManyForm

LET_GO = text("DELETE FROM user_item_states WHERE user_id = :user_id AND item_id = ANY(:item_ids)")
TITLES = text("""
    SELECT i.id, i.title FROM user_item_states s JOIN media_items i ON i.id = s.item_id
    WHERE s.user_id = :user_id AND s.item_id = ANY(:item_ids) ORDER BY s.sort_title, i.id
""")


async def change(session: AsyncSession, user_id: UUID, form: ManyForm) -> int:
    """How many are another than before. Raises `NotFound` for a tag that is not there."""
    if form.status is not None:
        return await keeping.set_status(session, user_id, form.items, form.status)
    if form.favourite is not None:
        return await keeping.set_favourite(session, user_id, form.items, form.favourite)
    if form.tag is not None:
        return await tagging.put_on_all(session, user_id, form.items, form.tag)
    if form.not_tag is not None:
        await tagging.tag_of(session, user_id, form.not_tag)
        return await tagging.take_off(session, user_id, form.items, form.not_tag)
    return await keeping.set_rating(session, user_id, form.items, form.stars)


async def let_go(session: AsyncSession, user_id: UUID, item_ids: tuple[UUID, ...]) -> int:
    """How many there were. Safe to ask twice."""
    return await changed(session, LET_GO, {"user_id": user_id, "item_ids": list(item_ids)})


async def titles(session: AsyncSession, user_id: UUID, item_ids: tuple[UUID, ...]) -> list[tuple[UUID, str]]:
    """Of those that are kept."""
    rows = await session.execute(TITLES, {"user_id": user_id, "item_ids": list(item_ids)})
    return [(row.id, row.title) for row in rows]
