"""What was done to many entries is undone: as it was to the last mark, but for what was changed since."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id
from app.library import changing_back, changing_many, keeping, tagging
from app.library.changing_back import Change, Undone
from app.library.forms import EntryForm
from app.library.shelf_forms import ManyForm
from app.ops.merging import merge
from tests.counting import statements
from tests.rows import a_user, items

ROWS = {
    "entries": text("SELECT (to_jsonb(s) - 'version')::text FROM user_item_states s WHERE user_id = :user ORDER BY id"),
    "tags": text("SELECT to_jsonb(g)::text FROM media_item_tags g WHERE user_id = :user ORDER BY id"),
    "counts": text("""
        SELECT item_type || status || sum(entries)::text FROM entry_counts WHERE user_id = :user
        GROUP BY item_type, status HAVING sum(entries) <> 0 ORDER BY 1
    """),
}
KEPT = text("SELECT count(*) FROM shelf_changes WHERE user_id = :user")
PAST = text("UPDATE shelf_changes SET expires_at = now()")


@pytest.fixture
async def alice(database: Database) -> UUID:
    return await a_user(database, "Alice")


@pytest.fixture
async def books(database: Database, alice: UUID) -> list[UUID]:
    """Six, all but the last in her library, each marked in a way of its own; the first two tagged."""
    found = await items(database, *"ABCDEF")
    async with database.session() as session:
        for number, item in enumerate(found[:-1]):
            status = ("wanted", "active", "paused", "done", "dropped")[number]
            marks = {
                "status": status,
                "rating": f"{number}.5",
                "favourite": number % 2,
                "notes": f"Notes {number} “\\n",
            }
            await keeping.mark(session, alice, item, EntryForm.read(marks))
        cosy = await tagging.put_on(session, alice, found[0], "Cosy")
        await tagging.put_on_all(session, alice, found[1:2], cosy)
    return found


@pytest.fixture
async def cosy(database: Database, alice: UUID, books: list[UUID]) -> UUID:
    async with database.session() as session:
        return UUID(str((await tagging.tags_of(session, alice))[0].id))


async def rows(database: Database, user: UUID) -> dict[str, list[str]]:
    async with database.reading() as session:
        return {name: list(await session.scalars(statement, {"user": user})) for name, statement in ROWS.items()}


async def do(database: Database, user: UUID, books: list[UUID], **said: Any) -> Change:
    async with database.session() as session:
        if said == {"remove": True}:
            return await changing_many.let_go(session, user, tuple(books))
        return await changing_many.change(session, user, ManyForm.read({"items": books} | said))


async def undo(database: Database, user: UUID, change: Change) -> Undone:
    assert change.id
    async with database.session() as session:
        return await changing_back.undo(session, user, change.id)


DEEDS: dict[str, tuple[dict[str, Any], int]] = {
    "status": ({"status": "done"}, 5),
    "rating": ({"rating": "9"}, 6),
    "no rating": ({"rating": "none"}, 6),
    "favourite": ({"favourite": True}, 4),
    "tag": ({"tag": "cosy"}, 4),
    "not_tag": ({"not_tag": "cosy"}, 2),
    "remove": ({"remove": True}, 5),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_all_is_as_it_was_and_stays_so_when_asked_twice(
    database: Database, alice: UUID, books: list[UUID], cosy: UUID, deed: str
) -> None:
    said, number = DEEDS[deed]
    before = await rows(database, alice)
    change = await do(database, alice, [*books, new_id()], **{k: cosy if v == "cosy" else v for k, v in said.items()})
    assert change.number == number
    assert await rows(database, alice) != before
    assert await undo(database, alice, change) == Undone(number, 0)
    assert await rows(database, alice) == before
    async with database.session() as session:
        await keeping.let_go(session, alice, books[0])
    now = await rows(database, alice)
    assert await undo(database, alice, change) == Undone(number, 0)
    assert await rows(database, alice) == now


async def test_nobody_else_undoes_it_and_nobody_after_a_day(database: Database, alice: UUID, books: list[UUID]) -> None:
    bob, change = await a_user(database, "Bob"), await do(database, alice, books, remove=True)
    now = await rows(database, alice)
    with pytest.raises(NotFound):
        await undo(database, bob, change)
    async with database.session() as session:
        await session.execute(PAST)
    with pytest.raises(NotFound, match="cannot be undone any more"):
        await undo(database, alice, change)
    assert await rows(database, alice) == now
    async with database.session() as session:
        assert await changing_back.sweep(session) == 1


async def test_what_was_marked_since_stays_as_it_is(database: Database, alice: UUID, books: list[UUID]) -> None:
    change = await do(database, alice, books, rating="10")
    async with database.session() as session:
        await keeping.mark(session, alice, books[0], EntryForm.read({"rating": "10", "notes": "Said later."}))
        await keeping.let_go(session, alice, books[1])
    assert await undo(database, alice, change) == Undone(4, 2)
    async with database.session() as session:
        found = await keeping.entries_on(session, alice, books)
    assert {book: float(found[book].rating) for book in books if book in found} == {
        books[0]: 10,
        books[2]: 2.5,
        books[3]: 3.5,
        books[4]: 4.5,
    }
    assert found[books[0]].notes == "Said later."
    assert found[books[2]].version == 3  # who has it open elsewhere is told


async def test_what_was_kept_or_tagged_again_stays_as_it_is(
    database: Database, alice: UUID, books: list[UUID], cosy: UUID
) -> None:
    gone, untagged = await do(database, alice, books, remove=True), await do(database, alice, books, not_tag=cosy)
    async with database.session() as session:
        await keeping.mark(session, alice, books[0], EntryForm.read({"status": "done", "notes": "Anew."}))
        await tagging.put_on_all(session, alice, books[:1], cosy)
    assert await undo(database, alice, gone) == Undone(4, 1)
    assert await undo(database, alice, untagged) == Undone(1, 1)
    async with database.session() as session:
        assert (await keeping.entries_on(session, alice, books))[books[0]].notes == "Anew."


@pytest.mark.parametrize("said", ["tag", "not_tag"])
async def test_a_tag_that_is_gone_does_not_come_back(
    database: Database, alice: UUID, books: list[UUID], cosy: UUID, said: str
) -> None:
    change = await do(database, alice, books, **{said: cosy})
    async with database.session() as session:
        await tagging.discard(session, alice, cosy)
    assert await undo(database, alice, change) == Undone(0, change.number)


async def test_a_work_that_became_one_with_another_comes_back_as_that(
    database: Database, alice: UUID, books: list[UUID]
) -> None:
    """Also where both had been there: then one of the two."""
    change = await do(database, alice, books, remove=True)
    async with database.session() as session:
        await merge(session, alice, books[5], books[4], is_operator=True)
        await merge(session, alice, books[1], books[0], is_operator=True)
    assert await undo(database, alice, change) == Undone(4, 1)
    async with database.session() as session:
        assert {*await keeping.entries_on(session, alice, books)} == {books[1], books[2], books[3], books[5]}


async def test_twenty_changes_are_kept_and_nothing_of_what_changed_nothing(
    database: Database, alice: UUID, books: list[UUID]
) -> None:
    first = await do(database, alice, books, favourite=True)
    assert await do(database, alice, books, favourite=True) == Change(0, None)
    for number in range(changing_back.KEPT_MAX):
        last = await do(database, alice, books, favourite=number % 2 == 1)
    async with database.session() as session:
        assert await session.scalar(KEPT, {"user": alice}) == changing_back.KEPT_MAX
    with pytest.raises(NotFound):
        await undo(database, alice, first)
    assert await undo(database, alice, last) == Undone(6, 0)


async def test_many_cost_as_many_statements_as_one(database: Database, alice: UUID, books: list[UUID]) -> None:
    for said in ({"status": "done"}, {"remove": True}):
        counted = []
        for some in (books[:1], books[1:-1]):
            with statements(database) as sent:
                change = await do(database, alice, some, **said)
                await undo(database, alice, change)
            counted.append(len(sent))
        assert counted[0] == counted[1]


async def test_twenty_who_change_and_undo_at_once_wait_for_each_other_and_leave_whole_entries(
    database: Database, alice: UUID, books: list[UUID], cosy: UUID
) -> None:
    deeds: list[dict[str, Any]] = [
        {"status": "paused"},
        {"favourite": True},
        {"tag": cosy},
        {"not_tag": cosy},
        {"remove": True},
    ]

    async def one(number: int) -> Undone:
        turned = books[number % 6 :] + books[: number % 6]
        change = await do(database, alice, turned, **deeds[number % 5])
        if change.id is None:
            return Undone(0, 0)
        once, twice = await asyncio.gather(undo(database, alice, change), undo(database, alice, change))
        assert once == twice
        assert once.restored + once.left == change.number
        return once

    assert sum(undone.restored for undone in await asyncio.gather(*map(one, range(20))))
    after = await rows(database, alice)
    by_status: dict[str, int] = {}
    async with database.session() as session:
        for entry in (await keeping.entries_on(session, alice, books)).values():
            by_status[entry.status] = by_status.get(entry.status, 0) + 1
    assert after["counts"] == sorted(f"book{status}{number}" for status, number in by_status.items())
