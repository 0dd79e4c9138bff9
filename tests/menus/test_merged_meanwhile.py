"""A work is made one with another at the very moment a menu is copied, forked, brought in or back: nothing is lost."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import text

from app.catalog.holding import hold_all
from app.kit.db import Database
from app.kit.ids import UUID, new_id
from app.menus import composing, forking, pairing, reading, sharing, undoing, unpacking, upstream
from app.menus.forms import TitleForm
from app.menus.pairing_forms import PairingForm
from app.menus.reading import WholeMenu
from app.menus.unpacking import PackedCourse, PackedItem, PackedMenu, Work
from app.menus.upstream import PieceForm
from app.ops.merging import merge
from tests.rows import a_user, items

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


class Dinner:
    """Alice's menu of one course that serves Dune, Arrival, and Dune once more as others know it; a merge is near."""

    def __init__(self, database: Database, alice: UUID) -> None:
        self.database, self.alice = database, alice
        self.menu = self.course = self.dune = self.arrival = self.again = UUID(int=0)

    async def laid(self) -> "Dinner":
        self.dune, self.arrival, self.again = await items(self.database, "Dune", "Arrival", "Dune (novel)")
        async with self.database.session() as session:
            self.menu = (await composing.create(session, self.alice, TitleForm(title="Dinner"))).id
            self.course = (await composing.add_course(session, self.alice, self.menu, TitleForm(title="Mains"))).id
        await self.serve(self.course, self.again, self.arrival)
        return self

    async def serve(self, course: UUID, *works: UUID) -> None:
        async with self.database.session() as session:
            for work in works:
                await composing.add_item(session, self.alice, self.menu, course, work)

    async def do(self, act: Any, *args: Any) -> Any:
        async with self.database.session() as session:
            return await act(session, self.alice, *args)

    async def while_merging(self, deed: Awaitable[Any]) -> Any:
        """The other Dune goes into Dune, and commits once the deed waits for it."""
        async with self.database.session() as session:
            await merge(session, self.alice, self.dune, self.again, is_operator=True)
            task = asyncio.ensure_future(deed)
            for _ in range(300):
                if await self._waits():
                    break
                await asyncio.sleep(0.01)
        return await task

    async def _waits(self) -> bool:
        async with self.database.session() as session:
            return bool(await session.scalar(WAITING))

    async def works(self, menu: UUID | None = None) -> list[list[UUID]]:
        whole: WholeMenu = await self.do(reading.menu_of, menu or self.menu)
        for course in whole.courses:
            assert [row.position for row in course.items] == list(range(1, len(course.items) + 1))
        return [[row.item_id for row in course.items] for course in whole.courses]


@pytest.fixture
async def dinner(database: Database) -> Dinner:
    return await Dinner(database, await a_user(database, "Alice")).laid()


async def test_a_course_is_duplicated(dinner: Dinner) -> None:
    await dinner.while_merging(dinner.do(composing.duplicate_course, dinner.menu, dinner.course))
    assert await dinner.works() == [[dinner.dune, dinner.arrival]] * 2


async def test_many_are_added_at_once(dinner: Dinner) -> None:
    sweets = (await dinner.do(composing.add_course, dinner.menu, TitleForm(title="Sweets"))).id
    many = [dinner.again, dinner.arrival, dinner.dune]
    added = await dinner.while_merging(dinner.do(composing.add_items, dinner.menu, sweets, many))
    assert (added.number, added.there, added.gone) == (2, 0, 0)
    assert await dinner.works() == [[dinner.dune, dinner.arrival]] * 2


async def test_a_menu_is_forked(dinner: Dinner) -> None:
    fork = await dinner.while_merging(dinner.do(forking.fork, "dinner"))
    assert await dinner.works(fork.id) == [[dinner.dune, dinner.arrival]]


async def test_a_change_upstream_is_taken_over(dinner: Dinner) -> None:
    await dinner.do(sharing.publish, dinner.menu)
    fork = await dinner.do(forking.fork, "dinner")
    more = await dinner.do(composing.add_course, dinner.menu, TitleForm(title="Sweets"))
    await dinner.serve(more.id, dinner.again)
    form = PieceForm(piece="all", choice="take")
    assert await dinner.while_merging(dinner.do(upstream.decide, fork.id, form))
    assert await dinner.works(fork.id) == [[dinner.dune, dinner.arrival], [dinner.dune]]


async def test_a_menu_is_brought_in(dinner: Dinner) -> None:
    served = tuple(PackedItem(Work(type="book", title=title)) for title in ("Dune (novel)", "Arrival"))
    packed = PackedMenu("Brought", courses=(PackedCourse("Mains", items=served),))
    menu = await dinner.while_merging(dinner.do(unpacking.unpack, packed))
    assert await dinner.works(menu.id) == [[dinner.dune, dinner.arrival]]


@pytest.mark.parametrize("kind", ["item", "course", "menu"])
async def test_what_was_taken_off_comes_back(dinner: Dinner, kind: str) -> None:
    await dinner.serve(dinner.course, dinner.dune)  # so that the two come back as one
    served = (await dinner.do(reading.menu_of, dinner.menu)).courses[0].items[0].course_item_id
    taken = {
        "item": (composing.remove_item, dinner.menu, dinner.course, served),
        "course": (composing.remove_course, dinner.menu, dinner.course),
        "menu": (composing.discard, dinner.menu),
    }
    removal = await dinner.do(*taken[kind])
    await dinner.while_merging(dinner.do(undoing.undo, dinner.menu, removal.id))
    (works,) = await dinner.works()
    assert sorted(works) == sorted([dinner.dune, dinner.arrival])


async def test_a_copy_of_a_course_is_paired_as_the_course_is_and_with_nothing_beyond_it(dinner: Dinner) -> None:
    other = await dinner.do(composing.add_course, dinner.menu, TitleForm(title="Sweets"))
    await dinner.serve(other.id, dinner.dune)
    whole = await dinner.do(reading.menu_of, dinner.menu)
    first, second, beyond = (row.course_item_id for course in whole.courses for row in course.items)
    for one, two, sentence in ((first, second, "Within."), (second, beyond, "Beyond.")):
        await dinner.do(pairing.pair, dinner.menu, PairingForm(first=one, second=two, sentence=sentence))
    copy = await dinner.do(composing.duplicate_course, dinner.menu, dinner.course)
    whole = await dinner.do(reading.menu_of, dinner.menu)
    within = {row.course_item_id for course in whole.courses if course.id == copy.id for row in course.items}
    assert sorted(pair.sentence for pair in whole.pairings) == ["Beyond.", "Within.", "Within."]
    assert [
        pair.sentence for pair in whole.pairings if {pair.first.course_item_id, pair.second.course_item_id} <= within
    ] == ["Within."]


async def test_many_are_held_as_what_they_are_now(dinner: Dinner) -> None:
    async with dinner.database.session() as session:
        await merge(session, dinner.alice, dinner.dune, dinner.again, is_operator=True)
    async with dinner.database.session() as session:
        found = await hold_all(session, [dinner.again, dinner.arrival, new_id()])
    assert found == {dinner.again: dinner.dune, dinner.arrival: dinner.arrival}
