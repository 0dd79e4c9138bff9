"""Tags: a host's own words, seen by nobody else, and those the operator offers to all."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id
from app.library import tagging
from app.library.tag_forms import TagForm
from tests.rows import a_user, items


async def make(database: Database, owner: UUID | None, name: str, colour: str = "none") -> UUID:
    async with database.session() as session:
        return await tagging.create(session, owner, TagForm.read({"name": name, "colour": colour}))


async def put(database: Database, user: UUID, item: UUID, name: str) -> UUID:
    async with database.session() as session:
        return await tagging.put_on(session, user, item, name)


async def around(database: Database, user: UUID, item: UUID) -> Any:
    async with database.session() as session:
        return await tagging.around(session, user, item)


async def on(database: Database, user: UUID, item: UUID) -> list[str]:
    return [row.name for row in (await around(database, user, item)).tags]


async def names(database: Database, user: UUID) -> list[tuple[str, int]]:
    async with database.session() as session:
        return [(row.name, row.items) for row in await tagging.tags_of(session, user)]


@pytest.mark.parametrize("again", ["cosy", "Cosy", "  co-sy ", "CO SY", "cósy"])
async def test_another_spelling_is_no_other_tag(database: Database, again: str) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    first = await put(database, alice, dune, "Cosy")
    assert await put(database, alice, dune, again.strip()) == first
    assert await names(database, alice) == [("Cosy", 1)]


@pytest.mark.parametrize("name", ["★", "!!!", "砂", "🌵"])
async def test_a_name_of_signs_is_a_name(database: Database, name: str) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    await put(database, alice, dune, name)
    await put(database, alice, dune, "?")
    assert sorted(await on(database, alice, dune)) == sorted(["?", name])


@pytest.mark.parametrize("name", ["", "   ", "\u200d", "x" * 61, "two\nlines"])
def test_what_cannot_be_read_is_no_name(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        TagForm.read({"name": name})
    assert list(refused.value.errors) == ["name"]


async def test_a_tag_is_seen_by_its_host_only(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    (dune,) = await items(database, "Dune")
    tag = await put(database, alice, dune, "cosy")
    assert (await on(database, bob, dune), await names(database, bob)) == ([], [])
    async with database.session() as session:
        with pytest.raises(NotFound):
            await tagging.tag_of(session, bob, tag)
        with pytest.raises(NotFound):
            await tagging.put_on_all(session, bob, [dune], tag)
        with pytest.raises(NotFound):
            await tagging.discard(session, bob, tag)
        with pytest.raises(NotFound):
            await tagging.change(session, bob, tag, TagForm(name="mine"))


async def test_a_shared_tag_is_everybodys_and_what_it_is_on_is_each_ones_own(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    (dune,) = await items(database, "Dune")
    shared = await make(database, None, "Book club")
    assert await put(database, alice, dune, "book-club") == shared
    assert (await on(database, alice, dune), await on(database, bob, dune)) == (["Book club"], [])
    assert (await around(database, bob, dune)).offered == ["Book club"]
    async with database.session() as session:
        with pytest.raises(NotFound):
            await tagging.discard(session, alice, shared)
        (row,) = await tagging.shared_tags(session)
        assert row.hosts == 1


async def test_a_name_is_there_once(database: Database) -> None:
    alice = await a_user(database, "Alice")
    await make(database, alice, "cosy")
    await make(database, None, "Book club")
    for taken in ("Cosy", "book club"):
        with pytest.raises(Invalid, match="already"):
            await make(database, alice, taken)


async def test_twenty_who_put_on_the_same_new_tag_make_one(database: Database) -> None:
    alice, shelf = await a_user(database, "Alice"), await items(database, *(f"Work {n}" for n in range(20)))
    tags = await asyncio.gather(*(put(database, alice, item, "cosy") for item in shelf))
    assert len(set(tags)) == 1
    assert await names(database, alice) == [("cosy", 20)]


async def test_two_tags_become_one_and_nothing_has_it_twice(database: Database) -> None:
    alice, (dune, emma) = await a_user(database, "Alice"), await items(database, "Dune", "Emma")
    cosy = await put(database, alice, dune, "cosy")
    snug = await put(database, alice, dune, "snug")
    await put(database, alice, emma, "snug")
    async with database.session() as session:
        assert await tagging.merge(session, alice, snug, cosy) == ("snug", "cosy")
    assert await names(database, alice) == [("cosy", 2)]
    async with database.session() as session:
        with pytest.raises(NotFound):
            await tagging.merge(session, alice, snug, cosy)
        with pytest.raises(Invalid):
            await tagging.merge(session, alice, cosy, cosy)


async def test_what_is_tagged_while_two_tags_become_one_is_not_lost(database: Database) -> None:
    alice, shelf = await a_user(database, "Alice"), await items(database, *(f"Work {n}" for n in range(20)))
    cosy, snug = await make(database, alice, "cosy"), await make(database, alice, "snug")

    async def put_both(item: UUID) -> None:
        await put(database, alice, item, "cosy")
        await put(database, alice, item, "snug")

    async def merge() -> None:
        async with database.session() as session:
            await tagging.merge(session, alice, snug, cosy)

    done = await asyncio.gather(*map(put_both, shelf), merge(), return_exceptions=True)
    assert [error for error in done if error is not None and not isinstance(error, NotFound)] == []
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(DISTINCT item_id) FROM media_item_tags")) == 20


async def test_a_change_of_what_somebody_changed_meanwhile_is_refused(database: Database) -> None:
    alice = await a_user(database, "Alice")
    tag = await make(database, alice, "cosy")
    async with database.session() as session:
        await tagging.change(session, alice, tag, TagForm(name="snug", colour="red"), since=1)
    async with database.session() as session:
        with pytest.raises(Stale) as stale:
            await tagging.change(session, alice, tag, TagForm(name="warm"), since=1)
        assert stale.value.theirs == {"name": "snug", "colour": "red"}
        await tagging.change(session, alice, tag, TagForm(name="snug", colour="red"), since=1)  # the same once more


async def test_taking_off_is_safe_twice_and_deleting_takes_it_off_everything(database: Database) -> None:
    alice, (dune, emma) = await a_user(database, "Alice"), await items(database, "Dune", "Emma")
    tag = await put(database, alice, dune, "cosy")
    await put(database, alice, emma, "cosy")
    async with database.session() as session:
        assert len(await tagging.take_off(session, alice, [dune, dune], tag)) == 1
        assert len(await tagging.take_off(session, alice, [dune], tag)) == 0
        assert await tagging.discard(session, alice, tag) == "cosy"
    assert await on(database, alice, emma) == []


async def test_genres_are_suggested_and_never_put_on_by_themselves(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    genres = text("UPDATE media_items SET genres = ARRAY['Science fiction', 'Epic', ' ', 'science-fiction']")
    async with database.session() as session:
        await session.execute(genres)
    await make(database, alice, "sci fi of old")
    assert await on(database, alice, dune) == []
    found = await around(database, alice, dune)
    assert found.suggested[:2] == ["Science fiction", "Epic"]
    await put(database, alice, dune, "Epic")
    assert "Epic" not in (await around(database, alice, dune)).suggested


async def test_there_are_five_hundred_tags_and_fifty_on_an_item_at_most(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    many = text("""
        INSERT INTO tags (id, user_id, name, key, created_at, updated_at)
        SELECT gen_random_uuid(), :alice, 't' || n, 't' || n, now(), now() FROM generate_series(1, 500) AS n
    """)
    put_on = text("""
        INSERT INTO media_item_tags (id, user_id, item_id, tag_id)
        SELECT gen_random_uuid(), :alice, :item, id FROM tags ORDER BY key LIMIT 50
    """)
    async with database.session() as session:
        await session.execute(many, {"alice": alice})
        await session.execute(put_on, {"alice": alice, "item": dune})
    with pytest.raises(Invalid, match="500"):
        await make(database, alice, "one more")
    with pytest.raises(Invalid, match="50 tags"):
        await put(database, alice, dune, "t99")


async def test_what_is_not_in_the_catalog_is_not_tagged(database: Database) -> None:
    alice = await a_user(database, "Alice")
    with pytest.raises(NotFound):
        await put(database, alice, new_id(), "cosy")


async def test_an_item_has_fifty_tags_at_most_and_what_is_on_it_may_be_put_on_again(database: Database) -> None:
    alice, (dune, emma) = await a_user(database, "Alice"), await items(database, "Dune", "Emma")
    first = await put(database, alice, dune, "Tag 0")
    for number in range(1, tagging.ON_ITEM_MAX):
        await put(database, alice, dune, f"Tag {number}")
    assert await put(database, alice, dune, "Tag 0") == first
    with pytest.raises(Invalid, match="50 tags"):
        await put(database, alice, dune, "One more")
    more = await make(database, alice, "One more")
    async with database.session() as session:
        (row,) = await tagging.put_on_all(session, alice, [dune, emma], more)
    assert row["item_id"] == str(emma)
    assert len(await on(database, alice, dune)) == tagging.ON_ITEM_MAX


async def test_page_after_page_is_the_whole_list_once(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    for owner, name in ((alice, "Cosy"), (None, "cosy"), (alice, "a_b"), (alice, "R&B"), (alice, "★"), (bob, "Bad")):
        await make(database, owner, name)
    seen: list[UUID] = []
    after: str | None = ""
    pages = 0
    async with database.session() as session:
        whole = [row.id for row in await tagging.tags_of(session, alice)]
        while after is not None:
            rows, after = await tagging.page_of_tags(session, alice, after=after, at_most=2)
            seen += [row.id for row in rows]
            pages += 1
    assert (seen, len(whole), pages) == (whole, 5, 3)


@pytest.mark.parametrize("after", ["cosy", "_cosy", "00000000-0000-0000-0000-000000000000_\0"])
async def test_a_page_that_begins_nowhere_is_not_found(database: Database, after: str) -> None:
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        with pytest.raises(NotFound):
            await tagging.page_of_tags(session, alice, after=after)
