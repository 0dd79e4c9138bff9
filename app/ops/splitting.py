"""One item that was two works: a source, with what only it calls the work, becomes an item of its own.

What people made of the item stays with it. What only that source said of it goes; what others say takes its place.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.catalog.candidates import Candidate
from app.catalog.models import FACTS_TABLES, ItemMerge
from app.catalog.rewording import GROUPS, NOTHING, is_only, said
from app.catalog.storing import facts_row, item_row, new_item
from app.kit import events
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import Conflict, Forbidden, NotFound
from app.kit.ids import UUID
from app.ops.merging import BUSY, FACTS_OF, NOT_YOURS, UNAVAILABLE, lock, may_decide, put

Image = dict[str, Any]

ALONE = "It is all that is known of this work. There is nothing to take it out of."
UNSAID = "It is not known what this source says by itself. Ask it again first."

SOURCES = text("""
    SELECT id, source_name, external_id, said FROM media_sources WHERE item_id = :item_id
    ORDER BY fetched_at, id FOR UPDATE
""")
TAKE_SOURCE = text("UPDATE media_sources SET item_id = :new_id WHERE id = :id")
TAKE_NAMES = text("""
    UPDATE media_identifiers SET item_id = :new_id WHERE item_id = :item_id AND (scheme, kind, value) IN (
        SELECT * FROM unnest(CAST(:schemes AS text[]), CAST(:kinds AS text[]), CAST(:values AS text[])))
    RETURNING id
""")


async def split(
    session: AsyncSession,
    user_id: UUID,
    item_id: UUID,
    source_name: str,
    external_id: str,
    *,
    is_operator: bool = False,
) -> ItemMerge:
    """`from_id` of the result is the new item. Raises `NotFound`, `Forbidden`, `Conflict`."""
    try:
        (item,) = await lock(session, item_id)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != UNAVAILABLE:
            raise
        raise Conflict(BUSY) from None
    if not await may_decide(session, user_id, [item_id], is_operator=is_operator):
        raise Forbidden(NOT_YOURS)
    sources = (await session.execute(SOURCES, {"item_id": item_id})).all()
    leaving = _leaving(sources, source_name, external_id)
    if len(sources) == 1 and not item["made_by"]:
        raise Conflict(ALONE)
    if leaving.said is None:
        raise Conflict(UNSAID)
    candidate = msgspec.convert(leaving.said, Candidate)
    staying = [msgspec.convert(each.said, Candidate) for each in sources if each.said and each.id != leaving.id]
    new_id = await new_item(session, candidate)
    await session.execute(TAKE_SOURCE, {"new_id": new_id, "id": leaving.id})
    names = await _take_names(session, item_id, new_id, candidate, staying)
    journal = {"sources": [str(leaving.id)], "identifiers": names, "changed": {}}
    if not item["made_by"]:  # words that somebody wrote are theirs
        journal["changed"] = await _reword(session, item, candidate, staying)
    row = ItemMerge(
        kind="split", from_id=new_id, into_id=item_id, title=candidate.title, journal=journal, made_by=user_id
    )
    session.add(row)
    await session.flush()
    await events.record(session, "item", "stored", item_id, new_id)
    return row


def _leaving(sources: Sequence[AnyRow], source_name: str, external_id: str) -> AnyRow:
    for each in sources:
        if (each.source_name, each.external_id) == (source_name, external_id):
            return each
    raise NotFound("This source does not speak of this work.")


async def _take_names(
    session: AsyncSession, item_id: UUID, new_id: UUID, candidate: Candidate, staying: Sequence[Candidate]
) -> list[str]:
    """Those that nobody else calls it."""
    others = {name for each in staying for name in each.identifiers}
    names = [name for name in candidate.identifiers if name not in others]
    values = {
        "schemes": [name.scheme for name in names],
        "kinds": [name.kind for name in names],
        "values": [name.value for name in names],
    }
    rows = await session.scalars(TAKE_NAMES, values | {"item_id": item_id, "new_id": new_id})
    return [str(id_) for id_ in rows]


async def _reword(
    session: AsyncSession, item: Image, candidate: Candidate, staying: Sequence[Candidate]
) -> dict[str, Image]:
    rows = [msgspec.to_builtins(item_row(each)) for each in (candidate, *staying)]
    words: Image = {}
    for group in GROUPS:
        words |= _instead(group, item, rows[0], rows[1:])
    changed = {"media_items": await put(session, "media_items", "id", item, words | {"version": item["version"] + 1})}
    if candidate.type == item["type"]:
        ids = {"ids": [UUID(item["id"])]}
        facts = (await session.execute(FACTS_OF[item["type"]], ids)).one().image
        told = [facts_row(each) for each in (candidate, *staying) if each.type == item["type"]]
        table = FACTS_TABLES[item["type"]].__tablename__
        words = {}
        for name in told[0].keys() - {"kind"}:
            words |= _instead((name,), facts, told[0], told[1:])
        changed[table] = await put(session, table, "item_id", facts, words)
    return changed


def _instead(group: Sequence[str], item: Image, gone: Image, staying: Sequence[Image]) -> Image:
    """What takes the place of words that only the one that goes has said."""
    if not is_only(group, item, gone, staying):
        return {}
    here = said(item, group)
    found = next((said(row, group) for row in staying if row[group[0]] not in NOTHING), None)
    if found is None:
        found = here if group[0] == "title" else [[] if isinstance(value, list) else None for value in here]
    return dict(zip(group, found, strict=True))
