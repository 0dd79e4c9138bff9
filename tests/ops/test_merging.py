"""Two works that are one: nothing that refers to either is lost, and all of it can be undone."""

import asyncio
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from app.accounts.models import User
from app.catalog.candidates import BookFacts, Candidate, Cover, Identifier, MovieFacts, PartialDate
from app.catalog.holding import hold
from app.catalog.models import ItemMerge
from app.catalog.storing import item_of, store
from app.kit.db import AsyncSession, Base, Database
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id
from app.library import keeping
from app.library.forms import EntryForm
from app.library.models import MediaItemTag, Tag, UserItemLog, UserItemState
from app.menus import composing, pairing, reading
from app.menus.forms import NoteForm, TitleForm
from app.menus.models import ITEMS_MAX, PAIRINGS_MAX, CourseItem, Pairing
from app.menus.pairing_forms import PairingForm, SentenceForm
from app.ops.following import BESIDE, FACTS, FOLLOWING
from app.ops.merging import merge, not_theirs
from app.ops.splitting import split
from app.ops.unmerging import undo
from app.sources import by_hand
from app.sources.hand_forms import WorkForm
from app.tables import EVERY_MODULE
from tests.rows import a_candidate, a_user, items

assert EVERY_MODULE  # importing it is what fills the metadata

DUNE = Candidate(
    source="a",
    external_id="1",
    title="Dune",
    creators=("Frank Herbert",),
    identifiers=(Identifier(scheme="isbn13", value="9780441013593"),),
    facts=BookFacts(pages=412),
)
AGAIN = Candidate(
    source="b",
    external_id="2",
    title="Dune (novel)",
    description="Sand.",
    released=PartialDate(value=dt.date(1965, 8, 1), precision="month"),
    cover=Cover(provider="openlibrary", key="7"),
    identifiers=(Identifier(scheme="wikidata", value="Q190192"),),
    facts=BookFacts(publisher="Chilton", pages=500),
)
# what grows with each change
GROWING = ("updated_at", "version", "words_version")


async def two(database: Database) -> tuple[UUID, UUID]:
    async with database.session() as session:
        return await store(session, DUNE), await store(session, AGAIN)


async def merged(database: Database, user_id: UUID, into: UUID, other: UUID, *, is_operator: bool = True) -> UUID:
    async with database.session() as session:
        return (await merge(session, user_id, into, other, is_operator=is_operator)).id


async def all_rows(database: Database) -> dict[str, list[str]]:
    """Of every table that the catalog, the library and the menus have."""
    names = {each.table for each in FOLLOWING} | {*FACTS, *BESIDE, "media_items", "menu_removals", "courses"}
    rows = {}
    async with database.reading() as session:
        for name in sorted(names):
            less = " - ".join(f"'{column}'" for column in GROWING)
            found = await session.scalars(text(f"SELECT (to_jsonb(t) - {less})::text FROM {name} t ORDER BY 1"))
            rows[name] = list(found)
    return rows


def test_every_table_that_refers_to_items_goes_along() -> None:
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "media_items" for key in table.foreign_keys)
    }
    assert referring == {each.table for each in FOLLOWING} | set(FACTS)


def test_every_table_that_refers_to_what_may_go_is_known() -> None:
    going = {each.table for each in FOLLOWING if each.key}
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name in going for key in table.foreign_keys)
    }
    assert referring == set(BESIDE)


