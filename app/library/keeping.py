"""Keeping: my mark on an item, made once however often it is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import TextClause, delete, text
from sqlalchemy.dialects.postgresql import insert

from app.catalog.holding import hold, hold_all
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID, new_id
from app.kit.meeting import UNSAID, met
from app.library.forms import EntryForm, Status
from app.library.models import UserItemState

COLUMNS = (
    UserItemState.status,
    UserItemState.rating,
    UserItemState.favourite,
    UserItemState.notes,
    UserItemState.version,
    UserItemState.created_at,
    UserItemState.updated_at,
)
MARK = ", ".join(f"s.{column.key}" for column in COLUMNS)
ENTRY_OF = text(f"SELECT s.item_id, {MARK} FROM user_item_states s WHERE s.user_id = :user_id AND s.item_id = :item_id")
HELD = text("""
    SELECT version, created_at FROM user_item_states WHERE user_id = :user_id AND item_id = :item_id FOR UPDATE
""")
ENTRIES_ON = text(
    f"SELECT s.item_id, {MARK} FROM user_item_states s WHERE s.user_id = :user_id AND s.item_id = ANY(:item_ids)"
)
# of many at once, and in one order for all, so that no two wait for each other
SET = """
    INSERT INTO user_item_states (id, user_id, item_id, {field}, created_at, updated_at)
    SELECT wanted.id, :user_id, wanted.item_id, CAST(:value AS {kind}), :now, :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:item_ids AS uuid[])) AS wanted (id, item_id)
    ORDER BY wanted.item_id
    ON CONFLICT (user_id, item_id) DO UPDATE
        SET {field} = excluded.{field}, updated_at = excluded.updated_at, version = user_item_states.version + 1
        WHERE user_item_states.{field} IS DISTINCT FROM excluded.{field}
    RETURNING id, item_id, version
"""
SET_STATUS = text(SET.format(field="status", kind="text"))
SET_FAVOURITE = text(SET.format(field="favourite", kind="boolean"))
SET_RATING = text(SET.format(field="rating", kind="numeric"))
KEEP = insert(UserItemState).on_conflict_do_nothing(index_elements=["user_id", "item_id"])


async def keep(session: AsyncSession, user_id: UUID, item_id: UUID) -> AnyRow:
    """The entry, made now if there was none. Raises `NotFound` for an item the catalog does not have."""
    item_id = await hold(session, item_id)
    await session.execute(KEEP, {"id": new_id(), "user_id": user_id, "item_id": item_id})
    entry = await entry_of(session, user_id, item_id)
    assert entry is not None  # noqa: S101 - it was there or has just been made
    return entry


async def held(session: AsyncSession, user_id: UUID, item_id: UUID) -> AnyRow | None:
    """`version` and `created_at` of my entry, locked until the transaction ends; None while there is none."""
    return (await session.execute(HELD, {"user_id": user_id, "item_id": item_id})).one_or_none()


async def mark(
    session: AsyncSession,
    user_id: UUID,
    item_id: UUID,
    form: EntryForm,
    *,
    since: int | None = None,
    was: Mapping[str, str] = UNSAID,
) -> AnyRow:
    """The entry as the form says, kept first if it was not.

    `since`: the version that was read, 0 where there was no entry; `was`: as in `met`. Raises `NotFound`, `Stale`.
    """
    item_id = await hold(session, item_id)
    now, marks = clock.now(), form.model_dump()
    made = marks | {"updated_at": now}
    statement = insert(UserItemState).values(id=new_id(), user_id=user_id, item_id=item_id, created_at=now, **made)
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "item_id"],
        set_=made | {"version": UserItemState.version + 1},
        where=None if since is None else UserItemState.version == since,
    )
    row = (await session.execute(statement.returning(*COLUMNS))).one_or_none()
    if row is not None:
        return row
    theirs = await keep(session, user_id, item_id)  # and nobody changes it now: what meets is locked
    now_there = {name: getattr(theirs, name) for name in marks}
    form = met(form, now_there, was)
    return theirs if form.model_dump() == now_there else await mark(session, user_id, item_id, form)


async def set_status(
    session: AsyncSession, user_id: UUID, item_ids: Iterable[UUID], status: Status
) -> Sequence[AnyRow]:
    """`id`, `item_id` and `version` of those that were changed, or kept for it. Items the catalog does not have are
    passed over."""
    return await _set(session, SET_STATUS, user_id, item_ids, status)


async def set_favourite(
    session: AsyncSession, user_id: UUID, item_ids: Iterable[UUID], favourite: bool
) -> Sequence[AnyRow]:
    """As `set_status`."""
    return await _set(session, SET_FAVOURITE, user_id, item_ids, favourite)


async def set_rating(
    session: AsyncSession, user_id: UUID, item_ids: Iterable[UUID], rating: Decimal | None
) -> Sequence[AnyRow]:
    """As `set_status`."""
    return await _set(session, SET_RATING, user_id, item_ids, rating)


async def let_go(session: AsyncSession, user_id: UUID, item_id: UUID) -> None:
    """Safe to ask twice."""
    mine = (UserItemState.user_id == user_id, UserItemState.item_id == item_id)
    await session.execute(delete(UserItemState).where(*mine))


async def entry_of(session: AsyncSession, user_id: UUID, item_id: UUID) -> AnyRow | None:
    return (await session.execute(ENTRY_OF, {"user_id": user_id, "item_id": item_id})).one_or_none()


async def entries_on(session: AsyncSession, user_id: UUID, item_ids: Iterable[UUID]) -> dict[UUID, AnyRow]:
    """My entries on these items, by item."""
    wanted = list(item_ids)
    if not wanted:
        return {}
    rows = await session.execute(ENTRIES_ON, {"user_id": user_id, "item_ids": wanted})
    return {row.item_id: row for row in rows}


async def _set(
    session: AsyncSession, statement: TextClause, user_id: UUID, item_ids: Iterable[UUID], value: Any
) -> Sequence[AnyRow]:
    wanted = sorted({*(await hold_all(session, item_ids)).values()})
    if not wanted:
        return ()
    given = {"ids": [new_id() for _ in wanted], "item_ids": wanted, "user_id": user_id, "value": value}
    return (await session.execute(statement, given | {"now": clock.now()})).all()
