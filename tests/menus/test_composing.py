"""Composing: whatever is asked, by however many hands, positions run 1..n and nothing is lost."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.kit.db import Database
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.ids import UUID, new_id
from app.menus import arranging, composing, reading
from app.menus.composing import Added
from app.menus.forms import MoveForm, NoteForm, TitleForm
from app.menus.models import COURSES_MAX, ITEMS_MAX, Course, CourseItem, Menu
from app.menus.reading import WholeMenu
from tests.counting import statements
from tests.rows import a_user, items


class Table:
    """One owner's hands on menus, each move in a transaction of its own."""

    def __init__(self, database: Database, owner: UUID) -> None:
        self.database, self.owner = database, owner

    async def menu(self, title: str = "Dinner") -> UUID:
        async with self.database.session() as session:
            return (await composing.create(session, self.owner, TitleForm(title=title))).id

    async def course(self, menu: UUID, title: str = "Starter") -> UUID:
        async with self.database.session() as session:
            return (await composing.add_course(session, self.owner, menu, TitleForm(title=title))).id

    async def serve(self, menu: UUID, course: UUID, item: UUID) -> str:
        async with self.database.session() as session:
            return await composing.add_item(session, self.owner, menu, course, item)

    async def serve_many(self, menu: UUID, course: UUID, works: Sequence[UUID]) -> Added:
        async with self.database.session() as session:
            return await composing.add_items(session, self.owner, menu, course, works)

    async def move(self, menu: UUID, move: str, **which: UUID) -> tuple[int, int]:
        return await self.arrange(menu, move=move, **which)

    async def arrange(self, menu: UUID, **said: object) -> tuple[int, int]:
        async with self.database.session() as session:
            return (await arranging.move(session, self.owner, menu, MoveForm.read(said)))[:2]

    async def take_off(self, menu: UUID, course: UUID, course_item: UUID) -> None:
        async with self.database.session() as session:
            await composing.remove_item(session, self.owner, menu, course, course_item)

    async def remove_course(self, menu: UUID, course: UUID) -> None:
        async with self.database.session() as session:
            await composing.remove_course(session, self.owner, menu, course)

    async def whole(self, menu: UUID) -> WholeMenu:
        async with self.database.session() as session:
            return await reading.menu_of(session, self.owner, menu)

    async def served(self, menu: UUID) -> dict[UUID, UUID]:
        """Every item by the course item that serves it."""
        return {row.course_item_id: row.item_id for course in (await self.whole(menu)).courses for row in course.items}


@pytest.fixture
async def alice(database: Database) -> Table:
    return Table(database, await a_user(database, "Alice"))


def in_order(menu: WholeMenu) -> list[list[UUID]]:
    """The items by course, once their positions are found to be whole."""
    assert [course.position for course in menu.courses] == list(range(1, len(menu.courses) + 1))
    for course in menu.courses:
        assert [row.position for row in course.items] == list(range(1, len(course.items) + 1))
    return [[row.item_id for row in course.items] for course in menu.courses]


# what is done, and to which place: places are counted round, so that any number names one
deeds = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("course", "serve", "serve many", "up", "down", "drop", "take off", "remove"),
                *("course up", "course down", "course drop"),
            ]
        ),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=14,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds)
async def test_any_sequence_ends_as_plain_lists_would(database: Database, deeds: list[tuple[str, int, int]]) -> None:
    names = [f"{n}" for n in range(6)]
    alice = Table(database, await a_user(database, f"A{new_id().hex}"))
    works = await items(database, *names)
    menu = await alice.menu()
    courses = [(await alice.course(menu), works[:4]), (await alice.course(menu), works[2:5])]
    for course, served in courses:
        for work in served:
            await alice.serve(menu, course, work)
    for deed, which, what in deeds:
        await _do(alice, menu, courses, works, deed, which, what)
    whole = await alice.whole(menu)
    assert [course.id for course in whole.courses] == [course for course, _ in courses]
    assert in_order(whole) == [served for _, served in courses]


async def _serve(
    alice: Table, menu: UUID, course: UUID, served: list[UUID], works: list[UUID], many: int | None, what: int
) -> None:
    """One, or `many` with the same more than once among them."""
    row = [works[what * each % len(works)] for each in range(1, 2 if many is None else many + 1)]
    new = [item for item in dict.fromkeys(row) if item not in served]
    if many is None:
        await alice.serve(menu, course, row[0])
    else:
        assert (await alice.serve_many(menu, course, row)).number == len(new)
    served.extend(new)