async def test_all_that_refers_to_the_other_goes_along_and_comes_back(database: Database) -> None:
    dune, again = await two(database)
    (third,) = await items(database, "Emma")
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    async with database.session() as session:
        await keeping.mark(session, alice, dune, EntryForm(status="wanted", notes="First.", rating=Decimal(8)))
        await keeping.mark(session, alice, again, EntryForm(status="done", notes="Then.", favourite=True))
        await keeping.mark(session, bob, again, EntryForm(status="active", rating=Decimal(7)))
        tag = Tag(user_id=alice, name="sand", key="sand")
        session.add(tag)
        await session.flush()
        for item in (dune, again):
            session.add(MediaItemTag(user_id=alice, item_id=item, tag_id=tag.id))
            session.add(UserItemLog(user_id=alice, item_id=item, kind="finished", day=dt.date(2026, 1, 2)))
            session.add(
                UserItemLog(user_id=alice, item_id=item, kind="progress", day=dt.date(2026, 1, 2), season=1, episode=1)
            )
        menu = await composing.create(session, alice, TitleForm(title="Dinner"))
        course = await composing.add_course(session, alice, menu.id, TitleForm(title="Starter"))
        for item in (again, third, dune):
            await composing.add_item(session, alice, menu.id, course.id, item)
    async with database.session() as session:
        served = (await session.scalars(select(CourseItem).order_by(CourseItem.position))).all()
        for each, note in zip(served, ("Other.", "", "Kept."), strict=True):
            await composing.annotate(session, alice, menu.id, course.id, each.id, NoteForm(note=note))
        first, second = sorted((served[0].id, served[1].id))
        session.add(Pairing(menu_id=menu.id, first_id=first, second_id=second, sentence="Sand and silk."))
    before = await all_rows(database)

    row = await merged(database, alice, dune, again)
    async with database.session() as session:
        entries = {each.user_id: each for each in (await session.scalars(select(UserItemState))).all()}
        assert {each.item_id for each in entries.values()} == {dune}
        hers = entries[alice]
        assert (hers.status, hers.rating, hers.favourite) == ("done", Decimal(8), True)
        assert hers.notes == "First.\n\nThen."
        logs = (await session.scalars(select(UserItemLog.item_id))).all()
        assert logs == [dune] * 3
        assert (await session.scalars(select(MediaItemTag.item_id))).all() == [dune]
        course_items = (await session.scalars(select(CourseItem).order_by(CourseItem.position))).all()
        assert [(each.item_id, each.position, each.note) for each in course_items] == [
            (third, 1, ""),
            (dune, 2, "Kept.\n\nOther."),
        ]
        (pairing,) = (await session.scalars(select(Pairing))).all()
        assert {pairing.first_id, pairing.second_id} == {each.id for each in course_items}
        assert await item_of(session, "b", "2") == dune
        assert await hold(session, again) == dune

    async with database.session() as session:
        assert (await undo(session, alice, row, is_operator=True)).said() == []
    assert await all_rows(database) == before


async def test_words_that_a_merge_joins_and_parts_again_are_not_written_over_unread(database: Database) -> None:
    dune, again = await two(database)
    (third,) = await items(database, "Emma")
    alice = await a_user(database, "Alice")

    async def do(act: Any, *args: Any, **more: Any) -> Any:
        async with database.session() as session:
            return await act(session, alice, *args, **more)

    menu = (await do(composing.create, TitleForm(title="Dinner"))).id
    course = (await do(composing.add_course, menu, TitleForm(title="Starter"))).id
    for work in (dune, again, third):
        await do(composing.add_item, menu, course, work)
    served = {row.item_id: row.course_item_id for row in (await do(reading.menu_of, menu)).courses[0].items}
    for work, note in ((dune, "Alpha"), (again, "Beta"), (third, "")):
        await do(composing.annotate, menu, course, served[work], NoteForm(note=note))
    pairs = [
        await do(pairing.pair, menu, PairingForm(first=served[work], second=served[third], sentence=sentence))
        for work, sentence in ((dune, "Sand."), (again, "Silk."))
    ]

    async def refused(since: int) -> None:
        with pytest.raises(Stale):
            await do(composing.annotate, menu, course, served[dune], NoteForm(note="Gamma"), since=since)
        with pytest.raises(Stale):
            await do(pairing.rephrase, menu, pairs[0].id, SentenceForm(sentence="Sea."), since=since)
        await do(composing.annotate, menu, course, served[third], NoteForm(note=f"{since}"), since=since)

    before = (await do(reading.menu_of, menu)).version
    row = await merged(database, alice, dune, again)
    joined = await do(reading.menu_of, menu)
    assert [each.note for each in joined.courses[0].items] == ["Alpha\n\nBeta", ""]
    assert [each.sentence for each in joined.pairings] == ["Sand. Silk."]
    await refused(before)
    read = (await do(reading.menu_of, menu)).version
    assert (await do(undo, row, is_operator=True)).said() == []
    assert [each.note for each in (await do(reading.menu_of, menu)).courses[0].items][:2] == ["Alpha", "Beta"]
    await refused(read)


