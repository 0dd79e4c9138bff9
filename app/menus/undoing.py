"""Undoing a removal: for a day, what was taken off a menu, or the menu itself, can come back to its place.

Rows are kept as they were and put back as they were; a column that was added meanwhile has its default. What hangs on
them comes back too: see `PIECES`, and `pairing.snapshot`. Guest links do not: whoever ended a menu ended them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, text

from app.catalog.holding import hold_all
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession, changed
from app.kit.errors import Conflict, NotFound
from app.kit.ids import UUID
from app.kit.jsonb import put_back
from app.menus import pairing
from app.menus.arranging import courses_in_order, items_in_order, write_courses, write_items
from app.menus.holding import held, touch
from app.menus.models import COURSES_MAX, ITEMS_MAX, Menu
from app.menus.ordering import placed
from app.menus.removal_models import Removal, Removed
from app.menus.sharing import is_free, slug_for

KEPT_FOR = timedelta(hours=24)
KEPT_MAX = 50  # of one owner; the oldest go
SHOWN_MAX = 10
PASSED = "This cannot be brought back any more."

# table → which of its rows go with a thing of that kind, in the order in which they come back
PIECES: dict[Removed, dict[str, str]] = {
    "item": {"course_items": "t.id = :id"},
    "course": {"courses": "t.id = :id", "course_items": "t.course_id = :id"},
    "menu": {
        "menus": "t.id = :id",
        "courses": "t.menu_id = :id",
        "course_items": "t.course_id IN (SELECT c.id FROM courses c WHERE c.menu_id = :id)",
        "menu_slugs": "t.menu_id = :id",
        "menu_lineage": "t.menu_id = :id",
        "menu_follows": "t.menu_id = :id",
    },
}
TAKE = {
    (kind, table): text(f"SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM {table} t WHERE {which}")
    for kind, pieces in PIECES.items()
    for table, which in pieces.items()
}
# what went for good meanwhile stays away: an account, and an address that is another menu's now
UNLESS = {
    "menu_slugs": "ON CONFLICT DO NOTHING",
    "menu_follows": "WHERE EXISTS (SELECT FROM users u WHERE u.id = t.user_id)",
}
FORKS = text("SELECT coalesce(jsonb_agg(menu_id), '[]') FROM menu_lineage WHERE origin_id = :id")
ORIGIN = text("SELECT id FROM menus WHERE id = :id FOR KEY SHARE")
FORKED_AGAIN = text("UPDATE menu_lineage SET origin_id = :id WHERE origin_id IS NULL AND menu_id = ANY(:forks)")
LATELY = text("""
    SELECT r.id, r.kind, r.title, r.created_at, r.expires_at,
        own->>'id' AS thing_id, own->>'course_id' AS course_id, (own->>'position')::int AS position
    FROM menu_removals r, LATERAL (SELECT r.rows->CASE r.kind
        WHEN 'menu' THEN 'menus' WHEN 'course' THEN 'courses' ELSE 'course_items' END->0) AS o(own)
    WHERE r.owner_id = :owner_id AND r.menu_id = :menu_id AND r.undone_at IS NULL AND r.expires_at > now()
    ORDER BY r.id DESC LIMIT :at_most
""")
SAME = text("SELECT id, note FROM course_items WHERE course_id = :course_id AND item_id = :item_id")
NOTE = text("UPDATE course_items SET note = :note, words_version = :version WHERE id = :id")
HERE_AGAIN = text("""
    SELECT EXISTS (SELECT FROM menus WHERE id = ANY(:ids)) OR EXISTS (SELECT FROM courses WHERE id = ANY(:ids))
        OR EXISTS (SELECT FROM course_items WHERE id = ANY(:ids))
""")
COURSE_IS_THERE = text("SELECT title FROM courses WHERE id = :course_id AND menu_id = :menu_id")
REMOVAL = select(Removal)
LOCKED = REMOVAL.with_for_update().execution_options(populate_existing=True)
OWN_TABLE: dict[Removed, str] = {"item": "course_items", "course": "courses", "menu": "menus"}
SURPLUS = text("""
    DELETE FROM menu_removals WHERE owner_id = :owner_id AND id NOT IN
        (SELECT id FROM menu_removals WHERE owner_id = :owner_id ORDER BY id DESC LIMIT :at_most)
