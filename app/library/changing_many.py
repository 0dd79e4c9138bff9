"""Changing many entries at once: as many statements for one as for all. What was done can be undone."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from app.catalog.holding import hold_all
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID
from app.library import keeping, tagging
from app.library.changing_back import Change, keep
from app.library.shelf_forms import ManyForm

# what there was, locked in one order by all; see `ShelfChange.rows`
MARKS = text("""
    SELECT item_id, jsonb_build_object(
        'status', status, 'rating', rating, 'favourite', favourite, 'updated_at', updated_at) AS marks
    FROM user_item_states WHERE user_id = :user_id AND item_id = ANY(:item_ids) ORDER BY item_id FOR UPDATE
""")
LET_GO = text("""
    DELETE FROM user_item_states s USING (
        SELECT id FROM user_item_states WHERE user_id = :user_id AND item_id = ANY(:item_ids)
        ORDER BY item_id FOR UPDATE
    ) mine
    WHERE s.id = mine.id RETURNING to_jsonb(s)
""")
TITLES = text("""
    SELECT i.id, i.title FROM user_item_states s JOIN media_items i ON i.id = s.item_id
    WHERE s.user_id = :user_id AND s.item_id = ANY(:item_ids) ORDER BY s.sort_title, i.id
""")


async def change(session: AsyncSession, user_id: UUID, form: ManyForm) -> Change:
    """Raises `NotFound` for a tag that is not there."""
    if form.tag is not None:
        return await keep(session, user_id, "tagged", await tagging.put_on_all(session, user_id, form.items, form.tag))
    held = sorted({*(await hold_all(session, form.items)).values()})
    if form.not_tag is not None:
        await tagging.hold_tag(session, user_id, form.not_tag)
        return await keep(session, user_id, "untagged", await tagging.take_off(session, user_id, held, form.not_tag))
    found = await session.execute(MARKS, {"user_id": user_id, "item_ids": held})
    before = {row.item_id: row.marks | {"is_new": False} for row in found}
    return await keep(session, user_id, "marked", _marked(before, await _mark(session, user_id, held, form)))


async def let_go(session: AsyncSession, user_id: UUID, item_ids: tuple[UUID, ...]) -> Change:
    """Safe to ask twice."""
    held = await hold_all(session, item_ids)
    gone = await session.scalars(LET_GO, {"user_id": user_id, "item_ids": [*held.values()]})
    return await keep(session, user_id, "let_go", list(gone))


async def titles(session: AsyncSession, user_id: UUID, item_ids: tuple[UUID, ...]) -> list[tuple[UUID, str]]:
    """Of those that are kept."""
    rows = await session.execute(TITLES, {"user_id": user_id, "item_ids": list(item_ids)})
    return [(row.id, row.title) for row in rows]


async def _mark(session: AsyncSession, user_id: UUID, item_ids: list[UUID], form: ManyForm) -> Sequence[AnyRow]:
    if form.status is not None:
        return await keeping.set_status(session, user_id, item_ids, form.status)
    if form.favourite is not None:
        return await keeping.set_favourite(session, user_id, item_ids, form.favourite)
    return await keeping.set_rating(session, user_id, item_ids, form.stars)


def _marked(before: Mapping[UUID, dict[str, Any]], rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    """What somebody else made in between is not ours to undo."""
    ours = [row for row in rows if row.item_id in before or row.version == 1]
    return [
        {"id": str(row.id), "item_id": str(row.item_id), "version": row.version}
        | before.get(row.item_id, {"is_new": True})
        for row in ours
    ]