async def test_a_course_that_filled_up_since_goes_on_serving_two_as_one(database: Database) -> None:
    dune, again = await two(database)
    works = await items(database, *(f"{number}" for number in range(ITEMS_MAX - 1)))
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        menu = await composing.create(session, alice, TitleForm(title="Dinner"))
        course = await composing.add_course(session, alice, menu.id, TitleForm(title="Starter"))
        both = [
            CourseItem(id=new_id(), course_id=course.id, item_id=work, position=position, note=note)
            for position, (work, note) in enumerate(((dune, "Alpha"), (again, "Beta"), (works[0], "")), 1)
        ]
        session.add_all(both)
        await session.flush()
        for each, sentence in zip(both, ("Sand.", "Silk."), strict=False):
            first, second = sorted((each.id, both[2].id))
            session.add(Pairing(menu_id=menu.id, first_id=first, second_id=second, sentence=sentence))
    row = await merged(database, alice, dune, again)
    async with database.session() as session:
        for position, work in enumerate(works[1:], 3):
            session.add(CourseItem(course_id=course.id, item_id=work, position=position))
    async with database.session() as session:
        said = (await undo(session, alice, row, is_operator=True)).said()
    assert said == ["A course that is full by now goes on serving the two as one."]
    async with database.reading() as session:
        whole = await reading.menu_of(session, alice, menu.id)
    assert [each.sentence for each in whole.pairings] == ["Sand. Silk."]
    assert [(each.item_id, each.note) for each in whole.courses[0].items] == [
        (dune, "Alpha\n\nBeta"),
        *((work, "") for work in works),
    ]


async def test_pairings_come_back_as_far_as_the_menu_has_room(database: Database) -> None:
    dune, again = await two(database)
    works = await items(database, *(f"{number}" for number in range(21)))
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        menu = (await composing.create(session, alice, TitleForm(title="Dinner"))).id
        course = (await composing.add_course(session, alice, menu, TitleForm(title="Starter"))).id
        rows = [
            CourseItem(id=new_id(), course_id=course, item_id=work, position=position)
            for position, work in enumerate((dune, again, *works), 1)
        ]
        session.add_all(rows)
        await session.flush()
        hers, its, *others = (row.id for row in rows)
        others.sort()
        for one, sentence in ((hers, "Sand."), (its, "Silk.")):
            first, second = sorted((one, others[0]))
            session.add(Pairing(menu_id=menu, first_id=first, second_id=second, sentence=sentence))
    row = await merged(database, alice, dune, again)
    ties = [(one, other) for one in others for other in others if one < other][: PAIRINGS_MAX - 1]
    async with database.session() as session:
        session.add_all(Pairing(menu_id=menu, first_id=one, second_id=other, sentence="Sea.") for one, other in ties)
    async with database.session() as session:
        await undo(session, alice, row, is_operator=True)
    async with database.reading() as session:
        assert len((await reading.menu_of(session, alice, menu)).pairings) == PAIRINGS_MAX


async def test_what_the_kept_one_does_not_say_the_other_fills_in(database: Database) -> None:
    dune, again = await two(database)
    await merged(database, await a_user(database, "Alice"), dune, again)
    async with database.reading() as session:
        row = (
            await session.execute(
                text("""
                    SELECT title, description, released, cover_key, pages, publisher
                    FROM media_items i JOIN book_items b ON b.item_id = i.id
                """)
            )
        ).one()
    assert tuple(row) == ("Dune", "Sand.", dt.date(1965, 8, 1), "7", 412, "Chilton")


async def test_what_was_changed_since_stays_and_is_told(database: Database) -> None:
    dune, again = await two(database)
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        await keeping.mark(session, alice, dune, EntryForm(notes="First."))
        await keeping.mark(session, alice, again, EntryForm(notes="Then."))
    row = await merged(database, alice, dune, again)
    async with database.session() as session:
        await keeping.mark(session, alice, dune, EntryForm(notes="Both, and more."))
    async with database.session() as session:
        assert (await undo(session, alice, row)).said() == ["What was changed since then was left as it is."]
    async with database.reading() as session:
        notes = {each.item_id: each.notes for each in (await session.scalars(select(UserItemState))).all()}
    assert notes == {dune: "Both, and more.", again: "Then."}


