"""Shelving: every entry once in any order, narrowed by what is asked, and counted without counting."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.catalog.models import MediaItem
from app.kit.db import Database
from app.kit.errors import Invalid
from app.kit.ids import UUID, new_id
from app.library import changing_many, counting, keeping, looking, shelving, tagging
from app.library.forms import EntryForm
from app.library.shelf_forms import LookForm, ManyForm, ShelfForm, ViewForm
from tests.rows import a_user, items

SETTLED = text("UPDATE media_items SET year = :year, creators = :creators WHERE id = :id")


async def shelf(database: Database, user: UUID, **asked: str) -> list[str]:
    """Titles, turned page by page, three at a time."""
    titles: list[str] = []
    form = ShelfForm.read(asked)
    async with database.direct.one() as connection:
        while True:
            rows, after = await shelving.page(connection, user, form, at_most=3)
            titles += [row.title for row in rows]
            if after is None:
                return titles
            form = form.model_copy(update={"after": after})


async def counts(database: Database, user: UUID, **asked: str) -> dict[str, int]:
    async with database.direct.one() as connection:
        return dict((await shelving.around(connection, user, ShelfForm.read(asked))).counts)


@pytest.fixture
async def alice(database: Database) -> UUID:
    """Keeps seven books; every third has no year, no rating and no creator; two years are alike."""
    user = await a_user(database, "Alice")
    kept = await items(database, *"DBFACGE")
    async with database.session() as session:
        for number, item in enumerate(kept):
            bare = number % 3 == 2
            made = {"year": None if bare else 1990 + number // 2, "creators": [] if bare else [f"Name {9 - number}"]}
            await session.execute(SETTLED, {"id": item, **made})
            rating = "" if bare else str(number)
            await keeping.mark(session, user, item, EntryForm.read({"rating": rating, "status": "done"}))
    return user


@pytest.mark.parametrize("sort", shelving.SORTS)
async def test_every_order_shows_each_entry_once_in_both_directions(database: Database, alice: UUID, sort: str) -> None:
    up = await shelf(database, alice, sort=sort, order="up")
    down = await shelf(database, alice, sort=sort, order="down")
    assert sorted(up) == sorted(down) == [*"ABCDEFG"]
    if sort in ("year", "rating", "creator"):
        assert set(up[-2:]) == set(down[-2:]) == {"F", "G"}  # what has none comes last, either way
        assert up[:-2] == down[:-2][::-1]
    elif sort != "length":  # of which nothing is known here
        assert up == down[::-1]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"title": "a"}, "A"),
        ({"year_from": "1991", "year_to": "1992"}, "AC"),
        ({"rating_from": "4"}, "CE"),
        ({"unrated": "1"}, "FG"),
        ({"creator": "Name 9"}, "D"),
        ({"creator": "näME"}, "ABCDE"),
        ({"creator": "N%9"}, ""),
        ({"status": "done,paused"}, "ABCDEFG"),
        ({"status": "paused"}, ""),
        ({"type": "movie"}, ""),
        ({"favourite": "1"}, ""),
        ({"source": "tmdb"}, ""),
        ({"length": "short"}, ""),
    ],
)
async def test_what_is_asked_narrows(database: Database, alice: UUID, asked: dict[str, str], found: str) -> None:
    assert await shelf(database, alice, sort="title", **asked) == [*found]
    every = {name: value for name, value in asked.items() if name != "type"}
    assert sum((await counts(database, alice, **every)).values()) == len(await shelf(database, alice, **every))


async def test_tags_are_with_and_without(database: Database, alice: UUID) -> None:
    async with database.session() as session:
        by_title = {row.title: row.id for row in await shelving.recent(session, alice, 10)}
        cosy = await tagging.put_on(session, alice, by_title["A"], "Cosy")
        await tagging.put_on_all(session, alice, [by_title["B"]], cosy)
        warm = await tagging.put_on(session, alice, by_title["B"], "Warm")
    assert await shelf(database, alice, sort="title", tag=str(cosy)) == ["A", "B"]
    assert await shelf(database, alice, sort="title", tag=f"{cosy},{warm}") == ["B"]
    assert await shelf(database, alice, sort="title", tag=str(cosy), not_tag=str(warm)) == ["A"]


@pytest.mark.parametrize("after", ["there", "W10", "%", "é", "WyJ0aXRsZSIsIDEsICJ4Il0", "AAAA" * 400])
async def test_a_page_nobody_wrote_the_place_of_is_not_there(database: Database, alice: UUID, after: str) -> None:
    async with database.direct.one() as connection:
        with pytest.raises(Invalid, match="not there"):
            await shelving.page(connection, alice, ShelfForm.read({"after": after, "sort": "title"}))


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("year", 40_000),
        ("length", 2**31),
        ("changed", "0001-01-01T00:00:00+23:59"),
        ("changed", "9999-12-31T23:59:59-23:59"),
        ("rating", "NaN"),
    ],
)
async def test_a_place_that_no_entry_can_have_is_not_there(
    database: Database, alice: UUID, sort: str, key: str | int
) -> None:
    said = base64.urlsafe_b64encode(json.dumps([sort, key, str(new_id())]).encode()).decode().rstrip("=")
    async with database.direct.one() as connection:
        with pytest.raises(Invalid, match="not there"):
            await shelving.page(connection, alice, ShelfForm.read({"after": said, "sort": sort}))


async def test_the_place_of_one_order_is_none_of_another(database: Database, alice: UUID) -> None:
    async with database.direct.one() as connection:
        _, after = await shelving.page(connection, alice, ShelfForm.read({"sort": "title"}), at_most=2)
        with pytest.raises(Invalid):
            await shelving.page(connection, alice, ShelfForm.read({"sort": "year", "after": after}))


async def test_an_entry_follows_its_item(database: Database, alice: UUID) -> None:
    """The copies beside it are the catalog's, also after a change of it."""
    async with database.session() as session:
        (row,) = await shelving.recent(session, alice, 1)
        item = await session.get_one(MediaItem, row.id)
        item.sort_title, item.year, item.creators = "zz", 1800, ["Ånna"]
        await session.flush()
        await session.execute(text("UPDATE book_items SET pages = 100 WHERE item_id = :id"), {"id": row.id})
    assert (await shelf(database, alice, sort="title"))[-1] == row.title
    assert (await shelf(database, alice, sort="year"))[-3] == row.title
    assert await shelf(database, alice, length="medium") == [row.title]
    async with database.session() as session:
        made = await session.execute(
            text("SELECT creator, length FROM user_item_states WHERE item_id = :id"), {"id": row.id}
        )
        assert made.one() == ("anna", 12_000)