async def _do(
    alice: Table,
    menu: UUID,
    courses: list[tuple[UUID, list[UUID]]],
    works: list[UUID],
    deed: str,
    which: int,
    what: int,
) -> None:
    if deed == "course":
        courses.append((await alice.course(menu), []))
        return
    if not courses:
        return
    at = which % len(courses)
    course, served = courses[at]
    if deed.startswith("serve"):
        await _serve(alice, menu, course, served, works, which % 6 if deed == "serve many" else None, what)
    elif deed == "remove":
        await alice.remove_course(menu, course)
        courses.pop(at)
    elif deed == "course drop":
        courses.insert(what % len(courses), courses.pop(at))
        await alice.arrange(menu, course=course, to=what % len(courses) + 1)
    elif deed.startswith("course "):
        to = _moved(courses, at, deed.split()[1])
        assert await alice.move(menu, deed.split()[1], course=course) == (to + 1, len(courses))
    elif served:
        place = what % len(served)
        ids = {item: course_item for course_item, item in (await _served_by(alice, menu, course)).items()}
        if deed == "drop":
            into, row, there = _dropped(courses, at, place, what)
            await alice.arrange(menu, item=ids[row[there]], course_to=into, to=there + 1)
        elif deed == "take off":
            await alice.take_off(menu, course, ids[served.pop(place)])
        else:
            course_item = ids[served[place]]
            to = _moved(served, place, deed)
            assert await alice.move(menu, deed, item=course_item) == (to + 1, len(served))


def _dropped(courses: list[tuple[UUID, list[UUID]]], at: int, place: int, what: int) -> tuple[UUID, list[UUID], int]:
    """Into the next course that does not serve it, else within its own: that course, its row now, and the place."""
    item = courses[at][1].pop(place)
    to, row = next((each for each in courses[at + 1 :] if item not in each[1]), courses[at])
    row.insert(what % (len(row) + 1), item)
    return to, row, row.index(item)


async def _served_by(alice: Table, menu: UUID, course: UUID) -> dict[UUID, UUID]:
    whole = await alice.whole(menu)
    (rows,) = (each.items for each in whole.courses if each.id == course)
    return {row.course_item_id: row.item_id for row in rows}


def _moved(row: list[Any], at: int, move: str) -> int:
    to = min(max(at + (1 if move == "down" else -1), 0), len(row) - 1)
    row.insert(to, row.pop(at))
    return to


async def test_twenty_moves_at_once_leave_every_item_in_its_row(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *(str(n) for n in range(8)))
    for work in works:
        await alice.serve(menu, course, work)
    served = list(await alice.served(menu))
    await asyncio.gather(
        *(alice.move(menu, "up" if n % 3 else "down", item=served[n % len(served)]) for n in range(20))
    )
    (row,) = in_order(await alice.whole(menu))
    assert set(row) == set(works)
    assert len(row) == len(works)


async def test_twenty_moves_of_courses_at_once_leave_every_course(alice: Table) -> None:
    menu = await alice.menu()
    courses = [await alice.course(menu, str(n)) for n in range(6)]
    await asyncio.gather(*(alice.move(menu, "up" if n % 2 else "down", course=courses[n % 6]) for n in range(20)))
    whole = await alice.whole(menu)
    in_order(whole)
    assert {course.id for course in whole.courses} == set(courses)