async def test_what_was_let_go_since_stays_away_and_is_told(database: Database) -> None:
    dune, again = await two(database)
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        await keeping.keep(session, alice, dune)
        await keeping.keep(session, alice, again)
    row = await merged(database, alice, dune, again)
    async with database.session() as session:
        await keeping.let_go(session, alice, dune)
    async with database.session() as session:
        assert (await undo(session, alice, row)).said() == ["What was let go since then stays away."]
    async with database.reading() as session:
        assert (await session.scalars(select(UserItemState))).all() == []


async def test_a_chain_of_merges_leads_to_the_last_and_is_undone_from_there(database: Database) -> None:
    dune, again = await two(database)
    (third,) = await items(database, "Dune, again")
    alice = await a_user(database, "Alice")
    first = await merged(database, alice, dune, again)
    second = await merged(database, alice, third, dune)
    async with database.session() as session:
        assert await hold(session, again) == third
        with pytest.raises(Conflict, match="Undo that first"):
            await undo(session, alice, first)
    for row in (second, first):
        async with database.session() as session:
            await undo(session, alice, row)
    async with database.session() as session:
        assert await item_of(session, "b", "2") == again
        with pytest.raises(Conflict, match="undone already"):
            await undo(session, alice, first)


async def test_a_host_decides_alone_only_where_nobody_else_has_a_stake(database: Database) -> None:
    dune, again = await two(database)
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    async with database.session() as session:
        await keeping.keep(session, alice, dune)
        await keeping.keep(session, bob, again)
    with pytest.raises(Forbidden, match="only an operator"):
        await merged(database, alice, dune, again, is_operator=False)
    async with database.session() as session:
        await keeping.let_go(session, bob, again)
    row = await merged(database, alice, dune, again, is_operator=False)
    async with database.session() as session:
        with pytest.raises(NotFound):
            await undo(session, bob, row)


async def test_what_somebody_added_is_not_merged_away_by_a_stranger(database: Database) -> None:
    """Nor taken apart, though its maker has not kept it: the maker could not undo that."""
    dune, _ = await two(database)
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    async with database.session() as session:
        made = await by_hand.add(session, alice, WorkForm.read({"type": "book", "title": "Dune"}))
        assert await not_theirs(session, bob, [dune, made], is_operator=False) == {made}
        assert not await not_theirs(session, bob, [dune, made], is_operator=True)
        assert not await not_theirs(session, alice, [dune, made], is_operator=False)
    with pytest.raises(Forbidden, match="only an operator"):
        await merged(database, bob, dune, made, is_operator=False)
    await merged(database, alice, dune, made, is_operator=False)


@pytest.mark.parametrize("which", ["itself", "another medium", "nothing"])
async def test_what_cannot_be_one_is_refused(database: Database, which: str) -> None:
    dune, _ = await two(database)
    alice = await a_user(database, "Alice")
    (film,) = await items(database, "Dune", type_="movie")
    other = {"itself": dune, "another medium": film, "nothing": new_id()}[which]
    with pytest.raises(NotFound if which == "nothing" else Invalid):
        await merged(database, alice, dune, other)


async def test_notes_that_are_too_long_together_keep_two_works_two(database: Database) -> None:
    dune, again = await two(database)
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        for item, letter in ((dune, "a"), (again, "b")):
            await keeping.mark(session, alice, item, EntryForm(notes=letter * 9_000))
    before = await all_rows(database)
    with pytest.raises(Conflict, match="too long to stand together"):
        await merged(database, alice, dune, again)
    assert await all_rows(database) == before


async def test_entries_that_twenty_make_meanwhile_are_not_lost(database: Database) -> None:
    dune, again = await two(database)
    hosts = [await a_user(database, f"Host{number}") for number in range(20)]

    async def keep(number: int, host: UUID) -> None:
        await asyncio.sleep(number * 0.003)
        async with database.session() as session:
            await keeping.mark(session, host, again, EntryForm(notes=f"Mine {number}."))

    async def join() -> None:
        await asyncio.sleep(0.03)
        await merged(database, hosts[0], dune, again)

    await asyncio.gather(join(), *(keep(number, host) for number, host in enumerate(hosts)))
    async with database.reading() as session:
        found = (await session.scalars(select(UserItemState))).all()
    assert {each.user_id: each.notes for each in found} == {
        host: f"Mine {number}." for number, host in enumerate(hosts)
    }
    assert {each.item_id for each in found} == {dune}


