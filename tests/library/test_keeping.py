"""Keeping: one entry per person and item, however often and however many at once ask for it."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.kit.db import Database
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id
from app.library import keeping
from app.library.forms import EntryForm
from app.library.models import STATUSES, UserItemState
from tests.rows import a_user, items


async def keep(database: Database, user: UUID, item: UUID) -> Any:
    async with database.session() as session:
        return await keeping.keep(session, user, item)


async def mark(database: Database, user: UUID, item: UUID, **form: Any) -> Any:
    async with database.session() as session:
        return await keeping.mark(session, user, item, EntryForm.read(form))


async def count(database: Database) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(UserItemState)) or 0


async def test_keeping_makes_an_entry_that_says_wanted(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    entry = await keep(database, alice, dune)
    assert (entry.status, entry.rating, entry.favourite, entry.notes) == ("wanted", None, False, "")


async def test_keeping_twice_is_one_entry_as_it_was(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    await mark(database, alice, dune, status="done", rating="9.5")
    entry = await keep(database, alice, dune)
    assert (entry.status, entry.rating) == ("done", Decimal("9.5"))
    assert await count(database) == 1


async def test_twenty_who_keep_at_once_keep_one(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    entries = await asyncio.gather(*(keep(database, alice, dune) for _ in range(20)))
    assert {entry.status for entry in entries} == {"wanted"}
    assert await count(database) == 1


async def test_a_mark_keeps_first_and_is_changed_by_the_next(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    first = await mark(database, alice, dune, status="active", notes="slow start")
    second = await mark(database, alice, dune, status="done", rating="8", favourite=True)
    assert (first.status, first.notes) == ("active", "slow start")
    assert (second.status, second.rating, second.favourite, second.notes) == ("done", 8, True, "")
    assert second.created_at == first.created_at
    assert second.updated_at > first.updated_at
    assert await count(database) == 1


async def test_twenty_marks_at_once_end_in_one_of_them(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    wanted = [Decimal(n) / 2 for n in range(20)]
    await asyncio.gather(*(mark(database, alice, dune, rating=str(each), notes=str(each)) for each in wanted))
    assert await count(database) == 1
    async with database.session() as session:
        entry = await keeping.entry_of(session, alice, dune)
    assert entry is not None
    assert entry.rating in wanted
    assert Decimal(entry.notes) == entry.rating  # all of one mark, nothing of another


async def test_what_the_catalog_does_not_have_cannot_be_kept(database: Database) -> None:
    alice = await a_user(database, "Alice")
    with pytest.raises(NotFound):
        await keep(database, alice, new_id())
    with pytest.raises(NotFound):
        await mark(database, alice, new_id())


async def test_letting_go_is_safe_to_ask_twice_and_leaves_others_alone(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    (dune,) = await items(database, "Dune")
    await keep(database, alice, dune)
    await keep(database, bob, dune)
    for _ in range(2):
        async with database.session() as session:
            await keeping.let_go(session, alice, dune)
    async with database.session() as session:
        assert await keeping.entry_of(session, alice, dune) is None
        assert await keeping.entry_of(session, bob, dune) is not None


async def test_many_are_marked_at_once_and_only_that_mark_changes(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    dune, emma, ulysses = await items(database, "Dune", "Emma", "Ulysses")
    await mark(database, alice, dune, status="done", rating="9", notes="Sand.")
    await mark(database, bob, emma, status="active")
    three = [dune, emma, ulysses, dune, new_id()]
    async with database.session() as session:
        assert len(await keeping.set_status(session, alice, three, "paused")) == 3
        assert len(await keeping.set_status(session, alice, three, "paused")) == 0
        assert len(await keeping.set_favourite(session, alice, [dune], True)) == 1
        assert len(await keeping.set_rating(session, alice, [emma, ulysses], Decimal("7.5"))) == 2
        assert len(await keeping.set_rating(session, alice, [ulysses], None)) == 1
        assert len(await keeping.set_status(session, alice, [], "done")) == 0
    async with database.session() as session:
        found = await keeping.entries_on(session, alice, [dune, emma, ulysses])
        theirs = await keeping.entry_of(session, bob, emma)
    assert [found[item].status for item in (dune, emma, ulysses)] == ["paused"] * 3
    assert [found[item].rating for item in (dune, emma, ulysses)] == [9, Decimal("7.5"), None]
    assert (found[dune].favourite, found[dune].notes, found[dune].version) == (True, "Sand.", 3)
    assert theirs is not None
    assert (theirs.status, theirs.version) == ("active", 1)


async def test_twenty_who_mark_the_same_many_wait_for_each_other_and_all_are_done(database: Database) -> None:
    alice, many = await a_user(database, "Alice"), await items(database, *(f"Book {n}" for n in range(12)))

    async def set_all(number: int) -> int:
        async with database.session() as session:
            turned = many[number % 12 :] + many[: number % 12]
            return len(await keeping.set_status(session, alice, turned, "done"))

    assert sum(await asyncio.gather(*(set_all(number) for number in range(20)))) == 12
    assert await count(database) == 12


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("rating", "11", "This must be 10 or less."),
        ("rating", "-0.5", "This must be 0 or more."),
        ("rating", "7.3", "Ratings go in halves, from 0 to 10."),
        ("rating", "good", "This must be a number."),
        ("rating", "NaN", None),
        ("rating", "1e400", None),
        ("status", "eaten", None),
        ("notes", "x" * 10_001, "Use 10,000 characters or fewer (this has 10,001)."),
        ("notes", "a\x00b", "This holds a character that cannot be kept."),
    ],
)
def test_a_wrong_mark_is_said_beside_its_field(field: str, typed: str, sentence: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        EntryForm.read({field: typed})
    assert list(refused.value.errors) == [field]
    assert sentence is None or refused.value.errors[field] == sentence
    assert refused.value.typed == {field: typed}


def test_an_empty_choice_is_no_rating() -> None:
    assert EntryForm.read({"rating": ""}).rating is None


@pytest.mark.parametrize(
    "wrong", ["rating = 7.3", "rating = 10.5", "rating = -1", "status = 'eaten'", "notes = repeat('x', 10001)"]
)
async def test_the_database_refuses_wrong_marks_too(database: Database, wrong: str) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    await keep(database, alice, dune)
    with pytest.raises((IntegrityError, DBAPIError)):
        async with database.session() as session:
            await session.execute(text(f"UPDATE user_item_states SET {wrong}"))


def test_the_form_and_the_table_know_the_same_words() -> None:
    assert set(EntryForm.model_json_schema()["properties"]["status"]["enum"]) == set(STATUSES)


async def test_entries_are_looked_up_by_whom_and_on_what(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    dune, emma = await items(database, "Dune", "Emma")
    await keep(database, alice, dune)
    await keep(database, bob, emma)
    async with database.session() as session:
        assert await keeping.entries_on(session, alice, []) == {}
        assert set(await keeping.entries_on(session, bob, [dune, emma])) == {emma}


async def test_an_entry_that_was_let_go_and_kept_again_is_another(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    async with database.session() as session:
        for notes in ("Once.", "Twice."):
            await keeping.mark(session, alice, dune, EntryForm(notes=notes))
        await keeping.let_go(session, alice, dune)
        await keeping.mark(session, alice, dune, EntryForm(notes="Anew."))
        with pytest.raises(Stale) as stale:
            await keeping.mark(session, alice, dune, EntryForm(notes="Thrice."), since=2)
    assert stale.value.theirs == {"notes": "Anew."}
