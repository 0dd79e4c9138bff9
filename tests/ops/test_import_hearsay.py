"""What a file says of works is somebody's word for it: it never stands for what a source says itself."""

from typing import Any

import pytest
from sqlalchemy import select

from app.catalog import reading
from app.catalog.candidates import BookFacts, Candidate, MovieFacts
from app.catalog.comparing import tellers
from app.catalog.models import MediaItem
from app.catalog.storing import item_of, store
from app.kit import clock
from app.kit.db import Database
from app.kit.ids import UUID, new_id
from app.menus.unpacking import PackedCourse, PackedItem, PackedMenu, Work, unpack
from tests.ops.test_importing import imported, member, rewritten, taken

__all__ = ["taken"]

NOW = "2024-01-01T00:00:00Z"
PILLS: dict[str, Any] = {
    "type": "movie",
    "title": "BUY PILLS",
    "description": "Cheap.",
    "creators": ["Evil"],
    "genres": [],
    "is_made_by_me": True,
    "facts": {"kind": "film", "directors": ["Evil"], "countries": []},
    "created_at": NOW,
    "updated_at": NOW,
}
SOURCE: dict[str, Any] = {
    "source": "tmdb",
    "external_id": "movie/99",
    "url": "https://evil.example/pills",
    "fetched_at": "2999-01-01T00:00:00Z",
    "said": {
        "source": "tmdb",
        "external_id": "movie/99",
        "title": "BUY PILLS",
        "facts": {"type": "movie"},
        "url": "https://evil.example/",
        "raw": "x" * 5000,
    },
}
FILM = Candidate(source="tmdb", external_id="movie/99", title="A film", facts=MovieFacts(directors=("Herself",)))


async def sent(database: Database, line: dict[str, Any], content: bytes) -> tuple[UUID, Any]:
    bob = await member(database, "Bob")
    line = line | {"id": str(new_id())}
    return bob, await imported(database, bob, rewritten(content, items=[line]))


async def test_the_first_that_a_source_says_itself_takes_its_place(
    database: Database, taken: tuple[UUID, bytes]
) -> None:
    await sent(database, PILLS | {"sources": [SOURCE]}, taken[1])
    async with database.session() as session:
        item = await item_of(session, "tmdb", "movie/99")
        assert item
        row = (await session.scalars(select(MediaItem).where(MediaItem.id == item))).one()
        assert (row.title, row.made_by) == ("BUY PILLS", None)
        (teller,) = await tellers(session, item)
        assert teller.url is None
        assert teller.fetched_at <= clock.now()
        assert not {"url", "raw"} & teller.said.keys()
    async with database.session() as session:
        assert await store(session, FILM) == item
    async with database.session() as session:
        now = await reading.item(session, item)
        assert (now.title, now.description, now.creators) == ("A film", None, [])
        assert now.told == FILM.facts
        await store(session, Candidate(source="b", external_id="1", title="x", facts=BookFacts()))
    more = Candidate(source="tmdb", external_id="movie/99", title="Again", description="More.", facts=MovieFacts())
    async with database.session() as session:
        await store(session, more)
    async with database.session() as session:
        now = await reading.item(session, item)
        assert (now.title, now.description) == ("A film", "More.")  # from then on as ever


async def test_what_no_source_speaks_of_is_its_host_s_own_as_by_hand(
    database: Database, taken: tuple[UUID, bytes]
) -> None:
    bob, _ = await sent(database, PILLS, taken[1])
    async with database.session() as session:
        row = (await session.scalars(select(MediaItem).where(MediaItem.title == "BUY PILLS"))).one()
        assert row.made_by == bob


async def test_a_page_of_the_source_s_own_is_linked(database: Database, taken: tuple[UUID, bytes]) -> None:
    await sent(database, PILLS | {"sources": [SOURCE | {"url": "https://www.themoviedb.org/movie/99"}]}, taken[1])
    async with database.session() as session:
        item = await item_of(session, "tmdb", "movie/99")
        assert item
        (teller,) = await tellers(session, item)
        assert teller.url == "https://www.themoviedb.org/movie/99"


@pytest.mark.parametrize("name", ["title", "subtitle", "creators"])
async def test_words_as_long_as_nothing_we_keep_are_not_kept(
    database: Database, taken: tuple[UUID, bytes], name: str
) -> None:
    long: Any = ["x" * 100_000] if name == "creators" else "x" * 100_000
    told = SOURCE | {"said": SOURCE["said"] | {name: long}}
    _, row = await sent(database, PILLS | {"sources": [told]}, taken[1])
    assert row.counts["items"] == {"added": 1}
    async with database.session() as session:
        item = await item_of(session, "tmdb", "movie/99")
        assert item
        (teller,) = await tellers(session, item)
        assert not teller.said
    _, row = await sent_again(database, PILLS | {"subtitle": "x" * 100_000}, taken[1])
    assert row.messages[0]["said"] == "“subtitle” is too long."


async def sent_again(database: Database, line: dict[str, Any], content: bytes) -> tuple[UUID, Any]:
    carol = await member(database, "Carol")
    return carol, await imported(database, carol, rewritten(content, items=[line | {"id": str(new_id())}]))


async def test_so_it_is_with_what_a_menu_s_file_says(database: Database) -> None:
    alice = await member(database, "Alice")
    work = Work(type="movie", title="BUY PILLS", identifiers=(), creators=("Evil",))
    async with database.session() as session:
        menu = PackedMenu(title="M", courses=(PackedCourse(title="C", items=(PackedItem(work=work),)),))
        await unpack(session, alice, menu)
        item = (await session.scalars(select(MediaItem.id).where(MediaItem.title == "BUY PILLS"))).one()
        (teller,) = await tellers(session, item)
    film = Candidate(source="import", external_id=teller.external_id, title="Again", facts=MovieFacts())
    async with database.session() as session:
        assert await store(session, film) == item
        assert (await reading.item(session, item)).title == "BUY PILLS"  # another file changes nothing
