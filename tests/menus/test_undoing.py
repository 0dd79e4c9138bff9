"""Undoing: what was taken off a menu comes back to its place with its words, for a day, and once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.kit.db import Database
from app.kit.errors import Conflict, NotFound
from app.kit.ids import UUID, new_id
from app.menus import composing, cooking, forking, lineage, pairing, sharing, slugs, undoing
from app.menus.forms import NoteForm
from app.menus.link_forms import SlugForm
from app.menus.models import ITEMS_MAX, CourseItem
from app.menus.pairing_forms import PairingForm
from app.menus.sharing import SLUG_MAX
from app.menus.undoing import KEPT_MAX, Undone
from tests.menus.test_composing import Table, in_order
from tests.rows import a_user, items


class Evening(Table):
    """Two courses, the first serving three works; the second of them has a note, and is paired to the last."""

    menu_id: UUID
    first: UUID
    second: UUID
    works: list[UUID]
    served: list[UUID]  # type: ignore[assignment]  # course items of `first`, in order

    async def lay(self) -> None:
        self.menu_id = await self.menu()
        self.first, self.second = await self.course(self.menu_id, "First"), await self.course(self.menu_id, "Second")
        self.works = await items(self.database, "A", "B", "C")
        for work in self.works:
            await self.serve(self.menu_id, self.first, work)
        self.served = [row.course_item_id for row in (await self.whole(self.menu_id)).courses[0].items]
        await self.note("With spice", self.served[1])
        async with self.database.session() as session:
            tie = PairingForm(first=self.served[1], second=self.served[2], sentence="Both blue.")
            await pairing.pair(session, self.owner, self.menu_id, tie)

    async def note(self, note: str, served: UUID) -> None:
        async with self.database.session() as session:
            await composing.annotate(session, self.owner, self.menu_id, self.first, served, NoteForm(note=note))

    async def take(self, served: UUID, course: UUID | None = None) -> UUID:
        async with self.database.session() as session:
            return (await composing.remove_item(session, self.owner, self.menu_id, course, served)).id

    async def take_course(self, course: UUID) -> UUID:
        async with self.database.session() as session:
            return (await composing.remove_course(session, self.owner, self.menu_id, course)).id

    async def undo(self, removal: UUID, owner: UUID | None = None) -> Undone:
        async with self.database.session() as session:
            return await undoing.undo(session, owner or self.owner, self.menu_id, removal)

    async def words(self) -> list[list[tuple[UUID, str]]]:
        whole = await self.whole(self.menu_id)
        in_order(whole)
        return [[(row.item_id, row.note) for row in course.items] for course in whole.courses]

    async def pairings(self) -> int:
        async with self.database.session() as session:
            return await session.scalar(text("SELECT count(*) FROM menu_item_pairings")) or 0


@pytest.fixture
async def evening(database: Database) -> Evening:
    evening = Evening(database, await a_user(database, "Alice"))
    await evening.lay()
    return evening


async def test_an_item_comes_back_to_its_place_with_note_and_pairing_and_once(evening: Evening) -> None:
    before = await evening.words()
    removal = await evening.take(evening.served[1])
    assert [len(course) for course in await evening.words()] == [2, 0]
    assert await evening.pairings() == 0
    ended = await asyncio.gather(*(evening.undo(removal) for _ in range(5)))
    assert set(ended) == {Undone("item", "B", evening.served[1])}
    assert await evening.words() == before
    assert await evening.pairings() == 1


async def test_a_course_comes_back_with_all_it_served(evening: Evening) -> None:
    before = await evening.words()
    removal = await evening.take_course(evening.first)
    assert await evening.words() == [[]]
    assert await evening.undo(removal) == Undone("course", "First", evening.first)
    assert await evening.words() == before
    assert await evening.pairings() == 1


async def test_a_whole_menu_comes_back_as_a_draft_at_its_address(evening: Evening) -> None:
    before, whole = await evening.words(), await evening.whole(evening.menu_id)
    async with evening.database.session() as session:
        await sharing.publish(session, evening.owner, evening.menu_id)
    async with evening.database.session() as session:
        removal = (await composing.discard(session, evening.owner, evening.menu_id)).id
    with pytest.raises(NotFound):
        await evening.whole(evening.menu_id)
    for _ in range(2):
        assert (await evening.undo(removal)).kind == "menu"
    assert await evening.words() == before
    after = await evening.whole(evening.menu_id)
    assert (after.slug, after.title, after.published_at) == (whole.slug, whole.title, None)
    assert await evening.pairings() == 1


async def test_a_menu_whose_address_was_given_away_gets_another(evening: Evening) -> None:
    async with evening.database.session() as session:
        removal = (await composing.discard(session, evening.owner, evening.menu_id)).id
    taken = await evening.whole(await evening.menu())
    await evening.undo(removal)
    assert (await evening.whole(evening.menu_id)).slug.startswith(f"{taken.slug}-")


async def test_a_menu_keeps_the_long_address_that_nobody_took(evening: Evening) -> None:
    await evening.menu("Long " * 12)
    second = await evening.menu("Long " * 12)
    evening.menu_id, slug = second, (await evening.whole(second)).slug
    assert len(slug) > SLUG_MAX
    async with evening.database.session() as session:
        removal = (await composing.discard(session, evening.owner, second)).id
    await evening.undo(removal)
    assert (await evening.whole(second)).slug == slug


async def test_a_menu_comes_back_with_its_lineage_its_addresses_and_who_cooks_it(evening: Evening) -> None:
    async def do(act: Any, *args: Any, **more: Any) -> Any:
        async with evening.database.session() as session:
            return await act(session, more.pop("by", evening.owner), *args, **more)

    bob = await a_user(evening.database, "Bob")
    origin = await evening.menu("Supper")
    for menu in (origin, evening.menu_id):
        await do(sharing.publish, menu)
    evening.menu_id = (await do(forking.fork, "supper")).id
    await do(slugs.choose, evening.menu_id, SlugForm(slug="first"))
    await do(sharing.publish, evening.menu_id)
    await do(slugs.choose, evening.menu_id, SlugForm(slug="second"))
    await do(forking.fork, "second", by=bob)
    await do(cooking.start, "second", by=bob)
    removal = (await do(composing.discard, evening.menu_id)).id
    await evening.undo(removal)
    async with evening.database.session() as session:
        told = await lineage.lineage_of(session, evening.menu_id, evening.owner)
        assert told.origin is not None
        assert (told.origin.title, told.origin.slug, told.forks) == ("Supper", "supper", 1)
        assert await slugs.former(session, evening.menu_id) == ["first"]
        assert await session.scalar(text("SELECT user_id FROM menu_follows")) == bob


@pytest.mark.parametrize("table", ["menus", "courses", "course_items"])
async def test_what_an_export_brought_back_is_not_brought_back_again(evening: Evening, table: str) -> None:
    id_ = {"menus": evening.menu_id, "courses": evening.first, "course_items": evening.served[2]}[table]
    async with evening.database.session() as session:
        await session.execute(text(f"CREATE TEMP TABLE was ON COMMIT DROP AS SELECT * FROM {table} WHERE id = '{id_}'"))
        if table == "menus":
            removal = await composing.discard(session, evening.owner, evening.menu_id)
        elif table == "courses":
            removal = await composing.remove_course(session, evening.owner, evening.menu_id, evening.first)
            await session.execute(text("UPDATE was SET position = 2"))
        else:
            removal = await composing.remove_item(session, evening.owner, evening.menu_id, evening.first, id_)
        await session.execute(text(f"INSERT INTO {table} SELECT * FROM was"))
    with pytest.raises(Conflict, match="here again"):
        await evening.undo(removal.id)


async def test_what_went_for_good_meanwhile_does_not_keep_a_menu_from_coming_back(evening: Evening) -> None:
    async with evening.database.session() as session:
        await sharing.publish(session, evening.owner, evening.menu_id)
    origin = evening.menu_id
    async with evening.database.session() as session:
        evening.menu_id = (await forking.fork(session, evening.owner, "dinner")).id
        removal = (await composing.discard(session, evening.owner, evening.menu_id)).id
        await composing.discard(session, evening.owner, origin)
    await evening.undo(removal)
    async with evening.database.session() as session:
        told = await lineage.lineage_of(session, evening.menu_id, evening.owner)
    assert told.origin == lineage.Origin("Dinner", "Alice", "")


async def test_a_column_that_came_since_has_its_default(evening: Evening) -> None:
    removal = await evening.take_course(evening.first)
    async with evening.database.session() as session:
        less = "jsonb_set(rows, '{courses,0}', (rows #> '{courses,0}') - 'words_version' || '{\"gone\": 1}')"
        await session.execute(text(f"UPDATE menu_removals SET rows = {less}"))
    await evening.undo(removal)
    async with evening.database.session() as session:
        came = {"id": evening.first}
        assert await session.scalar(text("SELECT words_version FROM courses WHERE id = :id"), came) == 1


async def test_it_comes_back_into_what_stands_there_now(evening: Evening) -> None:
    a, b, c = evening.works
    removal = await evening.take(evening.served[2])
    await evening.arrange(evening.menu_id, item=evening.served[0], course_to=evening.second)
    await evening.undo(removal)
    assert await evening.words() == [[(b, "With spice"), (c, "")], [(a, "")]]


async def test_what_went_with_its_course_waits_for_it(evening: Evening) -> None:
    before = await evening.words()
    item = await evening.take(evening.served[0])
    course = await evening.take_course(evening.first)
    with pytest.raises(Conflict, match="Bring that back first"):
        await evening.undo(item)
    await evening.undo(course)
    await evening.undo(item)
    assert await evening.words() == before


async def test_what_was_added_again_gets_its_note_back_and_no_note_is_written_over(evening: Evening) -> None:
    _, b, _ = evening.works
    first = await evening.take(evening.served[1])
    await evening.serve(evening.menu_id, evening.first, b)
    await evening.undo(first)
    assert (await evening.words())[0][-1] == (b, "With spice")
    again = next(row for row in (await evening.whole(evening.menu_id)).courses[0].items if row.item_id == b)
    second = await evening.take(again.course_item_id)
    await evening.serve(evening.menu_id, evening.first, b)
    again = next(row for row in (await evening.whole(evening.menu_id)).courses[0].items if row.item_id == b)
    await evening.note("With salt", again.course_item_id)
    with pytest.raises(Conflict, match="another note"):
        await evening.undo(second)
    assert (await evening.words())[0][-1] == (b, "With salt")


async def test_a_course_that_is_full_takes_nothing_back(evening: Evening) -> None:
    removal = await evening.take(evening.served[0])
    more = await items(evening.database, *(str(n) for n in range(ITEMS_MAX - 2)))
    async with evening.database.session() as session:
        session.add_all(CourseItem(course_id=evening.first, item_id=work, position=n) for n, work in enumerate(more, 3))
    with pytest.raises(Conflict, match="First is full"):
        await evening.undo(removal)


async def test_what_the_catalog_has_lost_stays_away(evening: Evening) -> None:
    item, course = await evening.take(evening.served[0]), await evening.take_course(evening.first)
    async with evening.database.session() as session:
        await session.execute(text("DELETE FROM media_items WHERE title IN ('A', 'B')"))
    await evening.undo(course)
    assert await evening.words() == [[(evening.works[2], "")], []]
    with pytest.raises(Conflict, match="does not have this item"):
        await evening.undo(item)


async def test_nobody_else_and_nobody_after_its_day_brings_it_back(evening: Evening) -> None:
    removal = await evening.take(evening.served[0])
    charlie = await a_user(evening.database, "Charlie")
    for attempt in (evening.undo(removal, charlie), evening.undo(new_id())):
        with pytest.raises(NotFound):
            await attempt
    async with evening.database.session() as session:
        await session.execute(text("UPDATE menu_removals SET expires_at = now()"))
    with pytest.raises(NotFound):
        await evening.undo(removal)
    async with evening.database.session() as session:
        assert await undoing.lately(session, evening.owner, evening.menu_id) == []
        assert await undoing.sweep(session) == 1


async def test_what_can_come_back_is_told_the_last_first_and_is_not_ever_more(evening: Evening) -> None:
    item, course = await evening.take(evening.served[1]), await evening.take_course(evening.second)
    async with evening.database.session() as session:
        told = await undoing.lately(session, evening.owner, evening.menu_id)
    assert [(row.id, row.kind, row.title, row.position) for row in told] == [
        (course, "course", "Second", 2),
        (item, "item", "B", 2),
    ]
    assert told[1].course_id == str(evening.first)
    for _ in range(KEPT_MAX):
        await evening.undo(await evening.take(evening.served[0]))
    async with evening.database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM menu_removals")) == KEPT_MAX
        assert await session.scalar(text("SELECT max(expires_at - created_at) FROM menu_removals")) <= timedelta(
            hours=24, seconds=1
        )


deeds = st.lists(
    st.tuples(st.sampled_from(["take", "take course", "undo", "move"]), st.integers(0, 9), st.integers(0, 9)),
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds)
async def test_undone_from_the_last_to_the_first_everything_is_as_it_was(
    database: Database, deeds: list[tuple[str, int, int]]
) -> None:
    evening = Evening(database, await a_user(database, f"A{new_id().hex}"))
    await evening.lay()
    piles: list[tuple[list[list[tuple[UUID, str]]], UUID]] = []
    for deed, which, to in deeds:
        before, whole = await evening.words(), await evening.whole(evening.menu_id)
        served = [row.course_item_id for course in whole.courses for row in course.items]
        if deed == "take" and served:
            piles.append((before, await evening.take(served[which % len(served)])))
        elif deed == "take course" and whole.courses:
            piles.append((before, await evening.take_course(whole.courses[which % len(whole.courses)].id)))
        elif deed == "move" and served and not piles:
            await evening.arrange(evening.menu_id, item=served[which % len(served)], to=to + 1)
        elif deed == "undo" and piles:
            was, removal = piles.pop()
            await evening.undo(removal)
            assert await evening.words() == was
    for was, removal in reversed(piles):
        await evening.undo(removal)
        assert await evening.words() == was