async def test_of_many_who_merge_the_same_two_at_once_one_does(database: Database) -> None:
    dune, again = await two(database)
    alice = await a_user(database, "Alice")

    async def attempt(into: UUID, other: UUID) -> bool:
        try:
            await merged(database, alice, into, other)
        except (NotFound, Conflict):
            return False
        return True

    pairs = [(dune, again), (again, dune)] * 4
    assert sum(await asyncio.gather(*(attempt(*pair) for pair in pairs))) == 1


async def test_storing_meanwhile_goes_to_what_is_kept(database: Database) -> None:
    dune, again = await two(database)
    await merged(database, await a_user(database, "Alice"), dune, again)
    async with database.session() as session:
        assert await store(session, AGAIN) == dune


async def test_a_source_becomes_a_work_of_its_own_and_comes_back(session: AsyncSession) -> None:
    item = await store(session, DUNE)
    other = Candidate(
        source="b",
        external_id="2",
        title="Dune: The Graphic Novel",
        description="Drawn.",
        identifiers=(*DUNE.identifiers, Identifier(scheme="wikidata", value="Q1")),
        facts=BookFacts(publisher="Abrams"),
    )
    assert await store(session, other) == item
    alice = await an_account(session)
    row = await split(session, alice, item, "b", "2", is_operator=True)
    told = {each.id: each for each in await session.execute(TOLD)}
    assert (told[item].title, told[item].description, told[item].publisher) == ("Dune", None, None)
    assert told[item].names == ["9780441013593"]
    new = told[row.from_id]
    assert (new.title, new.description, new.publisher) == ("Dune: The Graphic Novel", "Drawn.", "Abrams")
    assert new.names == ["Q1"]
    await undo(session, alice, row.id)
    (only,) = (await session.execute(TOLD)).all()
    assert (only.id, only.description, only.publisher) == (item, "Drawn.", "Abrams")
    assert only.names == ["9780441013593", "Q1"]


TOLD = text("""
    SELECT i.id, i.title, i.description, b.publisher,
        (SELECT array_agg(d.value ORDER BY d.value) FROM media_identifiers d WHERE d.item_id = i.id) AS names
    FROM media_items i JOIN book_items b ON b.item_id = i.id
""")


async def an_account(session: AsyncSession) -> UUID:
    user = User(name="Alice", email="alice@example.org", password_hash="not one")
    session.add(user)
    await session.flush()
    return user.id


async def test_what_is_taken_out_and_kept_since_is_not_put_back_by_force(session: AsyncSession) -> None:
    item = await store(session, DUNE)
    await store(
        session, Candidate(source="b", external_id="2", title="D", identifiers=DUNE.identifiers, facts=BookFacts())
    )
    alice = await an_account(session)
    row = await split(session, alice, item, "b", "2")
    await keeping.keep(session, alice, row.from_id)
    with pytest.raises(Conflict, match="Make the two one instead"):
        await undo(session, alice, row.id)


async def test_the_only_source_of_a_work_cannot_leave_it(session: AsyncSession) -> None:
    item = await store(session, a_candidate("a", "1", facts=MovieFacts()))
    with pytest.raises(Conflict, match="all that is known"):
        await split(session, await an_account(session), item, "a", "1")
    assert (await session.scalars(select(ItemMerge))).all() == []


async def test_what_sources_tell_does_not_become_its_makers_by_merging(database: Database) -> None:
    dune, _ = await two(database)
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        made = await by_hand.add(session, alice, WorkForm.read({"type": "book", "title": "Dune"}))
    with pytest.raises(Forbidden, match="not the other way round"):
        await merged(database, alice, made, dune, is_operator=False)
    await merged(database, alice, dune, made, is_operator=False)
    async with database.reading() as session:
        with pytest.raises(NotFound):
            await by_hand.writable(session, alice, dune)
