"""Undoing a change of many entries: for a day, each can be as it was, but for those that were changed since.

All lock in one order: the items, the change, its tag, the entries by their items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, text

from app.catalog.holding import hold_all
from app.kit import clock
from app.kit.connections import Connection
from app.kit.db import AsyncSession, changed
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.kit.jsonb import as_json, put_back
from app.library import tagging
from app.library.shelf_models import Done, ShelfChange

KEPT_FOR = timedelta(hours=24)
KEPT_MAX = 20  # of one host; the oldest go
PASSED = "This cannot be undone any more."

Rows = Sequence[Mapping[str, Any]]

CHANGE = select(ShelfChange)
LOCKED = CHANGE.with_for_update().execution_options(populate_existing=True)
CAN_BE_UNDONE = """
    SELECT EXISTS (SELECT FROM shelf_changes
        WHERE id = $1 AND user_id = $2 AND restored IS NULL AND expires_at > now())
"""
# one that is just being undone stays for a while: to wait for it would be to wait for each other
SURPLUS = text("""
    DELETE FROM shelf_changes WHERE id IN (
        SELECT id FROM shelf_changes WHERE user_id = :user_id AND id < (
            SELECT id FROM shelf_changes WHERE user_id = :user_id ORDER BY id DESC LIMIT 1 OFFSET :at_most - 1)
        FOR UPDATE SKIP LOCKED)
""")
VERSIONS = text("""
    SELECT id, version FROM user_item_states WHERE user_id = :user_id AND id = ANY(:ids) ORDER BY item_id FOR UPDATE
""")
UNMAKE = text("DELETE FROM user_item_states WHERE id = ANY(:ids)")
# its version goes on, so that who has it open elsewhere is told
UNSET = text("""
    UPDATE user_item_states s SET version = s.version + 1,
        status = was.status, rating = was.rating, favourite = was.favourite, updated_at = was.updated_at
    FROM jsonb_populate_recordset(NULL::user_item_states, CAST(:rows AS jsonb)) was WHERE s.id = was.id
""")
UNTAG = text("""
    DELETE FROM media_item_tags g USING (
        SELECT id FROM media_item_tags WHERE user_id = :user_id AND tag_id = :tag_id AND id = ANY(:ids)
        ORDER BY item_id FOR UPDATE
    ) mine
    WHERE g.id = mine.id
""")


@dataclass(frozen=True, slots=True)
class Change:
    """How many are another than before, and the id by which that can be undone; none where there is nothing to."""

    number: int
    id: UUID | None


@dataclass(frozen=True, slots=True)
class Undone:
    """How many are as they were, and how many were changed since, or are gone, and stay so."""

    restored: int
    left: int


async def keep(session: AsyncSession, user_id: UUID, kind: Done, rows: list[dict[str, Any]]) -> Change:
    """What has just been done. For who holds the items."""
    if not rows:
        return Change(0, None)
    change = ShelfChange(user_id=user_id, kind=kind, rows=rows, expires_at=clock.now() + KEPT_FOR)
    session.add(change)
    await session.flush()
    await session.execute(SURPLUS, {"user_id": user_id, "at_most": KEPT_MAX})
    return Change(len(rows), change.id)


async def can_be_undone(connection: Connection, user_id: UUID, change_id: UUID) -> bool:
    return bool(await connection.fetchval(CAN_BE_UNDONE, change_id, user_id))


async def items_of(session: AsyncSession, user_id: UUID, change_id: UUID) -> list[UUID]:
    """Of a change that can be undone; none of any other."""
    mine = CHANGE.where(ShelfChange.id == change_id, ShelfChange.user_id == user_id)
    change = await session.scalar(mine.where(ShelfChange.restored.is_(None), ShelfChange.expires_at > func.now()))
    return _items(change.rows) if change else []


async def undo(session: AsyncSession, user_id: UUID, change_id: UUID) -> Undone:
    """Safe to ask twice. Raises `NotFound`, also once its day is over."""
    change = await _change(session, CHANGE, user_id, change_id)
    await hold_all(session, _items(change.rows))
    change = await _change(session, LOCKED, user_id, change_id)
    if change.restored is None:
        change.restored = await _undo(session, change, await hold_all(session, _items(change.rows)))
        await session.flush()
    return Undone(change.restored, len(change.rows) - change.restored)


async def sweep(session: AsyncSession) -> int:
    return await changed(session, delete(ShelfChange).where(ShelfChange.expires_at <= func.now()))


async def _change(session: AsyncSession, statement: Select[ShelfChange], user_id: UUID, change_id: UUID) -> ShelfChange:
    change = await session.scalar(statement.where(ShelfChange.id == change_id, ShelfChange.user_id == user_id))
    if change is None or change.expires_at <= clock.now():
        raise NotFound(PASSED)
    return change


async def _undo(session: AsyncSession, change: ShelfChange, held: Mapping[UUID, UUID]) -> int:
    """How many are as they were."""
    if change.kind == "marked":
        return await _unmark(session, change.user_id, change.rows)
    if change.kind == "let_go":
        return await put_back(session, "user_item_states", _there(change.rows, held), "ON CONFLICT DO NOTHING")
    tag_id = UUID(change.rows[0]["tag_id"])
    try:
        await tagging.hold_tag(session, change.user_id, tag_id)
    except NotFound:
        return 0
    if change.kind == "tagged":
        mine = {"user_id": change.user_id, "tag_id": tag_id, "ids": _ids(change.rows)}
        return await changed(session, UNTAG, mine)
    return await put_back(session, "media_item_tags", _there(change.rows, held), "ON CONFLICT DO NOTHING")


async def _unmark(session: AsyncSession, user_id: UUID, rows: Rows) -> int:
    """What was new goes again."""
    found = await session.execute(VERSIONS, {"user_id": user_id, "ids": _ids(rows)})
    versions = {str(row.id): row.version for row in found}
    same = [row for row in rows if versions.get(row["id"]) == row["version"]]
    if made := [row for row in same if row["is_new"]]:
        await session.execute(UNMAKE, {"ids": _ids(made)})
    if marked := [row for row in same if not row["is_new"]]:
        await session.execute(UNSET, {"rows": as_json(marked)})
    return len(same)


def _ids(rows: Rows) -> list[UUID]:
    return [UUID(row["id"]) for row in rows]


def _items(rows: Rows) -> list[UUID]:
    return [UUID(row["item_id"]) for row in rows]


def _there(rows: Rows, held: Mapping[UUID, UUID]) -> list[dict[str, Any]]:
    """Those whose item is in the catalog, as it is called now; each once, in the order of the items."""
    there: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        if item := held.get(UUID(row["item_id"])):
            there.setdefault(item, {**row, "item_id": str(item)})
    return [there[item] for item in sorted(there)]
