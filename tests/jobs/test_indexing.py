"""The index follows the catalog: what is stored can be found, whoever consumes the events and how often."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import delete, select, update

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
        return (await events.lag(session, TOPIC)).waiting


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
        assert (await events.lag(session, "menu")).waiting == 1


class Picky(PostgresSearch):
    """Refuses some items, whatever is with them."""

    def __init__(self, database: Database, refused: set[UUID]) -> None:
        super().__init__(database)
        self.refused = refused

    async def index(self, item_ids: Sequence[UUID]) -> None:
        if self.refused.intersection(item_ids):
            raise ValueError("this I cannot read")
        await super().index(item_ids)


@pytest.fixture
async def picky(database: Database) -> AsyncIterator[Picky]:
    engine = Picky(database, set())
    yield engine
    await engine.close()


async def state(database: Database) -> events.Lag:
    async with database.session() as session:
        return await events.lag(session, TOPIC)


async def test_a_refused_item_does_not_stop_the_others(database: Database, picky: Picky) -> None:
    ids = await stored(database, *(f"Volume {n}" for n in range(50)))
    picky.refused = {ids[7], ids[31]}
    assert await index_changes(database, picky) == 48
    assert (await picky.search(Question(text="volume"))).total == 48
    assert (await state(database)).waiting == 2
    assert await index_changes(database, picky) == 0  # they wait
    picky.refused = set()
    await make_due(database)
    assert await index_changes(database, picky) == 2
    assert (await picky.search(Question(text="volume"))).total == 50


async def test_an_item_that_is_always_refused_is_parked_with_the_reason(database: Database, picky: Picky) -> None:
    bad, _ = await stored(database, "Bad", "Good")
    picky.refused = {bad}
    for _ in range(len(events.PAUSES) + 3):
        await index_changes(database, picky)
        await make_due(database)
    now = await state(database)
    assert (now.waiting, now.parked) == (0, 1)
    async with database.session() as session:
        (reason,) = await session.scalars(select(events.Event.parked_because))
    assert reason == "ValueError: this I cannot read"
    picky.refused = set()
    await stored(database, "Bad")  # once it changes it is tried again
    await index_changes(database, picky)
    assert await found(picky, "bad") == ["Bad"]
    assert (await state(database)).parked == 0


async def test_an_engine_that_is_not_well_costs_no_try(database: Database) -> None:
    ids = await stored(database, "Dune")
    unwell = Unwell(database, set(ids))
    with pytest.raises(ValueError, match="cannot read"):
        await index_changes(database, unwell)
    await unwell.close()
    async with database.session() as session:
        assert (await session.scalars(select(events.Event.attempts))).all() == [0]


class Unwell(Picky):
    async def healthy(self) -> bool:
        return False


class Killed(PostgresSearch):
    """Takes everything in, and is killed before that can be noted."""

    async def index(self, item_ids: Sequence[UUID]) -> None:
        await super().index(item_ids)
        raise KeyboardInterrupt


async def test_dying_between_index_and_commit_does_no_harm(database: Database, engine: PostgresSearch) -> None:
    await stored(database, "Dune", "Emma")
    killed = Killed(database)
    with pytest.raises(KeyboardInterrupt):
        await index_changes(database, killed)
    await killed.close()
    assert await waiting(database) == 2
    assert await index_changes(database, engine) == 2
    assert (await engine.search(Question(text=""))).total == 2


async def test_twenty_who_store_at_once_are_all_found(database: Database, engine: PostgresSearch) -> None:
    done = asyncio.Event()

    async def write(writer: int) -> None:
        for n in range(10):
            await stored(database, f"Volume {writer} {n}", f"Volume {writer} {n - 1}")

    async def consume() -> None:
        while not done.is_set():
            await index_changes(database, engine)
            await asyncio.sleep(0.01)

    async def write_all() -> None:
        await asyncio.gather(*(write(writer) for writer in range(20)))
        done.set()

    await asyncio.gather(write_all(), consume(), consume())
    await index_changes(database, engine)
    assert await state(database) == events.Lag(0, 0, 0)
    assert (await engine.search(Question(text="volume"))).total == 20 * 11


async def make_due(database: Database) -> None:
    async with database.session() as session:
        await session.execute(update(events.Event).values(due_at=None))
