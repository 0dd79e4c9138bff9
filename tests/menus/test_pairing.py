"""Pairing: two of one menu, once, whoever is named first and however many ask at once."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id
from app.menus import composing, pairing, reading, undoing
from app.menus.forms import TitleForm
from app.menus.models import PAIRINGS_MAX, Pairing
from app.menus.pairing_forms import PairingForm, SentenceForm
from tests.rows import a_user, items

ADD = text("""
    INSERT INTO menu_item_pairings (id, menu_id, first_id, second_id, sentence, created_at, updated_at)
    VALUES (:id, :menu_id, :first, :second, 'Both slow.', now(), now())
""")


class Dinner:
    """Alice's menu of two courses, Dune and Arrival in the first and Blue in the second; each deed a transaction."""

    def __init__(self, database: Database, owner: UUID) -> None:
        self.database, self.owner = database, owner
        self.menu = self.starters = self.mains = UUID(int=0)
        self.served: list[UUID] = []

    async def laid(self, title: str = "Dinner") -> "Dinner":
        works = await items(self.database, "Dune", "Arrival", "Blue")
        async with self.database.session() as session:
            self.menu = (await composing.create(session, self.owner, TitleForm(title=title))).id
            courses = [
                await composing.add_course(session, self.owner, self.menu, TitleForm(title=each))
                for each in ("Starters", "Mains")
            ]
            self.starters, self.mains = (course.id for course in courses)
            for course, work in ((self.starters, works[0]), (self.starters, works[1]), (self.mains, works[2])):
                await composing.add_item(session, self.owner, self.menu, course, work)
        self.served = [row.course_item_id for course in (await self.whole()).courses for row in course.items]
        return self

    async def whole(self) -> reading.WholeMenu:
        async with self.database.session() as session:
            return await reading.menu_of(session, self.owner, self.menu)

    async def pair(self, first: int, second: int, sentence: str = "Both slow.") -> Pairing:
        form = PairingForm(first=self.served[first], second=self.served[second], sentence=sentence)
        async with self.database.session() as session:
            return await pairing.pair(session, self.owner, self.menu, form)

    async def rephrase(self, which: UUID, sentence: str, since: int | None = None) -> None:
        async with self.database.session() as session:
            form = SentenceForm(sentence=sentence)
            await pairing.rephrase(session, self.owner, self.menu, which, form, since=since)

    async def said(self) -> list[tuple[str, str, str]]:
        return [(each.first.title, each.second.title, each.sentence) for each in (await self.whole()).pairings]


@pytest.fixture
async def dinner(database: Database) -> Dinner:
    return await Dinner(database, await a_user(database, "Alice")).laid()


async def test_two_are_paired_once_whichever_is_named_first(dinner: Dinner) -> None:
    first = await dinner.pair(2, 0)
    before = (await dinner.whole()).version
    assert (await dinner.pair(0, 2)).id == first.id
    assert await dinner.said() == [("Dune", "Blue", "Both slow.")]
    assert (await dinner.whole()).version == before
    with pytest.raises(Invalid, match="paired already"):
        await dinner.pair(0, 2, "Another reason.")


async def test_both_items_of_a_pair_know_of_it(dinner: Dinner) -> None:
    await dinner.pair(0, 1)
    await dinner.pair(0, 2)
    whole = await dinner.whole()
    others = {of: [pair.other(of).title for pair in whole.pairings_of.get(of, [])] for of in dinner.served}
    assert list(others.values()) == [["Arrival", "Blue"], ["Dune"], ["Dune"]]


async def test_what_another_menu_serves_cannot_be_paired_here(dinner: Dinner, database: Database) -> None:
    other = await Dinner(database, dinner.owner).laid("Other")
    dinner.served[1] = other.served[1]
    with pytest.raises(Invalid) as refused:
        await dinner.pair(0, 1)
    assert refused.value.errors == {"second": "This is not on the menu any more. Choose another."}
    with pytest.raises(NotFound):
        await other.rephrase((await Dinner.pair(dinner, 0, 2)).id, "Mine.")


async def test_a_stranger_finds_no_menu_to_pair_on(dinner: Dinner, database: Database) -> None:
    pair = await dinner.pair(0, 1)
    owner, dinner.owner = dinner.owner, await a_user(database, "Charlie")
    for deed in (dinner.pair(0, 2), dinner.rephrase(pair.id, "His.")):
        with pytest.raises(NotFound):
            await deed
    dinner.owner = owner
    assert await dinner.said() == [("Dune", "Arrival", "Both slow.")]


async def test_a_sentence_changed_meanwhile_is_not_written_over(dinner: Dinner) -> None:
    pair = await dinner.pair(0, 1)
    read = (await dinner.whole()).version
    await dinner.rephrase(pair.id, "Hers.", read)
    with pytest.raises(Stale) as stale:
        await dinner.rephrase(pair.id, "His.", read)
    assert stale.value.theirs == {"sentence": "Hers."}
    await dinner.rephrase(pair.id, "Hers.", read)  # the same words are nobody's conflict
    await dinner.rephrase(pair.id, "His.", (await dinner.whole()).version)
    assert await dinner.said() == [("Dune", "Arrival", "His.")]


async def test_twenty_who_pair_the_same_two_make_one_pair(dinner: Dinner) -> None:
    made = await asyncio.gather(*(dinner.pair(*((0, 1) if turn % 2 else (1, 0))) for turn in range(20)))
    assert len({each.id for each in made}) == 1
    assert len(await dinner.said()) == 1