async def test_any_creator_is_found_by_a_part_of_the_name(database: Database, alice: UUID) -> None:
    async with database.session() as session:
        (row,) = await shelving.recent(session, alice, 1)
        item = await session.get_one(MediaItem, row.id)
        item.creators = ["Ånna Ahlers", "Ursula K. Le Guin"]
    for part in ("Le Guin", "ursula", "ANNA", "Ahlers"):
        assert await shelf(database, alice, creator=part) == [row.title]
        assert await counts(database, alice, creator=part) == {"book": 1}
    assert await shelf(database, alice, creator="Ahlers Ursula") == []  # a part of one name


async def test_twenty_who_keep_and_let_go_at_once_are_counted_right(database: Database) -> None:
    bob = await a_user(database, "Bob")
    kept = await items(database, *(f"Book {n}" for n in range(20)))

    async def one(number: int) -> None:
        async with database.session() as session:
            await keeping.keep(session, bob, kept[number])
        async with database.session() as session:
            await keeping.set_status(session, bob, kept[number : number + 1], "done")
            await counting.sweep(session)
        if number % 4 == 0:
            async with database.session() as session:
                await keeping.let_go(session, bob, kept[number])

    await asyncio.gather(*(one(number) for number in range(20)))
    assert await counts(database, bob) == await counts(database, bob, status="done") == {"book": 15}
    async with database.session() as session:
        assert await counting.how_many(session, bob) == 15
        assert await counting.sweep(session) in (0, 1)  # many rows, or few enough to leave
    assert await counts(database, bob) == {"book": 15}
    assert await counts(database, bob, status="wanted") == {}


async def test_who_leaves_is_counted_no_more(database: Database, alice: UUID) -> None:
    async with database.session() as session:
        await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": alice})
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM entry_counts")) == 0


async def test_many_are_changed_in_one_statement(database: Database, alice: UUID) -> None:
    async with database.session() as session:
        ids = [row.id for row in await shelving.recent(session, alice, 3)]
        assert (
            await changing_many.change(session, alice, ManyForm.read({"items": ids, "favourite": True}))
        ).number == 3
        assert (await changing_many.change(session, alice, ManyForm.read({"items": ids, "rating": "none"}))).number == 2
        assert [title for _, title in await changing_many.titles(session, alice, tuple(ids))] == ["C", "E", "G"]
        assert (await changing_many.let_go(session, alice, tuple(ids))).number == 3
        assert (await changing_many.let_go(session, alice, tuple(ids))).number == 0
    assert await shelf(database, alice, favourite="1") == []


@pytest.mark.parametrize("said", [{}, {"status": "done", "rating": "3"}, {"status": "done", "items": []}])
def test_many_are_told_one_thing(said: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        ManyForm.read({"items": [str(UUID(int=1))]} | said)


def test_an_address_says_what_was_asked_and_no_more() -> None:
    asked = {"view": "table", "status": "done,active", "rating_from": "0", "sort": "year", "after": "x", "title": ""}
    said = looking.said_by(LookForm.read(asked))
    assert said == {"view": "table", "status": "done,active", "rating_from": "0", "sort": "year"}
    assert looking.said_by(LookForm.read(said)) == said
    assert looking.read_what_can_be(LookForm, {"type": "opera", "sort": "title"}).sort == "title"


async def test_twenty_who_save_a_view_at_once_save_one(database: Database, alice: UUID) -> None:
    async def save() -> bool:
        try:
            async with database.session() as session:
                await looking.save(session, alice, ViewForm(name="Done", query="https://x/library?status=done&b=c"))
        except Invalid:
            return False
        return True

    assert sum(await asyncio.gather(*(save() for _ in range(20)))) == 1
    async with database.session() as session:
        (view,) = await looking.views_of(session, alice)
        assert view.query == "view=grid&status=done"
        assert view.updated_at - view.created_at < timedelta(seconds=1)


async def test_fifty_views_are_the_most(database: Database, alice: UUID) -> None:
    async with database.session() as session:
        for number in range(looking.VIEWS_MAX):
            await looking.save(session, alice, ViewForm(name=f"View {number}"))
        with pytest.raises(Invalid):
            await looking.save(session, alice, ViewForm(name="One more"))