async def test_twenty_drops_at_once_leave_every_item_in_some_row(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    one, two = await alice.course(menu, "One"), await alice.course(menu, "Two")
    works = await items(database, *(str(n) for n in range(10)))
    for work in works:
        await alice.serve(menu, one, work)
    served = list(await alice.served(menu))
    await asyncio.gather(
        *(alice.arrange(menu, item=served[n % 10], to=n % 7 + 1, course_to=(one, two)[n % 3 == 0]) for n in range(20))
    )
    rows = in_order(await alice.whole(menu))
    assert sorted(rows[0] + rows[1]) == sorted(works)


async def test_two_editors_orders_are_laid_one_over_the_other(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *(str(n) for n in range(4)))
    for work in works:
        await alice.serve(menu, course, work)
    by_item = {item: course_item for course_item, item in (await alice.served(menu)).items()}
    await alice.arrange(menu, item=by_item[works[3]], to=1)  # she saw 0123
    await alice.arrange(menu, item=by_item[works[0]], to=4)  # so did he
    assert in_order(await alice.whole(menu)) == [[works[3], works[1], works[2], works[0]]]


async def test_a_course_takes_no_second_of_the_same_and_none_when_it_is_full(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    one, two = await alice.course(menu, "One"), await alice.course(menu, "Two")
    works = await items(database, *(str(n) for n in range(ITEMS_MAX + 1)))
    await alice.serve(menu, one, works[0])
    await alice.serve(menu, one, works[-1])
    by_item = {item: course_item for course_item, item in (await alice.served(menu)).items()}
    await alice.serve(menu, two, works[0])
    with pytest.raises(Conflict, match="Two serves this already"):
        await alice.arrange(menu, item=by_item[works[0]], course_to=two)
    async with database.session() as session:
        rest = enumerate(works[1:-1], 2)
        session.add_all(CourseItem(course_id=two, item_id=work, position=n) for n, work in rest)
    with pytest.raises(Conflict, match="Two is full"):
        await alice.arrange(menu, item=by_item[works[-1]], course_to=two)
    assert in_order(await alice.whole(menu))[0] == [works[0], works[-1]]


async def test_a_course_is_doubled_with_its_words_right_after_it(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    first, last = await alice.course(menu, "Starter"), await alice.course(menu, "Sweet")
    works = await items(database, "Dune", "Solaris")
    for work in works:
        await alice.serve(menu, first, work)
    async with database.session() as session:
        served = next(iter(await alice.served(menu)))
        await composing.annotate(session, alice.owner, menu, first, served, NoteForm(note="With spice"))
        await composing.rename_course(session, alice.owner, menu, first, TitleForm(title="Starter", intent="Slow."))
    async with database.session() as session:
        copy = await composing.duplicate_course(session, alice.owner, menu, first)
    whole = await alice.whole(menu)
    assert [course.id for course in whole.courses] == [first, copy.id, last]
    assert in_order(whole) == [works, works, []]
    said = [(course.title, course.intent, [row.note for row in course.items]) for course in whole.courses[:2]]
    assert said[0] == said[1] == ("Starter", "Slow.", ["With spice", ""])


async def test_twenty_items_added_at_once_are_all_served(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *(str(n) for n in range(20)))
    await asyncio.gather(*(alice.serve(menu, course, work) for work in works))
    (row,) = in_order(await alice.whole(menu))
    assert sorted(row) == sorted(works)


async def test_many_come_in_their_order_after_what_is_there_and_are_told_by_number(
    alice: Table, database: Database
) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *"ABCDEF")
    await alice.serve(menu, course, works[2])
    version = (await alice.whole(menu)).version
    row = [works[5], works[0], new_id(), works[2], works[5], works[3]]
    assert await alice.serve_many(menu, course, row) == Added("Dinner", "Starter", 3, 1, 1)
    there = await alice.whole(menu)
    assert in_order(there) == [[works[2], works[5], works[0], works[3]]]
    assert there.version == version + 1
    assert await alice.serve_many(menu, course, row) == Added("Dinner", "Starter", 0, 4, 1)
    assert await alice.whole(menu) == there


async def test_many_cost_as_many_statements_as_one(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *(str(n) for n in range(60)))
    counted = []
    for row in (works[:1], works[1:], works):
        with statements(database) as sent:
            await alice.serve_many(menu, course, row)
        counted.append(len(sent))
    assert counted[0] == counted[1] > counted[2]


async def test_many_who_do_not_all_fit_stay_out(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *(str(n) for n in range(ITEMS_MAX + 1)))
    await alice.serve_many(menu, course, works[: ITEMS_MAX - 3])
    before = await alice.whole(menu)
    with pytest.raises(Invalid) as error:
        await alice.serve_many(menu, course, works[-5:])
    assert error.value.errors == {
        "": "Starter has room for 3 more, and 4 of these are new to it: a course holds 100 items at most."
    }
    assert await alice.whole(menu) == before
    assert (await alice.serve_many(menu, course, works[:-1])).number == 3
    assert in_order(await alice.whole(menu)) == [works[:-1]]


async def test_twenty_who_add_many_at_once_add_each_once(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *(str(n) for n in range(20)))
    rows = [works[n:] + works[:n] for n in range(20)]
    added = await asyncio.gather(*(alice.serve_many(menu, course, row[:12]) for row in rows))
    assert sum(each.number for each in added) == 20
    assert sum(each.there for each in added) == 220
    (served,) = in_order(await alice.whole(menu))
    assert sorted(served) == sorted(works)


async def test_of_twenty_who_fill_a_course_at_once_those_fit_who_fit_whole(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *(str(n) for n in range(140)))
    rows = [works[n * 7 : n * 7 + 7] for n in range(20)]
    done = await asyncio.gather(*(alice.serve_many(menu, course, row) for row in rows), return_exceptions=True)
    assert sum(isinstance(each, Added) for each in done) == ITEMS_MAX // 7
    assert sum(isinstance(each, Invalid) for each in done) == 20 - ITEMS_MAX // 7
    (served,) = in_order(await alice.whole(menu))
    assert sorted(map(tuple, (served[n : n + 7] for n in range(0, 98, 7)))) == sorted(
        tuple(row) for row, each in zip(rows, done, strict=True) if isinstance(each, Added)
    )


async def test_one_item_added_twenty_times_at_once_is_served_once(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    (dune,) = await items(database, "Dune")
    titles = await asyncio.gather(*(alice.serve(menu, course, dune) for _ in range(20)))
    assert set(titles) == {"Dune"}
    assert in_order(await alice.whole(menu)) == [[dune]]


async def test_adding_moving_and_removing_at_once_lose_nothing(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course, other = await alice.course(menu), await alice.course(menu)
    works = await items(database, *(str(n) for n in range(15)))
    stays, goes, comes = works[:5], works[5:10], works[10:]
    for work in [each for pair in zip(stays, goes, strict=True) for each in pair]:
        await alice.serve(menu, course, work)
    by_item = {item: course_item for course_item, item in (await alice.served(menu)).items()}
    await asyncio.gather(
        *(alice.serve(menu, course, work) for work in comes),
        *(alice.take_off(menu, course, by_item[work]) for work in goes),
        *(alice.move(menu, "down", item=by_item[work]) for work in stays),
        *(alice.move(menu, "up", course=other) for _ in range(5)),
    )
    row = next(row for row in in_order(await alice.whole(menu)) if row)
    assert set(row) == set(stays) | set(comes)
    assert len(row) == 10


async def test_every_change_counts_up_the_version(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    (dune,) = await items(database, "Dune")
    await alice.serve(menu, course, dune)
    before = await alice.whole(menu)
    await alice.move(menu, "up", course=course)
    after = await alice.whole(menu)
    assert after.version == before.version + 1
    assert after.updated_at > before.updated_at


async def test_words_are_changed_where_they_stand(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    (dune,) = await items(database, "Dune")
    await alice.serve(menu, course, dune)
    (served,) = await alice.served(menu)
    async with database.session() as session:
        await composing.rename_course(session, alice.owner, menu, course, TitleForm(title="Main", intent="Sand"))
        await composing.annotate(session, alice.owner, menu, course, served, NoteForm(note="With spice"))
    (only,) = (await alice.whole(menu)).courses
    assert (only.title, only.intent, only.items[0].note) == ("Main", "Sand", "With spice")


async def test_a_discarded_menu_takes_its_courses_and_leaves_the_items(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    (dune,) = await items(database, "Dune")
    await alice.serve(menu, course, dune)
    async with database.session() as session:
        await composing.discard(session, alice.owner, menu)
    async with database.session() as session:
        for table in (Menu, Course, CourseItem):
            assert (await session.scalars(select(table))).all() == []
    second = await alice.menu()
    assert await alice.serve(second, await alice.course(second), dune) == "Dune"


async def test_a_menu_and_a_course_hold_only_so_much(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    works = await items(database, *(str(n) for n in range(ITEMS_MAX + 1)))
    async with database.session() as session:
        session.add_all(CourseItem(course_id=course, item_id=work, position=n) for n, work in enumerate(works[:-1], 1))
        session.add_all(Course(menu_id=menu, title="x", position=n) for n in range(2, COURSES_MAX + 1))
    with pytest.raises(Invalid, match="100 items at most"):
        await alice.serve(menu, course, works[-1])
    assert await alice.serve(menu, course, works[0]) == "0"  # it is there already
    with pytest.raises(Invalid, match="50 courses at most"):
        await alice.course(menu)


async def test_what_is_not_in_the_catalog_cannot_be_served(alice: Table) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    with pytest.raises(NotFound):
        await alice.serve(menu, course, new_id())


async def test_nothing_of_alices_can_be_touched_by_charlie(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    (dune,) = await items(database, "Dune")
    await alice.serve(menu, course, dune)
    (served,) = await alice.served(menu)
    charlie = await a_user(database, "Charlie")
    before = await alice.whole(menu)
    await _all_refused(database, charlie, menu, course, served, dune)
    assert await alice.whole(menu) == before


async def test_nested_ids_must_agree(alice: Table, database: Database) -> None:
    (dune,) = await items(database, "Dune")
    menu, other = await alice.menu(), await alice.menu("Other")
    course, elsewhere = await alice.course(menu), await alice.course(other)
    second = await alice.course(menu)
    await alice.serve(menu, course, dune)
    (served,) = await alice.served(menu)
    await _all_refused(database, alice.owner, other, course, served, dune, but={"rename", "add_course", "discard"})
    for ids in (
        (menu, second, served),
        (menu, elsewhere, served),
        (other, elsewhere, served),
        (menu, course, new_id()),
    ):
        with pytest.raises(NotFound):
            await alice.take_off(*ids)
        with pytest.raises(NotFound):
            async with database.session() as session:
                await composing.annotate(session, alice.owner, *ids, NoteForm(note="x"))
    assert list(await alice.served(menu)) == [served]


async def _all_refused(
    database: Database,
    who: UUID,
    menu: UUID,
    course: UUID,
    served: UUID,
    item: UUID,
    but: frozenset[str] | set[str] = frozenset(),
) -> None:
    title, note = TitleForm(title="Mine"), NoteForm(note="mine")
    acts: dict[str, tuple[Any, ...]] = {
        "rename": (composing.rename, menu, title),
        "discard": (composing.discard, menu),
        "add_course": (composing.add_course, menu, title),
        "rename_course": (composing.rename_course, menu, course, title),
        "remove_course": (composing.remove_course, menu, course),
        "add_item": (composing.add_item, menu, course, item),
        "add_items": (composing.add_items, menu, course, [item]),
        "annotate": (composing.annotate, menu, course, served, note),
        "remove_item": (composing.remove_item, menu, course, served),
        "move a course": (arranging.move, menu, MoveForm(course=course, move="up")),
        "move an item": (arranging.move, menu, MoveForm(item=served, move="up")),
        "read": (reading.menu_of, menu),
    }
    for name, (act, *arguments) in acts.items():
        if name in but or (but and name == "read"):
            continue
        with pytest.raises(NotFound):
            async with database.session() as session:
                await act(session, who, *arguments)


@pytest.mark.parametrize(
    "wrong",
    [
        {"move": "up"},
        {"move": "up", "course": str(new_id()), "item": str(new_id())},
        {"move": "sideways"},
        {"item": str(new_id())},
        {"item": str(new_id()), "move": "up", "to": "1"},
        {"item": str(new_id()), "to": "0"},
        {"item": str(new_id()), "to": ""},
        {"course": str(new_id()), "to": "1", "course_to": str(new_id())},
    ],
)
def test_a_move_names_one_thing_and_where_to(wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        MoveForm.read(wrong)


async def test_the_database_refuses_two_in_one_place(alice: Table, database: Database) -> None:
    menu = await alice.menu()
    course = await alice.course(menu)
    one, two = await items(database, "One", "Two")
    with pytest.raises(IntegrityError):
        async with database.session() as session:
            session.add_all(CourseItem(course_id=course, item_id=item, position=1) for item in (one, two))
    with pytest.raises(IntegrityError):
        async with database.session() as session:
            session.add_all(CourseItem(course_id=course, item_id=one, position=n) for n in (1, 2))


async def test_turning_the_pages_of_my_menus_shows_each_once(alice: Table, database: Database) -> None:
    made = [await alice.menu(f"Menu {n}") for n in range(11)]
    seen: list[UUID] = []
    after: str | None = None
    for _ in range(3):
        async with database.session() as session:
            rows, after = await reading.menus_of(session, alice.owner, after=after, at_most=4)
        seen += [row.id for row in rows]
    assert seen == made[::-1]
    assert after is None


@pytest.mark.parametrize("after", ["x", "_", "1_2", "nan_" + "0" * 32, "1e999_" + "0" * 32, "9" * 20 + "_" + "0" * 32])
async def test_a_place_that_is_none_is_not_found(alice: Table, database: Database, after: str) -> None:
    with pytest.raises(NotFound):
        async with database.session() as session:
            await reading.menus_of(session, alice.owner, after=after)