async def test_pairing_while_the_other_is_taken_off_leaves_no_half(dinner: Dinner) -> None:
    async def take_off() -> None:
        async with dinner.database.session() as session:
            await composing.remove_item(session, dinner.owner, dinner.menu, dinner.mains, dinner.served[2])

    ended: list[Any] = await asyncio.gather(
        *(dinner.pair(0, 2) for _ in range(9)),
        take_off(),
        *(dinner.pair(1, 2) for _ in range(10)),
        return_exceptions=True,
    )
    assert {type(each) for each in ended} <= {Pairing, Invalid, type(None)}
    assert await dinner.said() == []


async def test_a_removed_item_takes_its_pairings_along_and_brings_them_back(dinner: Dinner) -> None:
    await dinner.pair(0, 1)
    await dinner.pair(1, 2, "Both blue.")
    await dinner.pair(0, 2)
    async with dinner.database.session() as session:
        kept = json.loads(json.dumps(await pairing.snapshot(session, [dinner.served[1]])))
        await session.execute(text("DELETE FROM menu_item_pairings"))
        assert await pairing.restore(session, dinner.menu, kept) == 2
        assert await pairing.restore(session, dinner.menu, kept) == 0
    assert await dinner.said() == [("Dune", "Arrival", "Both slow."), ("Arrival", "Blue", "Both blue.")]
    async with dinner.database.session() as session:
        kept = await pairing.snapshot(session, [dinner.served[1]])
        await composing.remove_item(session, dinner.owner, dinner.menu, dinner.mains, dinner.served[2])
        await session.execute(text("DELETE FROM menu_item_pairings"))
        assert await pairing.restore(session, dinner.menu, kept) == 1


async def test_a_copy_of_the_items_may_have_copies_of_the_pairings(dinner: Dinner, database: Database) -> None:
    await dinner.pair(0, 2)
    other = await Dinner(database, dinner.owner).laid("Copy")
    names = dict(zip(dinner.served, other.served, strict=True))
    async with dinner.database.session() as session:
        kept = await pairing.snapshot(session, dinner.served)
        assert await pairing.restore(session, other.menu, kept, names) == 1
    assert await other.said() == await dinner.said()


async def test_a_pairing_stays_when_its_item_moves_to_another_course(dinner: Dinner) -> None:
    await dinner.pair(0, 1)
    async with dinner.database.session() as session:
        moved = text("UPDATE course_items SET course_id = :course, position = 2 WHERE id = :id")
        await session.execute(moved, {"course": dinner.mains, "id": dinner.served[0]})
    assert await dinner.said() == [("Arrival", "Dune", "Both slow.")]


async def test_a_menu_has_room_for_so_many(dinner: Dinner) -> None:
    works = await items(dinner.database, *(f"{number}" for number in range(21)))
    async with dinner.database.session() as session:
        for work in works:
            await composing.add_item(session, dinner.owner, dinner.menu, dinner.mains, work)
    served = sorted(row.course_item_id for course in (await dinner.whole()).courses for row in course.items)
    every = [(one, other) for one in served for other in served if one < other]
    free = (min(dinner.served[:2]), max(dinner.served[:2]))
    every.remove(free)
    async with dinner.database.session() as session:
        rows = [
            {"id": new_id(), "menu_id": dinner.menu, "first": one, "second": other}
            for one, other in every[:PAIRINGS_MAX]
        ]
        await session.execute(ADD, rows)
    with pytest.raises(Invalid, match="200 pairings at most"):
        await dinner.pair(0, 1)


async def test_what_comes_back_stops_where_the_menu_is_full(dinner: Dinner) -> None:
    works = await items(dinner.database, *(f"{number}" for number in range(20)))
    async with dinner.database.session() as session:
        for work in works:
            await composing.add_item(session, dinner.owner, dinner.menu, dinner.mains, work)
    first, *others = sorted(row.course_item_id for course in (await dinner.whole()).courses for row in course.items)
    its = [(first, other) for other in others]
    every = [(one, other) for one in others for other in others if one < other]

    async def tie(pairs: list[tuple[UUID, UUID]]) -> None:
        rows = [{"id": new_id(), "menu_id": dinner.menu, "first": one, "second": other} for one, other in pairs]
        async with dinner.database.session() as session:
            await session.execute(ADD, rows)

    await tie(its + every[: PAIRINGS_MAX - 10 - len(its)])
    async with dinner.database.session() as session:
        removal = await composing.remove_item(session, dinner.owner, dinner.menu, None, first)
    await tie(every[PAIRINGS_MAX - 10 - len(its) : PAIRINGS_MAX - 5])
    async with dinner.database.session() as session:
        await undoing.undo(session, dinner.owner, dinner.menu, removal.id)
    assert len((await dinner.whole()).pairings) == PAIRINGS_MAX


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (
            {"first": "", "second": "", "sentence": " "},
            {
                "first": "Choose an item of this menu.",
                "second": "Choose an item of this menu.",
                "sentence": "This is needed.",
            },
        ),
        (
            {"first": "0" * 32, "second": "0" * 32, "sentence": "Two\nlines"},
            {"second": "Choose two items: nothing goes with itself.", "sentence": "Keep this on one line."},
        ),
        (
            {"first": "it", "second": "0" * 32, "sentence": "x" * 501},
            {"first": "This is no id.", "sentence": "Use 500 characters or fewer (this has 501)."},
        ),
    ],
)
def test_each_field_has_its_sentence(typed: dict[str, str], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        PairingForm.read(typed)
    assert refused.value.errors == errors
