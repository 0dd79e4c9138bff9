"""The taste profile: counted over what one is at or through with."""

from decimal import Decimal
from typing import Any

from sqlalchemy import text

from app.kit.db import Database
from app.kit.ids import UUID
from app.library import keeping, tasting
from app.library.forms import EntryForm
from tests.rows import a_user, items

SAY = text("UPDATE media_items SET year = :year, genres = :genres, creators = :creators WHERE id = :id")


async def say(database: Database, item: UUID, year: int | None, genres: list[str], creators: list[str]) -> None:
    async with database.session() as session:
        await session.execute(SAY, {"id": item, "year": year, "genres": genres, "creators": creators})


async def mark(database: Database, user: UUID, item: UUID, **marks: Any) -> None:
    async with database.session() as session:
        await keeping.mark(session, user, item, EntryForm.read(marks))


async def taste(database: Database, user: UUID, item_type: str = "") -> tasting.Taste:
    async with database.session() as session:
        return await tasting.taste_of(session, user, item_type)


def told(rows: Any) -> list[tuple[str, int, Decimal | None]]:
    return [(row.label, row.items, row.rating) for row in rows]


async def test_what_was_read_is_counted_and_its_ratings_are_meaned(database: Database) -> None:
    alice, (dune, emma, wish) = await a_user(database, "Alice"), await items(database, "Dune", "Emma", "Wish")
    await say(database, dune, 1965, ["Science fiction", "Epic"], ["Frank Herbert"])
    await say(database, emma, 1815, ["science fiction "], ["Jane Austen", "Frank Herbert"])
    await say(database, wish, 1999, ["Western"], ["Nobody"])
    await mark(database, alice, dune, status="done", rating="9")
    await mark(database, alice, emma, status="active", rating="6.5")
    await mark(database, alice, wish, status="wanted")
    found = await taste(database, alice)
    assert [row.items for row in found.media] == [2]
    assert told(found.decades) == [("1810", 1, Decimal("6.5")), ("1960", 1, Decimal("9.0"))]
    assert told(found.genres)[0][1:] == (2, Decimal("7.8"))
    assert told(found.genres)[1] == ("Epic", 1, Decimal("9.0"))
    assert [row.label for row in found.creators] == ["Frank Herbert", "Jane Austen"]
    assert [row.share for row in found.creators] == [100, 50]


async def test_media_stand_as_everywhere_and_decades_without_a_gap_of_less_than_a_century(database: Database) -> None:
    alice, shelf = await a_user(database, "Alice"), await items(database, *"abcd")
    for item, kind, year in zip(shelf, ("music", "game", "movie", "book"), (1605, 1968, 1984, 2001), strict=True):
        await say(database, item, year, [], [])
        async with database.session() as session:
            typed = {"type": kind, "id": item}
            await session.execute(text("UPDATE media_items SET type = :type WHERE id = :id"), typed)
        await mark(database, alice, item, status="done")
    found = await taste(database, alice)
    assert [row.label for row in found.media] == ["book", "movie", "game", "music"]
    assert [(row.label, row.share) for row in found.decades] == [
        *(("1600", 100), ("1960", 100), ("1970", 0), ("1980", 100), ("1990", 0), ("2000", 100))
    ]


async def test_it_is_each_ones_own_and_empty_before_anything_is_kept(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    (dune,) = await items(database, "Dune")
    await mark(database, alice, dune, status="done")
    assert (await taste(database, bob)).media == []
    assert (await taste(database, alice)).genres == []
    assert (await taste(database, alice, "music")).media == []


async def test_twelve_of_many_creators_are_told(database: Database) -> None:
    alice, shelf = await a_user(database, "Alice"), await items(database, *(f"Work {n}" for n in range(15)))
    for number, item in enumerate(shelf):
        await say(database, item, None, [], [f"Author {number:02}", "The same"])
        await mark(database, alice, item, status="done")
    found = await taste(database, alice)
    assert len(found.creators) == 12
    assert told(found.creators)[0] == ("The same", 15, None)
    assert found.decades == []
