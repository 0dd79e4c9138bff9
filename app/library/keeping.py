"""Keeping: my mark on an item, made once however often it is asked for."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.catalog.models import MediaItem
from app.catalog.reading import CARD
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id
from app.library.forms import EntryForm
from app.library.models import UserItemState

MARK = (
    UserItemState.status,
    UserItemState.rating,
    UserItemState.favourite,
    UserItemState.notes,
    UserItemState.created_at,
    UserItemState.updated_at,
)
MARKS = select(UserItemState.item_id, *MARK)
ENTRIES = select(*CARD, *MARK, UserItemState.id.label("entry_id")).join(
    MediaItem, MediaItem.id == UserItemState.item_id
)
COUNTS = (
    select(MediaItem.type, func.count())
    .join(UserItemState, UserItemState.item_id == MediaItem.id)
    .group_by(MediaItem.type)
)
KEEP = insert(UserItemState).on_conflict_do_nothing(index_elements=["user_id", "item_id"])
ITEM = select(MediaItem.id)

PAGE = 48


async def keep(session: AsyncSession, user_id: UUID, item_id: UUID) -> AnyRow:
    """The entry, made now if there was none. Raises `NotFound` for an item the catalog does not have."""
    await _must_exist(session, item_id)
    await session.execute(KEEP, {"id": new_id(), "user_id": user_id, "item_id": item_id})
    entry = await entry_of(session, user_id, item_id)
    assert entry is not None  # noqa: S101 - it was there or has just been made
    return entry


async def mark(session: AsyncSession, user_id: UUID, item_id: UUID, form: EntryForm) -> AnyRow:
    """The entry as the form says, kept first if it was not. Raises `NotFound`."""
    await _must_exist(session, item_id)
    marks = form.model_dump() | {"updated_at": clock.now()}
    statement = insert(UserItemState).values(id=new_id(), user_id=user_id, item_id=item_id, **marks)
    statement = statement.on_conflict_do_update(index_elements=["user_id", "item_id"], set_=marks)
    return (await session.execute(statement.returning(*MARK))).one()


async def let_go(session: AsyncSession, user_id: UUID, item_id: UUID) -> None:
    """Safe to ask twice."""
    mine = (UserItemState.user_id == user_id, UserItemState.item_id == item_id)
    await session.execute(delete(UserItemState).where(*mine))


async def entry_of(session: AsyncSession, user_id: UUID, item_id: UUID) -> AnyRow | None:
    mine = (UserItemState.user_id == user_id, UserItemState.item_id == item_id)
    return (await session.execute(MARKS.where(*mine))).one_or_none()


async def entries_on(session: AsyncSession, user_id: UUID, item_ids: Iterable[UUID]) -> dict[UUID, AnyRow]:
    """My entries on these items, by item."""
    wanted = list(item_ids)
    if not wanted:
        return {}
    mine = MARKS.where(UserItemState.user_id == user_id, UserItemState.item_id.in_(wanted))
    return {row.item_id: row for row in await session.execute(mine)}


async def library(
    session: AsyncSession,
    user_id: UUID,
    *,
    item_type: str | None = None,
    status: str | None = None,
    after: UUID | None = None,
    at_most: int = PAGE,
) -> tuple[Sequence[AnyRow], UUID | None]:
    """The newest first, and the entry to ask after for the next page, if there is one.

    Keys are UUIDv7, so an entry's id says when it was made: the page is cut by one index and costs the same anywhere.
    """
    wanted = ENTRIES.where(UserItemState.user_id == user_id).order_by(UserItemState.id.desc()).limit(at_most + 1)
    if item_type:
        wanted = wanted.where(MediaItem.type == item_type)
    if status:
        wanted = wanted.where(UserItemState.status == status)
    if after:
        wanted = wanted.where(UserItemState.id < after)
    rows = (await session.execute(wanted)).all()
    more = len(rows) > at_most
    return rows[:at_most], rows[at_most - 1].entry_id if more else None


async def counts(session: AsyncSession, user_id: UUID, status: str | None = None) -> Mapping[str, int]:
    """How many entries of each type."""
    mine = COUNTS.where(UserItemState.user_id == user_id)
    if status:
        mine = mine.where(UserItemState.status == status)
    return {item_type: number for item_type, number in await session.execute(mine)}


async def _must_exist(session: AsyncSession, item_id: UUID) -> None:
    if await session.scalar(ITEM.where(MediaItem.id == item_id)) is None:
        raise NotFound("This item is not in the catalog.")
