"""Undoing a merge or a split by its journal: both are as they were, but for what people have changed since.

What was changed since stays as it is, with the item that was kept; what was let go since stays away. Both are told.
"""

# ruff: noqa: S608 - tables and columns are named here, values are given

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.catalog.models import FACTS_TABLES, ItemMerge
from app.kit import clock, events
from app.kit.db import AsyncSession
from app.kit.errors import Conflict, Forbidden, NotFound
from app.kit.ids import UUID
from app.kit.jsonb import as_json, put_back
from app.menus.models import ITEMS_MAX
from app.ops import paired
from app.ops.following import DOCUMENTS, FOLLOWING, Follows
from app.ops.merging import (
    BUSY,
    FORGET,
    MOVING,
    NOT_YOURS,
    TOUCH,
    UNAVAILABLE,
    close_up,
    has_stakes,
    lock,
    lock_menus,
    may_decide,
    touched,
)

Image = dict[str, Any]

GROWS = frozenset({"version", "words_version", "updated_at"})  # these never go back
MERGE = select(ItemMerge).with_for_update()
USER = text("SELECT 1 FROM users WHERE id = :id")
# also where nothing but its facts went back
TOUCH_ITEM = text("UPDATE media_items SET updated_at = statement_timestamp() WHERE id = :item_id")
WORDED = """,
    words_version = (SELECT m.version + 1 FROM courses c JOIN menus m ON m.id = c.menu_id WHERE c.id = t.course_id)"""
MANY = text("SELECT count(*) FROM course_items WHERE course_id = :course")
MAKE_ROOM = text("UPDATE course_items SET position = position + 1 WHERE course_id = :course AND position >= :position")


@dataclass(slots=True)
class Undone:
    """`left` are sentences about what could not be undone, none where all was."""

    item_id: UUID  # what is there again, or was there before it was split
    left: list[str] = field(default_factory=list)
    changed: int = 0
    gone: int = 0
    still_one: set[str] = field(default_factory=set)  # course items, for want of room

    def said(self) -> list[str]:
        words = list(self.left)
        if self.changed:
            words.append("What was changed since then was left as it is.")
        if self.gone:
            words.append("What was let go since then stays away.")
        if self.still_one:
            words.append("A course that is full by now goes on serving the two as one.")
        return words


async def undo(session: AsyncSession, user_id: UUID, merge_id: UUID, *, is_operator: bool = False) -> Undone:
    """By who did it or an operator. Raises `NotFound`, `Forbidden`, `Conflict`."""
    row = await session.scalar(MERGE.where(ItemMerge.id == merge_id))
    if row is None or not (is_operator or row.made_by == user_id):
        raise NotFound("There is nothing to undo here.")
    if row.undone_at is not None:
        raise Conflict("That is undone already.")
    try:
        undone = await (_unmerge if row.kind == "merge" else _unsplit)(session, user_id, row, is_operator)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != UNAVAILABLE:
            raise
        raise Conflict(BUSY) from None
    row.undone_at = clock.now()
    await session.flush()
    await events.record(session, "item", "stored", row.into_id, row.from_id)
    return undone


async def _unmerge(session: AsyncSession, user_id: UUID, row: ItemMerge, is_operator: bool) -> Undone:
    try:
        (into,) = await lock(session, row.into_id)
    except NotFound:
        raise Conflict("What it was made one with was itself merged since then. Undo that first.") from None
    if not await may_decide(session, user_id, [row.into_id], is_operator=is_operator):
        raise Forbidden(NOT_YOURS)
    menus = await lock_menus(session, row.into_id)
    undone, journal = Undone(row.from_id), row.journal
    item = journal["item"]
    if item["made_by"] and await session.scalar(USER, {"id": UUID(item["made_by"])}) is None:
        item = item | {"made_by": None}
    await put_back(session, "media_items", [item | {"version": item["version"] + 1}])
    await put_back(session, FACTS_TABLES[into["type"]].__tablename__, [journal["facts"]])
    for spec in FOLLOWING:
        at = {"from_id": row.from_id, "into_id": row.into_id}
        await _back(session, spec, at, journal["tables"].get(spec.table, {"moved": [], "met": []}), undone)
    await paired.restore(session, journal["pairings"], undone.still_one)
    for table, change in journal["changed"].items():
        await _restore(session, table, "id" if table == "media_items" else "item_id", change, undone)
    for table, changes in journal["documents"].items():
        for change in changes:
            await _document_back(session, table, change)
    await session.execute(TOUCH, {"ids": menus})
    return undone


