"""Two items that are one work become one: everything that refers to the other goes along, and a journal says what went.

The other's id leads to the kept one from then on. Locks are taken in one order: the items, the menus that serve them,
then rows; whoever waits too long for one gives up, rather than keep others from their work.
"""

# ruff: noqa: S608 - tables and columns are named here, values are given

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.catalog.models import FACTS_TABLES, ItemMerge
from app.catalog.storing import filling
from app.kit import events
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.ids import UUID
from app.kit.jsonb import as_json
from app.ops.following import DOCUMENTS, FOLLOWING, Follows
from app.ops.paired import Pairs, repair

Journal = dict[str, Any]

NOT_YOURS = (
    "Somebody else added, keeps, serves, logs or tags this work, so only an operator of this Tastebuds can do that."
)
NOT_INTO_YOURS = "What was added by hand goes into what everybody has, not the other way round."
BUSY = "Somebody is changing one of these at this moment. Try again in a few seconds."
TOO_LONG = "Somebody's notes on the two are too long to stand together, so they stay two works."
UNAVAILABLE = "55P03"  # SQLSTATE: a lock was waited for in vain

PATIENCE = text("SELECT set_config('lock_timeout', '2s', true)")
ITEMS = text("SELECT to_jsonb(i) AS image FROM media_items i WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
MENUS = text("""
    SELECT m.id FROM menus m WHERE m.id IN (
        SELECT c.menu_id FROM courses c JOIN course_items s ON s.course_id = c.id WHERE s.item_id = ANY(:ids)
    ) ORDER BY m.id FOR UPDATE
""")
TOUCH = text("UPDATE menus SET version = version + 1, updated_at = statement_timestamp() WHERE id = ANY(:ids)")
# positions are unique at the commit only
CLOSE_UP = text("""
    UPDATE course_items s SET position = r.place FROM (
        SELECT id, row_number() OVER (PARTITION BY course_id ORDER BY position) AS place
        FROM course_items WHERE course_id = ANY(:courses)
    ) r WHERE r.id = s.id AND s.position <> r.place
""")
ENTRUSTED = " UNION ALL ".join(
    f"SELECT r.item_id, {each.whose} AS owner_id FROM {each.table} r WHERE r.item_id = ANY(:ids)"
    for each in FOLLOWING
    if each.whose
)
BY_OTHERS = f"""({ENTRUSTED} UNION ALL SELECT id, made_by FROM media_items WHERE id = ANY(:ids)) AS stake
    WHERE stake.owner_id <> :user_id"""
OTHERS = text(f"SELECT EXISTS (SELECT FROM {BY_OTHERS})")
OF_OTHERS = text(f"SELECT DISTINCT item_id FROM {BY_OTHERS}")
STAKES = text(f"SELECT EXISTS ({ENTRUSTED})")
HISTORY = text("""
    SELECT id, kind, from_id, into_id, title, made_at FROM item_merges
    WHERE into_id = :item_id AND undone_at IS NULL AND (:is_operator OR made_by = :user_id)
    ORDER BY id DESC LIMIT 20
""")
FORGET = text("DELETE FROM media_items WHERE id = :from_id")


@dataclass(frozen=True, slots=True)
class Moving:
    """The statements of one table. `:from_id` is the item that goes, `:into_id` the one that stays."""

    meet: Any
    join: Any
    drop: Any
    move: Any
    unless: Any


def _moving(spec: Follows) -> Moving:
    table, id_ = spec.table, spec.id
    same = " AND ".join(
        ["o.item_id = :from_id", "k.item_id = :into_id", spec.met, *(f"k.{name} = o.{name}" for name in spec.key)]
    )
    joined = ", ".join(f"{name} = {value}" for name, value in spec.joined.items())
    return Moving(
        meet=text(f"""
            SELECT to_jsonb(k) AS kept, to_jsonb(o) AS other FROM {table} k, {table} o WHERE {same}
            ORDER BY k.{id_} FOR UPDATE OF k, o
        """),
        join=text(f"UPDATE {table} k SET {joined} FROM {table} o WHERE {same} RETURNING to_jsonb(k) AS image"),
        drop=text(f"DELETE FROM {table} o USING {table} k WHERE {same}"),
        move=text(f"UPDATE {table} SET item_id = :into_id WHERE item_id = :from_id RETURNING {id_}"),
        unless=text(f"SELECT EXISTS (SELECT FROM {spec.unless or table} WHERE item_id = :into_id)"),
    )


MOVING = {spec.table: _moving(spec) for spec in FOLLOWING}
FACTS_OF = {
    item_type: text(f"SELECT item_id, to_jsonb(f) AS image FROM {model.__tablename__} f WHERE item_id = ANY(:ids)")
    for item_type, model in FACTS_TABLES.items()
}
WITHIN = {
    table: text(f"""
        UPDATE {table} d SET {column} = replace(old.said::text, :from_text, :into_text)::jsonb
        FROM (SELECT {id_} AS id, {column} AS said FROM {table} WHERE strpos({column}::text, :from_text) > 0
            ORDER BY 1 FOR UPDATE) old
        WHERE d.{id_} = old.id RETURNING d.{id_} AS id, old.said AS before, d.{column} AS after
    """)
    for table, (id_, column) in DOCUMENTS.items()
}


async def may_decide(session: AsyncSession, user_id: UUID, ids: Sequence[UUID], *, is_operator: bool) -> bool:
    """The catalog is everybody's: hosts decide alone only where nobody else has a stake in these."""
    if is_operator:
        return True
    return not await session.scalar(OTHERS, {"ids": list(ids), "user_id": user_id})


async def not_theirs(
    session: AsyncSession, user_id: UUID, ids: Sequence[UUID], *, is_operator: bool
) -> frozenset[UUID]:
    """Those of these that somebody else has a stake in, where that keeps this host from deciding."""
    if is_operator or not ids:
        return frozenset()
    return frozenset(await session.scalars(OF_OTHERS, {"ids": list(ids), "user_id": user_id}))


async def has_stakes(session: AsyncSession, item_id: UUID) -> bool:
    """Whether anybody keeps, serves, logs or tags it."""
    return bool(await session.scalar(STAKES, {"ids": [item_id]}))


async def merge(
    session: AsyncSession, user_id: UUID, into_id: UUID, from_id: UUID, *, is_operator: bool = False
) -> ItemMerge:
    """`from_id` becomes one with `into_id`, which stays. What the journal holds can be undone (`unmerging.py`).

    Raises `NotFound`, `Forbidden`, `Conflict`, and `Invalid` for what cannot be one work.
    """
    try:
        return await _merge(session, user_id, into_id, from_id, is_operator)
    except IntegrityError:
        raise Conflict(TOO_LONG) from None
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != UNAVAILABLE:
            raise
        raise Conflict(BUSY) from None


async def _merge(session: AsyncSession, user_id: UUID, into_id: UUID, from_id: UUID, is_operator: bool) -> ItemMerge:
    into, other = await lock(session, into_id, from_id)
    if into["type"] != other["type"]:
        raise Invalid({"": "Works of two media are two works."})
    if not await may_decide(session, user_id, [into_id, from_id], is_operator=is_operator):
        raise Forbidden(NOT_YOURS)
    if into["made_by"] and other["made_by"] != into["made_by"] and not is_operator:
        raise Forbidden(NOT_INTO_YOURS)  # else its maker would write over what sources told
    menus = await lock_menus(session, into_id, from_id)
    at = {"from_id": from_id, "into_id": into_id}
    journal: Journal = {"item": other, "tables": {}, "changed": {}, "pairings": {}, "documents": {}}
    for spec in FOLLOWING:
        journal["tables"][spec.table] = await _move(session, spec, at, journal)
    await _fill(session, into, other, journal)
    for table, statement in WITHIN.items():
        rows = await session.execute(statement, {"from_text": str(from_id), "into_text": str(into_id)})
        journal["documents"][table] = [dict(row) | {"id": str(row["id"])} for row in rows.mappings()]
    await session.execute(TOUCH, {"ids": menus})
    await session.execute(FORGET, {"from_id": from_id})
    row = ItemMerge(
        kind="merge", from_id=from_id, into_id=into_id, title=other["title"], journal=journal, made_by=user_id
    )
    session.add(row)
    await session.flush()
    await events.record(session, "item", "stored", into_id, from_id)
    return row


async def lock(session: AsyncSession, *ids: UUID) -> list[dict[str, Any]]:
    """The items' rows, in the order they are named. Nobody makes anything refer to them until the transaction ends.

    Raises `NotFound`, `Invalid`.
    """
    if len(set(ids)) < len(ids):
        raise Invalid({"": "That is the same work already."})
    await session.execute(PATIENCE)
    found = {row.image["id"]: row.image for row in await session.execute(ITEMS, {"ids": list(ids)})}
    if len(found) < len(ids):
        raise NotFound("One of these is not in the catalog any more.")
    return [found[str(id_)] for id_ in ids]


async def lock_menus(session: AsyncSession, *ids: UUID) -> list[UUID]:
    return list(await session.scalars(MENUS, {"ids": list(ids)}))


async def close_up(session: AsyncSession, courses: Iterable[str]) -> None:
    await session.execute(CLOSE_UP, {"courses": [UUID(course) for course in courses]})


async def _move(session: AsyncSession, spec: Follows, at: Mapping[str, Any], journal: Journal) -> Journal:
    statements = MOVING[spec.table]
    if spec.unless and await session.scalar(statements.unless, at):
        return {"moved": [], "met": []}  # the other's go with it
    met = [dict(row) for row in (await session.execute(statements.meet, at)).mappings()] if spec.key else []
    if met:
        await _join(session, spec, at, met)
        if spec.table == "course_items":
            journal["pairings"] = await _repair(session, met)
        await session.execute(statements.drop, at)
        if spec.table == "course_items":
            await close_up(session, {pair["other"]["course_id"] for pair in met})
    moved = [str(id_) for id_ in await session.scalars(statements.move, at)]
    return {"moved": moved, "met": met}


async def _join(session: AsyncSession, spec: Follows, at: Mapping[str, Any], met: list[Journal]) -> None:
    """Adds to each pair what the one that stays has become."""
    if not spec.joined:
        for pair in met:
            pair["joined"] = pair["kept"]
        return
    joined = {row.image["id"]: row.image for row in await session.execute(MOVING[spec.table].join, at)}
    for pair in met:
        pair["joined"] = joined[pair["kept"]["id"]]


async def _repair(session: AsyncSession, met: list[Journal]) -> Pairs:
    return await repair(session, {UUID(pair["other"]["id"]): UUID(pair["kept"]["id"]) for pair in met})


async def _fill(session: AsyncSession, into: Journal, other: Journal, journal: Journal) -> None:
    """What the kept one does not say and the other does."""
    ids = [UUID(into["id"]), UUID(other["id"])]
    facts = {row.item_id: row.image for row in await session.execute(FACTS_OF[into["type"]], {"ids": ids})}
    journal["facts"] = facts[ids[1]]
    gaps = filling(into, _of_work(other)) | {"popularity": max(into["popularity"], other["popularity"])}
    words = gaps | {"version": into["version"] + 1}
    journal["changed"]["media_items"] = await put(session, "media_items", "id", into, words)
    table = FACTS_TABLES[into["type"]].__tablename__
    said = {name: value for name, value in facts[ids[1]].items() if name not in ("item_id", "kind")}
    journal["changed"][table] = await put(session, table, "item_id", facts[ids[0]], filling(facts[ids[0]], said))


def _of_work(image: Journal) -> Journal:
    """What is told of the work, not of its row."""
    return {name: value for name, value in image.items() if name not in ("id", "made_by", "version", "created_at")}


async def put(session: AsyncSession, table: str, id_: str, image: Journal, values: Journal) -> Journal:
    """Sets the columns; the row before and after."""
    if not values:
        return {"before": image, "after": image}
    columns = ", ".join(f"{name} = said.{name}" for name in values)
    statement = text(f"""
        UPDATE {table} t SET {columns}{touched(image)}
        FROM jsonb_populate_record(NULL::{table}, CAST(:said AS jsonb)) said
        WHERE t.{id_} = :id RETURNING to_jsonb(t) AS image
    """)
    after = await session.scalar(statement, {"said": as_json(values), "id": UUID(image[id_])})
    return {"before": image, "after": after}


def touched(row: Journal) -> str:
    """Also set: what pages that show it are kept by."""
    return ", updated_at = statement_timestamp()" if "updated_at" in row else ""


async def history(session: AsyncSession, user_id: UUID, item_id: UUID, *, is_operator: bool) -> Sequence[AnyRow]:
    """What was joined to the item or taken out of it, and can be undone by whoever asks; the last first."""
    asked = {"item_id": item_id, "user_id": user_id, "is_operator": is_operator}
    return (await session.execute(HISTORY, asked)).all()
