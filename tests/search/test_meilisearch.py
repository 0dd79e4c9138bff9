"""What is sent to Meilisearch, and what becomes of its answers. How well it finds is in test_contract.py."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from meilisearch_python_sdk.models.search import SearchParams
from sqlalchemy import delete, update

from app.catalog.models import BookItem, MediaItem
from app.kit.db import Database
from app.kit.ids import new_id
from app.search.contract import SORTS, Question
from app.search.errors import EngineDown, IndexMissing, Refused, Unacceptable
from app.search.meilisearch import UID, MeilisearchSearch
from app.search.talking import finish
from tests.search.conftest import Ask, Store
from tests.search.fake_meilisearch import KEY, FakeMeilisearch, Fault
from tests.search.openapi import FILE, published
from tests.search.test_contract import ids_of
from tests.search.works import WORKS, book, movie


@pytest.fixture
def fake() -> FakeMeilisearch:
    return FakeMeilisearch(published())


@pytest.fixture
async def engine(database: Database, fake: FakeMeilisearch) -> AsyncIterator[MeilisearchSearch]:
    engine = MeilisearchSearch(database, fake.client(), answer_wait=0.5)
    yield engine
    await engine.close()


async def test_every_request_is_as_meilisearch_published_it(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store, database: Database
) -> None:
    if fake.published is None:
        pytest.skip(f"no description of Meilisearch at {FILE} (TASTEBUDS_RECORDED)")
    await store(WORKS)
    everything = Question(
        text="dune",
        type="book",
        by="frank herb",
        tag="science fiction",
        source="tmdb",
        years=(1960, 1990),
        viewer=new_id(),
    )
    for question in (everything, Question(text=""), Question(text="dune keanu"), Question(text="a b c", type="game")):
        await engine.search(question)
    for sort in SORTS:
        await engine.search(Question(text="dune", sort=sort))
    await engine.remove(await ids_of(database, "Dune"))
    await engine.rebuild()
    assert await engine.healthy()
    assert {request.split("/")[-1] for request in fake.seen} >= {"multi-search", "swap-indexes", "settings", "stats"}


@pytest.mark.parametrize(
    ("more", "queries"),
    [
        ({}, 1),
        ({"type": "book"}, 2),  # the other types are counted beside it
        ({"viewer": new_id()}, 1),
        ({"viewer": new_id(), "type": "book"}, 2),
        ({"viewer": new_id(), "page": 30}, 2),  # far from the foremost, whose marks are counted
    ],
)
async def test_nothing_is_asked_that_another_query_tells(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store, more: dict[str, object], queries: int
) -> None:
    await store([book("Dune", "Frank Herbert"), movie("Dune", "David Lynch", 1984)])
    answer = await engine.search(Question(text="dune", **more))  # type: ignore[arg-type]
    assert len(fake.searched[0]["queries"]) == queries
    assert answer.facets.types == {"book": 1, "movie": 1}


async def test_a_page_among_those_whose_marks_are_counted_is_as_without_them(
    engine: MeilisearchSearch, store: Store
) -> None:
    await store([book(f"Dune {number}", "Frank Herbert") for number in range(7)])
    for page in (1, 2, 3, 4):
        of_nobody = Question(text="dune", page=page, per_page=3)
        assert await engine.search(of_nobody) == await engine.search(replace(of_nobody, viewer=new_id()))


async def test_a_wrong_request_would_be_noticed(fake: FakeMeilisearch) -> None:
    if fake.published is None:
        pytest.skip(f"no description of Meilisearch at {FILE} (TASTEBUDS_RECORDED)")
    client = fake.client()
    wrong = SearchParams(index_uid="a", q="b").model_copy(update={"matching_strategy": "most"})
    with pytest.raises(AssertionError, match="most"):
        await client.multi_search([wrong])
    with pytest.raises(AssertionError, match="knows no"):
        await client.http_client.get("indexes/a/stats?colour=red")
    with pytest.raises(AssertionError, match="there is no"):
        await client.http_client.get("indices/a")
    with pytest.raises(AssertionError, match="colour"):
        await client.http_client.patch("indexes/a/settings", json={"colour": "red"})
    await client.aclose()


async def test_settings_come_from_the_data(engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store) -> None:
    await store([book("Dune", "Frank Herbert")])
    told = fake.settings[UID]
    assert told["typoTolerance"]["minWordSizeForTypos"] == {"oneTypo": 4, "twoTypos": 8}
    assert told["typoTolerance"]["disableOnNumbers"] is True
    assert told["synonyms"]["2"] == ["ii", "two"]
    assert told["rankingRules"][-3:] == ["popularity:desc", "sort_title:asc", "id:asc"]


async def test_a_hit_is_shown_as_the_catalog_has_it_now(
    engine: MeilisearchSearch, store: Store, database: Database, ask: Ask
) -> None:
    await store([book("Dune", "Frank Herbert"), book("Dune Messiah", "Frank Herbert")])
    (gone,) = await ids_of(database, "Dune Messiah")
    async with database.session() as session:
        await session.execute(delete(BookItem).where(BookItem.item_id == gone))
        await session.execute(delete(MediaItem).where(MediaItem.id == gone))
        await session.execute(update(MediaItem).values(title="Dune, Revised"))
    assert await ask("dune") == ["Dune, Revised"]


async def test_filters_and_facets_arrive(engine: MeilisearchSearch, store: Store, database: Database) -> None:
    await store(
        [book("Dune", "Frank Herbert", 1965), movie("Dune", "David Lynch", 1984), book("Emma", "Jane Austen", 1815)]
    )
    async with database.session() as session:
        await session.execute(
            update(MediaItem).where(MediaItem.year < 1900).values(genres=["Science-Fiction", "Comedy"])
        )
    await engine.rebuild()
    dune = await engine.search(Question(text="dune", type="movie"))
    assert (dune.total, dune.facets.types, dune.facets.decades) == (1, {"book": 1, "movie": 1}, {1980: 1})
    emma = await engine.search(Question(text="", tag="science fiction"))
    assert ([hit.title for hit in emma.hits], emma.facets.tags) == (["Emma"], {"Science-Fiction": 1, "Comedy": 1})
    for more in ({"by": "lynch dav"}, {"years": (1970, None)}, {"years": (None, 1990), "type": "movie"}):
        assert [hit.year for hit in (await engine.search(Question(text="", **more))).hits] == [1984], more


@pytest.mark.parametrize("hostile", ['" OR type = book', "\\", '\\" OR "', "'", "a\nb", "IN [x]", "\x00", "\ud83d"])
async def test_no_filter_can_be_broken_out_of(engine: MeilisearchSearch, store: Store, hostile: str) -> None:
    await store([book("Emma", "Jane Austen", 1815)])
    answer = await engine.search(Question(text=hostile, by=hostile, tag=hostile, source=hostile))
    assert answer.hits == []


FAULTS: dict[Fault, str] = {
    "gone": "cannot be reached",
    "slow": "did not answer in time",
    "html": "cannot be reached",
    "garbage": "answered nonsense",
    "other shape": "answered nonsense",
    "locked": "correct MEILISEARCH_KEY",
    "overloaded": "too_many_search_requests",
    "refusing": "would not take",
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_way_to_fail_is_told_in_a_sentence_without_the_key(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    await store([book("Emma", "Jane Austen", 1815)])
    fake.fault = fault
    with caplog.at_level(logging.DEBUG), pytest.raises(EngineDown, match=FAULTS[fault]) as raised:
        await engine.search(Question(text="emma"))
    assert KEY not in str(raised.value)
    assert KEY not in caplog.text
    assert not await engine.healthy()


@pytest.mark.parametrize("ends_as", ["failed", "canceled"])
async def test_only_a_task_that_succeeded_is_done(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store, ends_as: str
) -> None:
    await store([book("Emma", "Jane Austen")])
    fake.ends_as = ends_as
    with pytest.raises(EngineDown):
        await store([book("Persuasion", "Jane Austen")])


async def test_a_task_that_never_ends_is_not_waited_for(fake: FakeMeilisearch) -> None:
    fake.ends_as = "processing"
    client = fake.client()
    task = await client.index("a").add_documents([{"id": "1"}])
    with pytest.raises(EngineDown, match="did not finish in time"):
        await finish(client, task, within=0.05)
    await client.aclose()


async def test_what_is_refused_keeps_nothing_else_out(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store, database: Database
) -> None:
    fake.refuses = lambda document: document["title"] == "emma"
    with pytest.raises(Refused) as raised:
        await store([*(book(f"Volume {n}", "Someone") for n in range(20)), book("Emma", "Jane Austen")])
    assert list(raised.value.reasons) == list(await ids_of(database, "Emma"))
    assert len(fake.titles()) == 20


async def test_without_its_index_there_is_no_answer(engine: MeilisearchSearch, fake: FakeMeilisearch) -> None:
    with pytest.raises(IndexMissing):
        await engine.search(Question(text="emma"))
    with pytest.raises(IndexMissing):
        await engine.take([new_id()])
    assert fake.indexes == {}  # one made by the way would have no settings


async def test_an_index_with_nothing_of_the_catalog_gives_no_answer(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store
) -> None:
    await store([book("Emma", "Jane Austen")])
    fake.indexes[UID].clear()
    with pytest.raises(IndexMissing):
        await engine.search(Question(text="emma"))


async def test_a_rebuild_leaves_no_moment_without_an_index_and_nothing_behind(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store, ask: Ask
) -> None:
    await store(WORKS)
    found: list[int] = []

    async def look() -> None:
        found.append(len(await ask("dune")))

    fake.before_task = look
    assert await engine.rebuild() == len(WORKS)
    assert len(found) >= 5
    assert set(found) == {found[0]}
    assert list(fake.indexes) == [UID]


async def test_what_changes_while_it_is_rebuilt_is_in_the_new_index(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store, database: Database, ask: Ask
) -> None:
    await store(WORKS)
    changed = asyncio.Event()

    async def change() -> None:
        if f"POST /indexes/{UID}_next/documents" in fake.seen and not changed.is_set():
            changed.set()
            async with database.session() as session:
                await session.execute(update(MediaItem).where(MediaItem.title == "Dune").values(title="Arrakis"))
            await engine.index(await ids_of(database, "Arrakis"))

    fake.before_task = change
    await engine.rebuild()
    assert changed.is_set()
    assert set(await ask("arrakis")) == {"Arrakis"}


async def test_two_rebuilds_wait_for_each_other(
    engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store, ask: Ask
) -> None:
    await store(WORKS)
    assert set(await asyncio.gather(engine.rebuild(), engine.rebuild())) == {len(WORKS)}
    assert fake.titles() == sorted(fake.titles())
    assert len(fake.titles()) == len(WORKS)


async def test_a_refusal_by_http_is_one_too(engine: MeilisearchSearch, fake: FakeMeilisearch, store: Store) -> None:
    await store([book("Emma", "Jane Austen")])
    fake.fault = "refusing"
    with pytest.raises(Unacceptable):
        await engine.search(Question(text="emma"))
