"""What the doctor says of a Meilisearch."""

from collections.abc import AsyncIterator

import pytest

from app.kit.db import Database
from app.search.examining import look_at
from app.search.falling_back import FallingBack
from app.search.meilisearch import UID, MeilisearchSearch
from app.search.postgres import PostgresSearch
from tests.search.conftest import Store
from tests.search.fake_meilisearch import KEY, FakeMeilisearch, Fault
from tests.search.openapi import published
from tests.search.test_contract import ids_of
from tests.search.works import WORKS, book

ADVICE: dict[Fault, str] = {
    "gone": "See that it runs, and that MEILISEARCH_URL is its address.",
    "slow": "See how busy it and its machine are.",
    "garbage": "See that it runs, and that MEILISEARCH_URL is its address.",
    "locked": "correct MEILISEARCH_KEY.",
    "overloaded": "See its log.",
    "refusing": "See that it is 1.50 or later.",
}


@pytest.fixture
def fake() -> FakeMeilisearch:
    return FakeMeilisearch(published())


@pytest.fixture
def meilisearch(database: Database, fake: FakeMeilisearch) -> MeilisearchSearch:
    return MeilisearchSearch(database, fake.client())


@pytest.fixture
async def engine(database: Database, meilisearch: MeilisearchSearch) -> AsyncIterator[FallingBack]:
    engine = FallingBack(database, PostgresSearch(database), meilisearch)
    yield engine
    await engine.close()


async def test_one_that_has_all_is_well(
    engine: FallingBack, meilisearch: MeilisearchSearch, store: Store, database: Database
) -> None:
    await store(WORKS)
    await engine.catch_up()
    assert await look_at(meilisearch, database) == (True, "answers, and has all of the catalog")


async def test_what_it_has_not_taken_in_yet_is_counted(
    engine: FallingBack, meilisearch: MeilisearchSearch, store: Store, database: Database
) -> None:
    await store(WORKS)
    await engine.catch_up()
    await store([book("Emma", "Jane Austen")])
    well, said = await look_at(meilisearch, database)
    assert well
    assert said.startswith("answers; not taken in yet: 1, the first since ")
    assert said.endswith(" UTC. Tastebuds hands them over while it runs.")


async def test_what_it_refused_is_counted(
    engine: FallingBack, meilisearch: MeilisearchSearch, fake: FakeMeilisearch, store: Store, database: Database
) -> None:
    fake.refuses = lambda document: document["title"] == "emma"
    await store([book("Emma", "Jane Austen"), book("Dune", "Frank Herbert")])
    await engine.rebuild()
    await engine.index(await ids_of(database, "Emma"))
    await engine.catch_up()
    well, said = await look_at(meilisearch, database)
    assert not well
    assert said.startswith("answers, but would not take some items: 1. /ops/sources tells why;")


async def test_one_without_the_catalog_is_told_how_to_be_filled(
    meilisearch: MeilisearchSearch, engine: FallingBack, store: Store, database: Database
) -> None:
    await store(WORKS)
    well, said = await look_at(meilisearch, database)
    assert not well
    assert "has no index of the catalog. Tastebuds fills it while it runs, and `tastebuds reindex` at once." in said


async def test_one_with_another_catalog_is_noticed(
    meilisearch: MeilisearchSearch, engine: FallingBack, fake: FakeMeilisearch, store: Store, database: Database
) -> None:
    await store(WORKS)
    await engine.catch_up()
    fake.indexes[UID] = dict(list(fake.indexes[UID].items())[:1])
    well, said = await look_at(meilisearch, database)
    assert not well
    assert said.startswith("has far more or fewer items than the catalog. Tastebuds builds its index anew")


@pytest.mark.parametrize("fault", ADVICE)
async def test_each_trouble_comes_with_what_to_look_at(
    engine: FallingBack, meilisearch: MeilisearchSearch, fake: FakeMeilisearch, database: Database, fault: Fault
) -> None:
    fake.fault = fault
    well, said = await look_at(meilisearch, database)
    assert not well
    assert ADVICE[fault] in said
    assert said.endswith("Postgres searches until then.")
    assert KEY not in said
