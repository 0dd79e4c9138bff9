"""What the operator is told of the search of the catalog."""

from collections.abc import AsyncIterator

import pytest

from app.kit import events
from app.kit.db import Database
from app.kit.ids import UUID, new_id
from app.search.contract import Question
from app.search.falling_back import FallingBack
from app.search.meilisearch import MeilisearchSearch
from app.search.overseeing import REFUSED_MAX, Overseen, oversee
from app.search.postgres import PostgresSearch
from tests.search.conftest import Store
from tests.search.fake_meilisearch import FakeMeilisearch
from tests.search.openapi import published
from tests.search.test_contract import ids_of
from tests.search.works import book


@pytest.fixture
def fake() -> FakeMeilisearch:
    return FakeMeilisearch(published())


@pytest.fixture
async def engine(database: Database, fake: FakeMeilisearch) -> AsyncIterator[FallingBack]:
    engine = FallingBack(database, PostgresSearch(database), MeilisearchSearch(database, fake.client()))
    yield engine
    await engine.close()


async def seen(database: Database, engine: FallingBack | PostgresSearch) -> Overseen:
    async with database.reading() as session:
        return await oversee(session, engine)


async def park(database: Database, *items: UUID) -> None:
    async with database.session() as session:
        for item in items:
            await events.record(session, "item", "stored", item)
            for _ in range(len(events.PAUSES) + 1):
                await events.failed(session, "item", item, "TooLong: it has too many words")


async def test_postgres_alone_lags_behind_nothing(database: Database) -> None:
    postgres = PostgresSearch(database)
    told = await seen(database, postgres)
    assert (told.engine, told.healthy, told.stands_in, told.since, told.behind) == ("Postgres", True, "", None, None)
    assert (told.changes, told.refused_count, told.refused) == (events.Lag(0, 0, 0), 0, [])
    await postgres.close()


async def test_what_was_parked_comes_with_its_title_and_reason_once(
    database: Database, engine: FallingBack, store: Store
) -> None:
    await store([book("Emma", "Jane Austen")])
    (emma,), gone = await ids_of(database, "Emma"), new_id()
    await park(database, emma, gone)
    told = await seen(database, engine)
    assert told.refused_count == 2
    assert {(each.item_id, each.title, each.engine) for each in told.refused} == {
        (emma, "Emma", "Postgres"),
        (gone, "", "Postgres"),
    }
    assert {each.reason for each in told.refused} == {"TooLong: it has too many words"}


async def test_what_meilisearch_refused_and_has_not_taken_in_is_told_apart(
    database: Database, engine: FallingBack, fake: FakeMeilisearch, store: Store
) -> None:
    fake.refuses = lambda document: document["title"] == "emma"
    await engine.rebuild()
    await store([book("Emma", "Jane Austen")])
    await engine.catch_up()
    await store([book("Dune", "Frank Herbert")])
    await engine.index(await ids_of(database, "Emma"))
    await engine.catch_up()
    await store([book("Ubik", "Philip K. Dick")])
    told = await seen(database, engine)
    assert told.behind is not None
    assert (told.behind.waiting, told.behind.refused, told.refused_count) == (1, 1, 1)
    assert told.behind_seconds > 0
    assert [(each.title, each.engine) for each in told.refused] == [("Emma", "Meilisearch")]
    assert told.refused[0].reason


async def test_who_stands_in_and_what_to_look_at_is_told(
    database: Database, engine: FallingBack, fake: FakeMeilisearch
) -> None:
    fake.fault = "gone"
    await engine.search(Question(text="dune"))
    told = await seen(database, engine)
    assert (told.engine, told.healthy, told.stands_in) == ("Meilisearch", False, "Postgres")
    assert told.trouble == (
        "Meilisearch cannot be reached (ConnectError). See that it runs, and that MEILISEARCH_URL is its address."
    )
    assert told.since is not None


async def test_of_many_refused_only_the_last_are_named(database: Database, engine: FallingBack) -> None:
    await park(database, *(new_id() for _ in range(REFUSED_MAX + 2)))
    told = await seen(database, engine)
    assert (told.refused_count, len(told.refused)) == (REFUSED_MAX + 2, REFUSED_MAX)
