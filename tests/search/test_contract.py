"""What every catalog search engine does."""

from collections.abc import Sequence

import pytest
from sqlalchemy import delete, select, update

from app.catalog.models import BookItem, MediaItem
from app.kit.db import Database
from app.kit.ids import UUID, new_id
from app.search.contract import PAGES_MAX, CatalogSearch, Question
from tests.search.conftest import Ask, Store
from tests.search.works import Work, book, game, movie


async def ids_of(database: Database, title: str) -> Sequence[UUID]:
    async with database.session() as session:
        return (await session.scalars(select(MediaItem.id).where(MediaItem.title == title))).all()


async def test_an_empty_catalog_has_no_hits(engine: CatalogSearch) -> None:
    for text in ("", "dune", "the", "d"):
        answer = await engine.search(Question(text=text))
        nothing: tuple[object, ...] = ([], 0, True, {}, 0)
        assert (answer.hits, answer.total, answer.total_is_exact, answer.facets.types, answer.pages) == nothing


async def test_a_hit_says_what_a_card_shows(engine: CatalogSearch, store: Store, database: Database) -> None:
    await store([book("Dune", "Frank Herbert", 1965, subtitle="A novel")])
    async with database.session() as session:
        await session.execute(
            update(MediaItem).values(description="Sand. " * 100, cover_provider="google_books", cover_key="abc")
        )
    hit = (await engine.search(Question(text="dune"))).hits[0]
    assert [hit.id] == await ids_of(database, "Dune")
    assert (hit.type, hit.title, hit.subtitle, hit.creators, hit.year) == (
        "book",
        "Dune",
        "A novel",
        ["Frank Herbert"],
        1965,
    )
    assert (hit.cover_provider, hit.cover_key) == ("google_books", "abc")
    assert hit.description is not None
    assert hit.description.startswith("Sand.")
    assert len(hit.description) == 240


async def test_a_hit_says_whether_it_is_a_film_or_a_series(engine: CatalogSearch, store: Store) -> None:
    await store([book("Dune", "Frank Herbert", 1965), movie("Dune", "David Lynch", 1984)])
    hits = (await engine.search(Question(text="dune"))).hits
    assert {(hit.type, hit.movie_kind) for hit in hits} == {("book", None), ("movie", "film")}


async def test_nothing_typed_gives_the_most_popular_first(catalog: CatalogSearch, ask: Ask) -> None:
    assert (await ask(""))[0] == "Harry Potter and the Philosopher's Stone"
    assert (await ask("   ", type="game"))[:1] == ["The Legend of Zelda: Breath of the Wild"]


async def test_nothing_typed_counts_everything(catalog: CatalogSearch) -> None:
    everything = await catalog.search(Question(text=""))
    games = await catalog.search(Question(text="", type="game"))
    assert everything.total == sum(everything.facets.types.values())
    assert games.total == games.facets.types["game"] == everything.facets.types["game"]


async def test_facets_stay_when_a_type_is_chosen(catalog: CatalogSearch) -> None:
    everything = await catalog.search(Question(text="godfather"))
    movies = await catalog.search(Question(text="godfather", type="movie"))
    assert everything.facets.types == movies.facets.types == {"book": 1, "movie": 3}
    assert (everything.total, movies.total) == (4, 3)
    assert {hit.type for hit in movies.hits} == {"movie"}


async def test_a_short_word_is_taken_as_it_is(catalog: CatalogSearch, ask: Ask) -> None:
    assert "Jaws" not in await ask("jav")
    assert "Ran" not in await ask("rna")


async def test_two_slips_are_forgiven_in_a_long_word_only(catalog: CatalogSearch, ask: Ask) -> None:
    assert (await ask("foundatin"))[0] == "Foundation"
    assert (await ask("fundatoin"))[0] == "Foundation"
    assert "Alien" not in await ask("elion")


async def test_a_slip_in_an_unfinished_word_is_forgiven(catalog: CatalogSearch, ask: Ask) -> None:
    assert "One Hundred Years of Solitude" in await ask("hundred years of soiltu")


async def test_numbers_are_not_mended(catalog: CatalogSearch, ask: Ask) -> None:
    assert "1984" not in await ask("1985")


async def test_all_words_come_before_some_words(catalog: CatalogSearch, ask: Ask) -> None:
    assert await ask("dune messiah") == ["Dune Messiah"]
    some = await ask("dune messiah unabridged")
    assert some[0] == "Dune Messiah"
    assert "Dune" in some


async def test_what_was_typed_beats_what_it_may_have_meant(engine: CatalogSearch, store: Store, ask: Ask) -> None:
    await store([movie("Alien", "Ridley Scott", 1979, 1.0), movie("Alian", "Nobody", 2001, 0.0)])
    assert (await ask("alian"))[0] == "Alian"


async def test_equal_hits_come_by_popularity_then_title_then_id(
    engine: CatalogSearch, store: Store, database: Database, ask: Ask
) -> None:
    await store([book("Hamlet", f"Editor {n}", 1900, 0.2) for n in range(5)] + [book("Hamlet", "Folio", 1900, 0.9)])
    answer = await engine.search(Question(text="hamlet"))
    assert answer.hits[0].creators == ["Folio"]
    assert [hit.id for hit in answer.hits[1:]] == sorted(hit.id for hit in answer.hits[1:])


