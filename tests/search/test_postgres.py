"""What only the Postgres engine has: a vocabulary that counts, a head, statements, a rebuild beside."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text, update

from app.catalog.models import MediaItem
from app.kit.db import Database
from app.kit.ids import UUID
from app.search.contract import SORTS, Question
from app.search.models import SearchChange, SearchDocument, SearchWord
from app.search.postgres import PostgresSearch
from tests.search.conftest import Ask, Store
from tests.search.works import WORKS, Work, book

COUNTED = text("""
SELECT word, count(*) FROM (
  SELECT unnest(tsvector_to_array(lexemes) || ('#' || type)) AS word FROM search_documents
) AS words WHERE word NOT LIKE '#:%' GROUP BY word
""")


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[PostgresSearch]:
    engine = PostgresSearch(database, connections=6)
    yield engine
    await engine.close()


async def vocabulary(database: Database) -> tuple[dict[str, int], dict[str, int]]:
    """As kept, and as counted afresh."""
    async with database.session() as session:
        kept = {row.word: row.documents for row in await session.execute(select(SearchWord.__table__))}
        return kept, {row[0]: row[1] for row in await session.execute(COUNTED)}


async def all_ids(database: Database) -> list[UUID]:
    async with database.session() as session:
        return list(await session.scalars(select(MediaItem.id)))


async def test_the_vocabulary_counts_what_is_there(engine: PostgresSearch, store: Store, database: Database) -> None:
    await store(WORKS)
    ids = await all_ids(database)
    await engine.remove(ids[::3])
    await engine.index(ids[::6])
    async with database.session() as session:
        await session.execute(update(MediaItem).where(MediaItem.type == "book").values(title="A Better Title"))
    await engine.index(ids)
    kept, counted = await vocabulary(database)
    assert kept == counted
    await engine.remove(ids)
    assert await vocabulary(database) == ({}, {})


async def test_counts_stay_right_when_many_index_at_once(
    engine: PostgresSearch, store: Store, database: Database
) -> None:
    await store(WORKS)
    ids = await all_ids(database)

    async def change(n: int) -> None:
        async with database.session() as session:
            await session.execute(update(MediaItem).where(MediaItem.id == ids[n]).values(title=f"Dune {n}"))
        await engine.index(ids[n : n + 20])

    await asyncio.gather(
        *(change(n) for n in range(0, 60, 5)),
        *(engine.remove(ids[n : n + 10]) for n in range(0, 100, 10)),
        *(engine.index(list(reversed(ids))) for _ in range(3)),
    )
    await engine.index(ids)
    kept, counted = await vocabulary(database)
    assert kept == counted


async def test_an_index_and_a_rebuild_at_once_lose_nothing(
    engine: PostgresSearch, store: Store, database: Database
) -> None:
    await store(WORKS)
    ids = await all_ids(database)
    seen: list[int] = []
    rebuilt = asyncio.Event()

    async def look() -> None:
        while not rebuilt.is_set():
            seen.append((await engine.search(Question(text="dune"))).total)

    async def change() -> None:
        for n in range(40):
            async with database.session() as session:
                await session.execute(update(MediaItem).where(MediaItem.id == ids[-n]).values(title=f"Renamed {n}"))
            await engine.index([ids[-n]])

    async def rebuild() -> None:
        await asyncio.gather(engine.rebuild(), engine.rebuild())
        rebuilt.set()

    await asyncio.gather(look(), change(), rebuild())
    assert seen
    assert min(seen) > 0
    kept, counted = await vocabulary(database)
    assert kept == counted
    assert (await engine.search(Question(text="renamed"))).total == 40
    async with database.session() as session:
        assert (await session.scalars(select(SearchChange.item_id))).all() == []


async def test_a_rebuild_mends_a_vocabulary_that_went_wrong(
    engine: PostgresSearch, store: Store, database: Database
) -> None:
    await store(WORKS)
    async with database.session() as session:
        await session.execute(update(SearchWord).values(documents=7))
        await session.execute(text("DELETE FROM search_documents WHERE type = 'game'"))
    assert await engine.rebuild() == len(WORKS)
    kept, counted = await vocabulary(database)
    assert kept == counted


SHAPE = text("""
SELECT c.relname, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid::regclass::text LIKE 'search_%'
UNION ALL
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid::regclass::text LIKE 'search_%' AND contype IN ('p', 'c')
UNION ALL
SELECT attrelid::regclass || '.' || attname, format_type(atttypid, atttypmod) || attnotnull FROM pg_attribute
WHERE attrelid::regclass::text IN ('search_documents', 'search_words') AND attnum > 0
ORDER BY 1, 2
""")


async def test_a_rebuild_leaves_the_tables_as_the_migration_made_them(
    engine: PostgresSearch, database: Database
) -> None:
    async with database.session() as session:
        before = (await session.execute(SHAPE)).all()
    await engine.rebuild()
    async with database.session() as session:
        assert (await session.execute(SHAPE)).all() == before
        assert before


@pytest.mark.parametrize("words", ["", "dune", "the", "godfathr", "zzzz", "matirx relaoded nothing like it", "a b c"])
async def test_a_search_sends_few_statements(database: Database, store: Store, words: str) -> None:
    await store(WORKS)
    sent: list[str] = []
    engine = PostgresSearch(database, watch=sent.append)
    await engine.search(Question(text="dun messiha"))  # a new connection first learns some types
    sent.clear()
    await engine.search(Question(text=words))
    await engine.close()
    assert 1 <= len(sent) <= 6


async def test_common_words_ask_the_most_popular_first(
    engine: PostgresSearch, store: Store, database: Database
) -> None:
    """With 4,500 stories and a head of 60 the total is what the head has, and said to be more."""
    await store([book(f"Story of {n}", "Someone", 1900, n / 5000) for n in range(4_500)])
    async with database.session() as session:
        await session.execute(update(SearchDocument).values(head=SearchDocument.popularity >= 0.888))
    answer = await engine.search(Question(text="story"))
    assert (answer.total, answer.total_is_exact, answer.pages) == (60, False, 3)
    assert answer.hits[0].title == "Story of 4499"
    whole = await engine.search(Question(text="story", type="movie"))
    assert (whole.total, whole.total_is_exact) == (0, True)
    assert whole.facets.types == {"book": 4_500}


async def test_the_commonest_words_ask_the_top_of_the_head(
    engine: PostgresSearch, store: Store, database: Database
) -> None:
    """The vocabulary says 40,000, the head has 60 and the top 30."""
    await store([book(f"Story of {n}", "Someone", 1900, n / 100, genres=("Fiction",)) for n in range(100)])
    async with database.session() as session:
        popularity = SearchDocument.popularity
        await session.execute(update(SearchDocument).values(head=popularity >= 0.395, top=popularity >= 0.695))
        await session.execute(
            update(SearchWord).where(SearchWord.word.in_(("story", "#=fiction"))).values(documents=40_000)
        )
    for question in (Question(text="story"), Question(text="", tag="fiction"), Question(text="story", tag="fiction")):
        answer = await engine.search(question)
        assert (answer.total, answer.total_is_exact, answer.hits[0].title) == (30, False, "Story of 99")
        assert answer.facets.tags == {"Fiction": 30}
    async with database.session() as session:
        await session.execute(update(SearchDocument).values(top=popularity >= 0.895))
    assert (await engine.search(Question(text="story"))).total == 60
    newest = await engine.search(Question(text="story", sort="newest"))
    assert (newest.total, newest.total_is_exact) == (60, False)


async def test_a_common_type_is_sorted_as_a_rare_one_is(
    engine: PostgresSearch, store: Store, database: Database
) -> None:
    await store(WORKS)
    for sort in SORTS:
        rare = await engine.search(Question(text="", type="book", sort=sort))
        async with database.session() as session:
            await session.execute(update(SearchWord).where(SearchWord.word == "#book").values(documents=40_000))
        common = await engine.search(Question(text="", type="book", sort=sort))
        assert [hit.id for hit in common.hits] == [hit.id for hit in rare.hits]
        await engine.rebuild()


async def test_searches_during_a_rebuild_are_never_empty(
    engine: PostgresSearch, store: Store, database: Database
) -> None:
    """Whatever is asked, by two at once; and what changed meanwhile is in the new index."""
    await store(WORKS)
    ids = await all_ids(database)
    questions = (Question(text=""), Question(text="dune"), Question(text="", years=(1950, 2000)), Question(text="duen"))
    totals: list[int] = []
    rebuilding = asyncio.Event()

    async def look() -> None:
        while not rebuilding.is_set():
            totals.extend([(await engine.search(question)).total for question in questions])

    async def rebuild() -> None:
        for n in range(3):
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(engine.rebuild())
                async with database.session() as session:
                    await session.execute(
                        update(MediaItem).where(MediaItem.id == ids[n]).values(title=f"Meanwhile {n}")
                    )
                await engine.index([ids[n]])
        rebuilding.set()

    await asyncio.gather(look(), look(), rebuild())
    assert totals
    assert min(totals) > 0
    assert (await engine.search(Question(text="meanwhile"))).total == 3


async def test_an_engine_without_its_database_is_not_healthy() -> None:
    gone = Database("postgresql+asyncpg://nobody@/nothing?host=/nowhere")
    engine = PostgresSearch(gone)
    healthy = await engine.healthy()
    await engine.close()
    await gone.close()
    assert not healthy


async def test_a_closed_engine_opens_again_when_asked(engine: PostgresSearch) -> None:
    assert await engine.healthy()
    await engine.close()
    await engine.close()
    assert await engine.healthy()


async def test_a_lost_connection_is_replaced(engine: PostgresSearch, database: Database) -> None:
    await engine.search(Question(text="dune"))
    async with database.session() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"  # and waits for it
                " WHERE application_name = 'tastebuds search'"
            )
        )
    await asyncio.sleep(0.1)
    assert (await engine.search(Question(text="dune"))).hits == []


async def test_a_work_by_who_was_named_comes_before_an_unknown_one_called_so(
    engine: PostgresSearch, store: Store, ask: Ask
) -> None:
    await store([book("Toliver", "Someone", 1990, 0.05), book("A Long Journey", "Toliver", 1954, 0.9)])
    assert await ask("toliver") == ["A Long Journey", "Toliver"]


async def test_a_series_and_a_number_find_that_volume(engine: PostgresSearch, store: Store, ask: Ask) -> None:
    second = Work("book", "The Silver Gate", ("Ada Vane",), 1991, 0.3, series="The Lantern Road #2")
    others = [Work("book", f"Lantern Road Tales {n} of 2", ("Ada Vane",), 1999, 0.4) for n in range(3)]
    await store([*others, second])
    for text_ in ("lantern road 2", "the lantern road ii", "Lantern Road two"):
        assert (await ask(text_))[0] == "The Silver Gate"


async def test_words_typed_apart_are_not_one_word_cut_short(engine: PostgresSearch, store: Store, ask: Ask) -> None:
    await store([book("Braven", "Someone", 2018, 0.3), book("Brave New Worlds", "Someone Else", 1932, 0.7)])
    assert (await ask("brave n"))[0] == "Brave New Worlds"
    assert (await ask("braven"))[0] == "Braven"


async def test_a_beginning_of_little_may_have_been_a_slip(engine: PostgresSearch, store: Store, ask: Ask) -> None:
    await store([book("Dune", "Frank Herbert", 1965, 0.9), book("Duendes", "Someone", 2001, 0.05)])
    assert await ask("duen") == ["Dune", "Duendes"]
    assert await ask("duend") == ["Duendes"]


async def test_a_part_of_an_original_title_counts_as_of_the_title(
    engine: PostgresSearch, store: Store, ask: Ask
) -> None:
    spirited = Work("movie", "Spirited Away", ("Hayao Miyazaki",), 2001, 0.9, original_title="千と千尋の神隠し")
    await store([Work("music", "千尋の歌", ("Someone",), 2001, 0.1), spirited])
    assert (await ask("千尋"))[0] == "Spirited Away"


async def test_a_letter_alone_is_a_first_word_before_it_is_a_beginning(
    engine: PostgresSearch, store: Store, ask: Ask
) -> None:
    await store([book("Y: The Last Man", "Someone", 2002, 0.4), book("Yesterday", "Someone", 1965, 0.6)])
    await store([book("X & Y", "Someone", 2005, 0.6)])
    assert await ask("y") == ["Y: The Last Man", "Yesterday", "X & Y"]


async def test_a_beginning_of_little_is_not_another_beginning(engine: PostgresSearch, store: Store, ask: Ask) -> None:
    await store([book("Kids", "Someone", 2007, 0.9), book("Midsommar", "Someone", 2019, 0.3)])
    assert await ask("mids") == ["Midsommar"]
