"""Keeping a row of the one list: all that was said of the work goes to one item."""

import asyncio

import msgspec
import pytest
from sqlalchemy import select

from app.catalog import reading
from app.catalog.candidates import Candidate
from app.catalog.models import MediaItem, MediaSource
from app.catalog.storing import store
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id
from app.search.taking import take, take_group
from app.sources.previews import LIFETIME, keep_previews
from tests.search.pairs import book, film

DUNE = book("open_library", "Dune", "Frank Herbert", 1965, isbn="9780441172719", olid="OL893415W")
EDITION = msgspec.structs.replace(
    book("google_books", "Dune", "Frank Herbert", 2005, isbn="9780441013593"), description="Arrakis."
)
FILM = film("tmdb", "Dune", "Denis Villeneuve", 2021, tmdb=438631)


async def kept(database: Database, *candidates: Candidate, old: bool = False) -> list[UUID]:
    async with database.session() as session:
        now = clock.now() - 2 * LIFETIME if old else None
        previews = await keep_previews(session, candidates, now)
    return [previews[each.source, each.external_id] for each in candidates]


async def taken(database: Database, *preview_ids: UUID) -> UUID:
    async with database.session() as session:
        item_id, _ = await take_group(session, {}, preview_ids)
    return item_id


async def provenance(database: Database, item_id: UUID) -> set[str]:
    async with database.session() as session:
        return set(await session.scalars(select(MediaSource.source_name).where(MediaSource.item_id == item_id)))


async def test_all_that_was_said_of_it_goes_to_one_item(database: Database) -> None:
    item_id = await taken(database, *await kept(database, DUNE, EDITION))
    async with database.session() as session:
        item = await reading.item(session, item_id)
    assert (item.title, item.year, item.description) == ("Dune", 1965, "Arrakis.")
    assert {said.source for said in item.provenance} == {"open_library", "google_books"}
    assert {each.value for each in item.known_as if each.scheme == "isbn13"} == {"9780441172719", "9780441013593"}


async def test_it_goes_to_the_item_that_any_of_them_is_already(database: Database) -> None:
    async with database.session() as session:
        known = await store(session, EDITION)
    assert await taken(database, *await kept(database, DUNE, EDITION)) == known
    assert await provenance(database, known) == {"open_library", "google_books"}


async def test_what_is_another_item_already_stays_there(database: Database) -> None:
    async with database.session() as session:
        first, second = await store(session, DUNE), await store(session, EDITION)
    assert await taken(database, *await kept(database, DUNE, EDITION)) == first
    assert await provenance(database, second) == {"google_books"}


async def test_what_is_not_the_same_work_is_not_taken_with_it(database: Database) -> None:
    """Whatever a form may say: the catalog belongs to everybody."""
    item_id = await taken(database, *await kept(database, DUNE, FILM, EDITION))
    assert await provenance(database, item_id) == {"open_library", "google_books"}


async def test_those_that_have_expired_are_left_out(database: Database) -> None:
    old = await kept(database, DUNE, old=True)
    item_id = await taken(database, *old, *await kept(database, EDITION), new_id())
    assert await provenance(database, item_id) == {"google_books"}
    with pytest.raises(NotFound, match="expired"):
        await taken(database, *old)
    async with database.session() as session:
        with pytest.raises(NotFound, match="expired"):
            await take(session, {}, old[0])


async def test_twenty_who_keep_it_at_once_get_one_item(database: Database) -> None:
    previews = await kept(database, DUNE, EDITION)
    async with asyncio.timeout(20):
        items = await asyncio.gather(*(taken(database, *previews[:: 1 if n % 2 else -1]) for n in range(20)))
    assert len(set(items)) == 1
    async with database.session() as session:
        assert len((await session.scalars(select(MediaItem.id))).all()) == 1