""")


@dataclass(frozen=True, slots=True)
class Undone:
    """What came back. `id` is its own."""

    kind: Removed
    title: str
    id: UUID


async def keep(session: AsyncSession, owner_id: UUID, menu_id: UUID, kind: Removed, id_: UUID, title: str) -> Removal:
    """What is about to be taken off. For who holds the menu."""
    rows = {table: await session.scalar(TAKE[kind, table], {"id": id_}) for table in PIECES[kind]}
    served = [UUID(row["id"]) for row in rows["course_items"]]
    rows["pairings"] = await pairing.snapshot(session, served)
    if kind == "menu":
        rows["forks"] = await session.scalar(FORKS, {"id": id_})
    ends = clock.now() + KEPT_FOR
    removal = Removal(owner_id=owner_id, menu_id=menu_id, kind=kind, title=title, rows=rows, expires_at=ends)
    session.add(removal)
    await session.flush()
    await session.execute(SURPLUS, {"owner_id": owner_id, "at_most": KEPT_MAX})
    return removal


async def lately(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Sequence[AnyRow]:
    """What can be brought back, the last first: `thing_id` is its own, `course_id` (of an item) and `position` where
    it was."""
    asked = {"owner_id": owner_id, "menu_id": menu_id, "at_most": SHOWN_MAX}
    return (await session.execute(LATELY, asked)).all()


async def removal_of(session: AsyncSession, owner_id: UUID, menu_id: UUID, removal_id: UUID) -> Removal:
    """Raises `NotFound`, also once its day is over."""
    return await _removal(session, REMOVAL, owner_id, menu_id, removal_id)


async def undo(session: AsyncSession, owner_id: UUID, menu_id: UUID, removal_id: UUID) -> Undone:
    """Safe to ask twice. Raises `NotFound`, and `Conflict` where there is no place for it any more."""
    removal = await _removal(session, REMOVAL, owner_id, menu_id, removal_id)
    await hold_all(session, _works(removal))
    menu = None if removal.kind == "menu" else await held(session, owner_id, menu_id)
    removal = await _removal(session, LOCKED, owner_id, menu_id, removal_id)
    now = await hold_all(session, _works(removal))
    pieces = removal.rows | {"course_items": _in_catalog(removal.rows["course_items"], now)}
    (row,) = removal.rows[OWN_TABLE[removal.kind]]
    if removal.undone_at is None:
        await _must_be_gone(session, pieces)
        removal.undone_at = clock.now()
        if menu is None:
            await _menu_back(session, row, pieces)
            menu = await held(session, owner_id, menu_id)
        touch(menu)
        if removal.kind == "item":
            await _item_back(session, menu, pieces)
        if removal.kind == "course":
            await _course_back(session, menu, row, pieces)
        await session.flush()
        await pairing.restore(session, menu_id, pieces["pairings"])
    return Undone(removal.kind, removal.title, UUID(row["id"]))


async def _removal(
    session: AsyncSession, statement: Select[Removal], owner_id: UUID, menu_id: UUID, removal_id: UUID
) -> Removal:
    hers = statement.where(Removal.id == removal_id, Removal.owner_id == owner_id, Removal.menu_id == menu_id)
    removal = await session.scalar(hers)
    if removal is None or removal.expires_at <= clock.now():
        raise NotFound(PASSED)
    return removal


def _works(removal: Removal) -> list[UUID]:
    return [UUID(row["item_id"]) for row in removal.rows["course_items"]]


def _in_catalog(rows: Sequence[Mapping[str, Any]], now: Mapping[UUID, UUID]) -> list[dict[str, Any]]:
    """Those whose work is there, as it is called now; a course serves each once."""
    served: dict[tuple[str, UUID], dict[str, Any]] = {}
    for row in rows:
        if work := now.get(UUID(row["item_id"])):
            served.setdefault((row["course_id"], work), {**row, "item_id": str(work)})
    return list(served.values())


async def _must_be_gone(session: AsyncSession, pieces: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """What is read back from an export is what it was, ids and all."""
    ids = [UUID(row["id"]) for table in ("menus", "courses", "course_items") for row in pieces.get(table, ())]
    if await session.scalar(HERE_AGAIN, {"ids": ids}):
        raise Conflict("It is here again already.")


async def _item_back(session: AsyncSession, menu: Menu, pieces: dict[str, Any]) -> None:
    if not pieces["course_items"]:
        raise Conflict("The catalog does not have this item any more.")
    (row,) = pieces["course_items"]
    place = {"course_id": UUID(row["course_id"]), "menu_id": menu.id}
    course = await session.scalar(COURSE_IS_THERE, place)
    if course is None:
        raise Conflict("Its course is not on the menu any more. Bring that back first.")
    again = {"course_id": place["course_id"], "item_id": UUID(row["item_id"])}
    same = (await session.execute(SAME, again)).one_or_none()
    if same is not None:
        await _note_back(session, menu, same, row["note"])
        return
    others = await items_in_order(session, place["course_id"])
    if len(others) >= ITEMS_MAX:
        raise Conflict(f"{course} is full: a course holds {ITEMS_MAX} items at most.")
    await _give_back(session, pieces, "course_items")
    await write_items(session, place["course_id"], placed(others, UUID(row["id"]), row["position"]))


async def _note_back(session: AsyncSession, menu: Menu, same: AnyRow, note: str) -> None:
    """It was added again meanwhile: its note comes back, over none but an empty one."""
    if note in ("", same.note):
        return
    if same.note:
        raise Conflict("This course serves it again, with another note, which stays.")
    await session.execute(NOTE, {"id": same.id, "note": note, "version": menu.version})


async def _course_back(session: AsyncSession, menu: Menu, row: dict[str, Any], pieces: dict[str, Any]) -> None:
    others = await courses_in_order(session, menu.id)
    if len(others) >= COURSES_MAX:
        raise Conflict(f"A menu holds {COURSES_MAX} courses at most.")
    await _give_back(session, pieces, "courses", "course_items")
    await write_courses(session, menu.id, placed(others, UUID(row["id"]), row["position"]))
    await _close_gaps(session, [UUID(row["id"])])


async def _menu_back(session: AsyncSession, row: dict[str, Any], pieces: dict[str, Any]) -> None:
    """As a draft, at the addresses it had unless another menu has them by now."""
    slug = row["slug"] if await is_free(session, row["slug"]) else await slug_for(session, row["slug"])
    row = row | {"published_at": None, "slug": slug}
    lineage = [
        each | {"origin_id": await _still(session, each["origin_id"])} for each in pieces.get("menu_lineage", ())
    ]
    await _give_back(session, pieces | {"menus": [row], "menu_lineage": lineage}, *PIECES["menu"])
    await session.execute(
        FORKED_AGAIN, {"id": UUID(row["id"]), "forks": [UUID(id_) for id_ in pieces.get("forks", ())]}
    )
    await _close_gaps(session, [UUID(course["id"]) for course in pieces["courses"]])


async def _still(session: AsyncSession, origin: str | None) -> str | None:
    """The menu it was forked of, while that is there."""
    return origin if origin and await session.scalar(ORIGIN, {"id": UUID(origin)}) else None


async def _give_back(session: AsyncSession, pieces: dict[str, Any], *tables: str) -> None:
    for table in tables:
        await put_back(session, table, pieces.get(table, ()), UNLESS.get(table, ""))


async def _close_gaps(session: AsyncSession, courses: Sequence[UUID]) -> None:
    for course in courses:
        await write_items(session, course, await items_in_order(session, course))


async def sweep(session: AsyncSession) -> int:
    return await changed(session, delete(Removal).where(Removal.expires_at <= func.now()))