async def _unsplit(session: AsyncSession, user_id: UUID, row: ItemMerge, is_operator: bool) -> Undone:
    """What was taken out comes back, as long as nothing but its source is with it."""
    try:
        await lock(session, row.into_id, row.from_id)
    except NotFound:
        raise Conflict("One of the two was merged since then. Undo that first.") from None
    if not await may_decide(session, user_id, [row.into_id, row.from_id], is_operator=is_operator):
        raise Forbidden(NOT_YOURS)
    if await has_stakes(session, row.from_id):
        raise Conflict(f"{row.title} is in use by now. Make the two one instead: then what belongs to it goes along.")
    undone = Undone(row.into_id)
    at = {"from_id": row.from_id, "into_id": row.into_id}
    for table in ("media_sources", "media_identifiers"):
        await session.execute(MOVING[table].move, at)
    await session.execute(FORGET, {"from_id": row.from_id})
    for table, change in row.journal["changed"].items():
        await _restore(session, table, "id" if table == "media_items" else "item_id", change, undone)
    await session.execute(TOUCH_ITEM, {"item_id": row.into_id})
    return undone


async def _back(session: AsyncSession, spec: Follows, at: Mapping[str, UUID], went: Image, undone: Undone) -> None:
    move = text(f"""
        UPDATE {spec.table} SET item_id = :from_id WHERE item_id = :into_id AND {spec.id} = ANY(:moved)
    """)
    await session.execute(move, {**at, "moved": [UUID(id_) for id_ in went["moved"]]})
    for pair in went["met"]:
        await _part(session, spec, pair, undone)


async def _part(session: AsyncSession, spec: Follows, pair: Image, undone: Undone) -> None:
    """Two that met, apart again; if the one that stayed was let go since, neither comes back, and where there is no
    room for two they stay one."""
    if spec.table == "course_items" and await _is_full(session, pair["other"]["course_id"]):
        undone.still_one |= {pair["kept"]["id"], pair["other"]["id"]}
        return
    if not await _restore(session, spec.table, spec.id, {"before": pair["kept"], "after": pair["joined"]}, undone):
        undone.gone += 1
        return
    try:
        async with session.begin_nested():
            if spec.table == "course_items":
                place = {"course": UUID(pair["other"]["course_id"]), "position": pair["other"]["position"]}
                await session.execute(MAKE_ROOM, place)
            await put_back(session, spec.table, [pair["other"]])
            if spec.table == "course_items":
                await close_up(session, [pair["other"]["course_id"]])
    except IntegrityError:
        undone.gone += 1


async def _is_full(session: AsyncSession, course_id: str) -> bool:
    return (await session.scalar(MANY, {"course": UUID(course_id)}) or 0) >= ITEMS_MAX


async def _restore(session: AsyncSession, table: str, id_: str, change: Image, undone: Undone) -> bool:
    """Whether the row is there. Its columns that the merge changed are as before, but for those changed since."""
    before, after = change["before"], change["after"]
    look = text(f"SELECT to_jsonb(t) AS image FROM {table} t WHERE {id_} = :id FOR UPDATE")
    now: Image | None = await session.scalar(look, {"id": UUID(before[id_])})
    if now is None:
        return False
    differing = {name for name in before.keys() & after.keys() if before[name] != after[name]} - GROWS
    same = {name: before[name] for name in differing if now.get(name) == after[name]}
    undone.changed += len(same) < len(differing)
    if same:
        grown = ", version = t.version + 1" if "version" in now else WORDED if "words_version" in now else ""
        columns = ", ".join(f"{name} = was.{name}" for name in sorted(same))
        put = text(f"""
            UPDATE {table} t SET {columns}{grown}{touched(now)}
            FROM jsonb_populate_record(NULL::{table}, CAST(:was AS jsonb)) was WHERE t.{id_} = :id
        """)
        await session.execute(put, {"was": as_json(same), "id": UUID(before[id_])})
    return True


async def _document_back(session: AsyncSession, table: str, change: Image) -> None:
    id_, column = DOCUMENTS[table]
    put = text(f"""
        UPDATE {table} SET {column} = CAST(:before AS jsonb) WHERE {id_} = :id AND {column} = CAST(:after AS jsonb)
    """)
    values = {"before": as_json(change["before"]), "after": as_json(change["after"]), "id": UUID(change["id"])}
    await session.execute(put, values)