@pytest.mark.parametrize("text", ["", "story", "st", "love story", "stroy"])
async def test_pages_hold_every_hit_once(engine: CatalogSearch, store: Store, text: str) -> None:
    await store([book(f"Love Story {n % 7}", "Erich Segal", 1970, (n % 3) / 10) for n in range(95)])
    seen: list[UUID] = []
    for page in range(1, 11):
        answer = await engine.search(Question(text=text, page=page, per_page=10))
        assert (answer.total, answer.pages, answer.page) == (95, 10, page)
        seen += [hit.id for hit in answer.hits]
    assert len(seen) == len(set(seen)) == 95


async def test_deep_pages_hold_every_hit_once(engine: CatalogSearch, store: Store) -> None:
    await store([book(f"Love Story {n % 40}", "Erich Segal", 1970, (n % 9) / 10) for n in range(600)])
    pages = [await engine.search(Question(text="love story", page=page)) for page in range(1, 31)]
    assert len({hit.id for answer in pages for hit in answer.hits}) == 600


async def test_no_page_is_beyond_the_last(engine: CatalogSearch, store: Store) -> None:
    await store([book(f"Story {n}", "Someone") for n in range(30)])
    for page in (3, 51, 10**9):
        answer = await engine.search(Question(text="story", page=page))
        assert answer.hits == []
        assert answer.total == 30
    assert (await engine.search(Question(text="story", page=-5))).page == 1
    assert len((await engine.search(Question(text="story", per_page=10**9))).hits) == 30
    assert answer.pages <= PAGES_MAX


async def test_a_changed_item_is_found_by_its_new_title_only(
    engine: CatalogSearch, store: Store, database: Database, ask: Ask
) -> None:
    await store([game("Prey", "Arkane Studios", 2017)])
    async with database.session() as session:
        await session.execute(update(MediaItem).values(title="Typhon Hunter"))
    await engine.index(await ids_of(database, "Typhon Hunter"))
    assert await ask("typhon") == ["Typhon Hunter"]
    assert await ask("prey") == []


async def test_an_item_that_is_gone_leaves_when_indexed(
    engine: CatalogSearch, store: Store, database: Database, ask: Ask
) -> None:
    await store([book("Emma", "Jane Austen", 1815), book("Persuasion", "Jane Austen", 1817)])
    (gone,) = await ids_of(database, "Emma")
    async with database.session() as session:
        await session.execute(delete(BookItem).where(BookItem.item_id == gone))
        await session.execute(delete(MediaItem).where(MediaItem.id == gone))
    assert await ask("emma") == []
    await engine.index([gone, new_id()])
    answer = await engine.search(Question(text="austen"))
    assert ([hit.title for hit in answer.hits], answer.total) == (["Persuasion"], 1)


async def test_a_removed_item_is_not_found_until_indexed_again(
    engine: CatalogSearch, store: Store, database: Database, ask: Ask
) -> None:
    await store([book("Emma", "Jane Austen", 1815), book("Persuasion", "Jane Austen", 1817)])
    ids = await ids_of(database, "Emma")
    await engine.remove(ids)
    await engine.remove(ids)
    assert await ask("emma") == []
    assert await ask("") == ["Persuasion"]
    await engine.index(ids)
    await engine.index([*ids, *ids])
    assert await ask("emma") == ["Emma"]


async def test_nothing_to_index_is_nothing_to_do(engine: CatalogSearch) -> None:
    await engine.index([])
    await engine.remove([])


async def test_a_rebuild_gives_the_same_answers(catalog: CatalogSearch, ask: Ask) -> None:
    questions = ("", "dune", "godfathr", "七人", "the", "kubrick", "1984")
    before = [await ask(question) for question in questions]
    assert await catalog.rebuild() == (await catalog.search(Question(text=""))).total
    assert [await ask(question) for question in questions] == before


async def test_an_engine_that_answers_is_healthy(catalog: CatalogSearch) -> None:
    assert await catalog.healthy()


HOSTILE = (
    "\x00",
    "du\x00ne",
    "a" * 10_000,
    "dune " * 2_000,
    " ".join(f"w{n}" for n in range(5_000)),
    "dune & | ! <-> :* ( ) '",
    "dune:*A & !herbert",
    "'; DROP TABLE media_items; --",
    "\\",
    "'\\''",
    "%",
    "_",
    "{}",
    "👩‍🚀🚀",
    "\ud83d",
    "\u202edune",
    "שלום עולם",
    "\u0301" * 100,
    "İıſß",
    "東" * 5_000,
    "𠀀𠀁",
    "\U0010ffff",
    "\n\t\r",
    "....",
    "1" * 300,
    "-1.5e308",
    "#book",
    "#1984",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_whatever_is_typed_gets_an_answer(catalog: CatalogSearch, text: str) -> None:
    answer = await catalog.search(Question(text=text))
    assert answer.engine


async def test_marks_of_direction_and_nul_do_not_hide_a_title(catalog: CatalogSearch, ask: Ask) -> None:
    assert (await ask("\u202edune"))[0] == "Dune"
    assert (await ask("du\x00ne"))[0] == "Dune"


async def test_titles_of_every_kind_can_be_stored(engine: CatalogSearch, store: Store, ask: Ask) -> None:
    titles = ["👾", "'\"\\", "a" * 500, "x " * 249, "!!!", "שלום", "🇫🇷 Été", "#book", "東" * 400]
    await store([Work("music", title, ()) for title in titles])
    for title in titles:
        assert title in await ask(title[:200]), title
