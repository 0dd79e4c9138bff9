"""The index follows the catalog: what is stored can be found, whoever consumes the events and how often."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import delete

from app.catalog.models import MediaItem
from app.catalog.storing import store
from app.jobs.indexing import BATCH, TOPIC, index_changes
from app.kit import events
from app.kit.db import Database
from app.kit.ids import UUID, new_id
from app.search.contract import CatalogSearch, Question
from app.search.postgres import PostgresSearch
from tests.rows import a_candidate


async def stored(database: Database, *titles: str) -> list[UUID]:
    async with database.session() as session:
        return [await store(session, a_candidate("a", title, title)) for title in titles]


async def found(engine: CatalogSearch, words: str) -> list[str]:
    return [hit.title for hit in (await engine.search(Question(text=words))).hits]


async def waiting(database: Database) -> int:
    async with database.session() as session:
        return await events.waiting(session, TOPIC)


async def test_what_is_stored_is_found_once_its_event_was_consumed(database: Database, engine: PostgresSearch) -> None:
    await stored(database, "Dune", "Emma")
    assert await found(engine, "dune") == []
    assert await index_changes(database, engine) == 2
    assert await found(engine, "dune") == ["Dune"]
    assert await waiting(database) == 0


async def test_consuming_twice_is_safe(database: Database, engine: PostgresSearch) -> None:
    ids = await stored(database, "Dune")
    await index_changes(database, engine)
    assert await index_changes(database, engine) == 0
    async with database.session() as session:
        await events.record(session, TOPIC, "stored", ids[0])
        await events.record(session, TOPIC, "stored", ids[0])
    assert await index_changes(database, engine) == 2
    assert await found(engine, "dune") == ["Dune"]


async def test_two_consumers_at_once_share_the_work(database: Database, engine: PostgresSearch) -> None:
    titles = [f"Volume {n}" for n in range(BATCH + 20)]
    await stored(database, *titles)
    other = PostgresSearch(database)
    try:
        done = await asyncio.gather(index_changes(database, engine), index_changes(database, other))
    finally:
        await other.close()
    assert sum(done) == len(titles)
    assert await waiting(database) == 0
    assert (await engine.search(Question(text="volume"))).total == len(titles)


async def test_an_item_that_is_gone_leaves_the_index(database: Database, engine: PostgresSearch) -> None:
    (dune,) = await stored(database, "Dune")
    await index_changes(database, engine)
    async with database.session() as session:
        await session.execute(delete(MediaItem).where(MediaItem.id == dune))
        await events.record(session, TOPIC, "removed", dune)
        await events.record(session, TOPIC, "removed", new_id())
    assert await index_changes(database, engine) == 2
    assert await found(engine, "dune") == []


class Broken(PostgresSearch):
    async def index(self, item_ids: Sequence[UUID]) -> None:
        raise ConnectionError


async def test_events_wait_while_the_engine_is_broken(database: Database, engine: PostgresSearch) -> None:
    await stored(database, "Dune")
    broken = Broken(database)
    with pytest.raises(ConnectionError):
        await index_changes(database, broken)
    await broken.close()
    assert await waiting(database) == 1
    assert await index_changes(database, engine) == 1


async def test_other_topics_are_left_for_their_consumers(database: Database, engine: PostgresSearch) -> None:
    async with database.session() as session:
        await events.record(session, "menu", "published", new_id())
    assert await index_changes(database, engine) == 0
    async with database.session() as session:
        assert await events.waiting(session, "menu") == 1
