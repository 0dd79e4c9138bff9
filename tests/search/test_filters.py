"""What every catalog search engine does with filters, sorts and facets."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.catalog.models import MediaItem
from app.kit.db import Database
from app.kit.ids import UUID
from app.library.models import UserItemState
from app.search.contract import FACET_MAX, MARKS, SORTS, CatalogSearch, Question
from tests.search.conftest import Ask, Store
from tests.search.works import book, game, movie, music

Keep = Callable[..., Awaitable[UUID]]

SHELF = (
    book(
        "Dune",
        "Frank Herbert",
        1965,
        0.9,
        genres=("Science Fiction", "Classics"),
        sources=("open_library",),
        rating=8.4,
    ),
    book(
        "Dune Messiah", "Frank Herbert", 1969, 0.5, genres=("Science Fiction",), sources=("open_library",), rating=7.0
    ),
    movie(
        "Dune",
        "Denis Villeneuve",
        2021,
        0.8,
        genres=("Science fiction", "Drama"),
        sources=("tmdb", "wikidata"),
        rating=7.8,
    ),
    movie("Dune", "David Lynch", 1984, 0.5, genres=("Sci-Fi",), sources=("tmdb",), rating=6.2),
    game("Dune II", "Westwood Studios", 1992, 0.3, genres=("Strategy",), sources=("igdb",)),
    music("Dune", "Klaus Schulze", 1979, 0.2, genres=("Electronic",), sources=("musicbrainz",)),
    book(
        "The Left Hand of Darkness",
        "Ursula K. Le Guin",
        1969,
        0.7,
        genres=("Science Fiction",),
        sources=("open_library",),
        rating=8.1,
    ),
    book("Earthsea", "Ursula K. Le Guin", 1968, 0.65, genres=("Fantasy",), sources=("google_books",), rating=8.0),
    book("Le Guin: a life", "Somebody Else", None, 0.1, sources=("google_books",)),
)


@pytest.fixture
async def shelf(engine: CatalogSearch, store: Store) -> CatalogSearch:
    await store(SHELF)
    return engine


@pytest.fixture
def keep(database: Database) -> Keep:
    """Somebody new, with marks on what has these titles."""

    async def keep(name: str, **titles: str) -> UUID:
        async with database.session() as session:
            viewer = User(name=name, email=f"{name.lower()}@example.org", password_hash="x")
            session.add(viewer)
            await session.flush()
            for title, status in titles.items():
                found = await session.scalars(select(MediaItem.id).where(MediaItem.title == title.replace("_", " ")))
                session.add_all(UserItemState(user_id=viewer.id, item_id=id_, status=status) for id_ in found)
            return viewer.id

    return keep


async def test_a_source_keeps_what_it_told_of(shelf: CatalogSearch, ask: Ask) -> None:
    assert await ask("dune", source="open_library") == ["Dune", "Dune Messiah"]
    assert await ask("", source="google_books") == ["Earthsea", "Le Guin: a life"]
    assert await ask("dune", source="wikidata") == ["Dune"]
    assert await ask("dune", source="steam") == []
    assert await ask("", source="Nobody's") == []


async def test_a_tag_is_the_same_however_it_is_cased(shelf: CatalogSearch, ask: Ask) -> None:
    assert set(await ask("dune", tag="science fiction")) == {"Dune", "Dune Messiah"}
    assert (await shelf.search(Question(text="dune", tag="SCIENCE FICTION"))).total == 3
    assert await ask("", tag="fantasy") == ["Earthsea"]
    assert await ask("", tag="science") == []


async def test_years_may_be_open_at_either_end(shelf: CatalogSearch, ask: Ask) -> None:
    assert await ask("dune", years=(1965, 1965)) == ["Dune"]
    assert set(await ask("", years=(1968, 1969))) == {"The Left Hand of Darkness", "Earthsea", "Dune Messiah"}
    assert await ask("", years=(1985, None)) == ["Dune", "Dune II"]
    assert await ask("dune", years=(None, 1969)) == ["Dune", "Dune Messiah"]
    assert await ask("", years=(1801, 1850)) == []
    assert await ask("", years=(1990, 1965)) == []
    assert "Le Guin: a life" not in await ask("", years=(None, 9999))


async def test_by_looks_among_the_creators_only(shelf: CatalogSearch, ask: Ask) -> None:
    assert await ask("", by="le guin") == ["The Left Hand of Darkness", "Earthsea"]
    assert await ask("", by="guin ursula") == ["The Left Hand of Darkness", "Earthsea"]
    assert await ask("", by="LE GÜIN") == ["The Left Hand of Darkness", "Earthsea"]
    assert await ask("dune", by="lynch") == ["Dune"]
    assert await ask("dune", by="nobody") == []


async def test_the_last_word_of_by_may_be_unfinished(shelf: CatalogSearch, ask: Ask) -> None:
    assert await ask("dune", by="herb") == ["Dune", "Dune Messiah"]
    assert await ask("", by="le gu") == ["The Left Hand of Darkness", "Earthsea"]


async def test_filters_add_up(shelf: CatalogSearch, ask: Ask) -> None:
    assert await ask("dune", type="movie", tag="drama", source="tmdb", years=(2000, None), by="villeneuve") == ["Dune"]
    assert await ask("dune", type="book", tag="drama") == []


async def test_a_mark_is_the_viewer_s_own(shelf: CatalogSearch, ask: Ask, keep: Keep) -> None:
    alice = await keep("Alice", Dune="done", Earthsea="wanted")
    bob = await keep("Bob", Dune_II="active")
    assert await ask("", mark="library", viewer=bob) == ["Dune II"]
    assert await ask("", mark="wanted", viewer=alice) == ["Earthsea"]
    assert await ask("dune", mark="wanted", viewer=alice) == []
    assert (await shelf.search(Question(text="dune", mark="done", viewer=alice))).total == 4
    assert await ask("dune", mark="library", viewer=alice, type="music") == ["Dune"]
    assert await ask("", mark="library", viewer=alice, tag="fantasy") == ["Earthsea"]
    assert await ask("dune", mark="library") == []


async def test_a_mark_counts_at_once(shelf: CatalogSearch, ask: Ask, keep: Keep) -> None:
    assert await ask("earthsea", mark="paused", viewer=await keep("Alice", Earthsea="paused")) == ["Earthsea"]


async def test_newest_first_and_what_has_no_year_last(shelf: CatalogSearch, ask: Ask) -> None:
    found = await ask("", sort="newest")
    assert found[:4] == ["Dune", "Dune II", "Dune", "Dune"]
    assert found[-1] == "Le Guin: a life"
    answer = await shelf.search(Question(text="dune", sort="newest"))
    assert [hit.year for hit in answer.hits] == [2021, 1992, 1984, 1979, 1969, 1965]


async def test_the_best_rated_first_and_what_nobody_rated_last(shelf: CatalogSearch, ask: Ask) -> None:
    assert (await ask("", sort="rating"))[:3] == ["Dune", "The Left Hand of Darkness", "Earthsea"]
    assert await ask("dune", sort="rating", type="book") == ["Dune", "Dune Messiah"]
    assert (await ask("dune", sort="rating"))[-2:] == ["Dune II", "Dune"]


async def test_titles_are_sorted_without_their_article(shelf: CatalogSearch, ask: Ask) -> None:
    found = await ask("", sort="title", type="book")
    assert found == ["Dune", "Dune Messiah", "Earthsea", "Le Guin: a life", "The Left Hand of Darkness"] or found == [
        "Dune",
        "Dune Messiah",
        "Earthsea",
        "The Left Hand of Darkness",
        "Le Guin: a life",
    ]
    assert (await ask("guin", sort="title", by="guin")) == ["Earthsea", "The Left Hand of Darkness"]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["", "story", "st"])
async def test_every_sort_gives_every_hit_once(engine: CatalogSearch, store: Store, sort: str, text: str) -> None:
    await store(
        book(f"Story {n % 5}", "Erich Segal", 1970 + n % 3, (n % 2) / 10, rating=float(n % 3), sources=("tmdb",))
        for n in range(60)
    )
    for more in ({}, {"tag": ""}, {"source": "tmdb"}, {"years": (1960, None)}, {"type": "book"}):
        seen: list[UUID] = []
        for page in range(1, 7):
            answer = await engine.search(Question(text=text, sort=sort, page=page, per_page=10, **more))  # type: ignore[arg-type]
            assert (answer.total, answer.pages) == (60, 6)
            seen += [hit.id for hit in answer.hits]
        assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("sort", SORTS)
async def test_equal_hits_come_by_popularity_then_title_then_id(engine: CatalogSearch, store: Store, sort: str) -> None:
    await store([book("Hamlet", f"Editor {n}", 1900, 0.2) for n in range(5)] + [book("Hamlet", "Folio", 1900, 0.9)])
    for text in ("hamlet", ""):
        answer = await engine.search(Question(text=text, sort=sort))  # type: ignore[arg-type]
        assert answer.hits[0].creators == ["Folio"]
        assert [hit.id for hit in answer.hits[1:]] == sorted(hit.id for hit in answer.hits[1:])


async def test_facets_count_what_a_filter_would_leave(shelf: CatalogSearch, keep: Keep) -> None:
    alice = await keep("Alice", Dune="done", Dune_II="wanted", Earthsea="done")
    facets = (await shelf.search(Question(text="dune", viewer=alice))).facets
    assert facets.types == {"book": 2, "movie": 2, "game": 1, "music": 1}
    assert facets.sources == {"open_library": 2, "tmdb": 2, "wikidata": 1, "igdb": 1, "musicbrainz": 1}
    assert sum(n for tag, n in facets.tags.items() if tag.lower() == "science fiction") == 3
    assert facets.decades == {1960: 2, 2020: 1, 1980: 1, 1990: 1, 1970: 1}
    assert facets.marks == {"library": 5, "done": 4, "wanted": 1}
    assert set(facets.marks) <= set(MARKS)


async def test_facets_of_nothing_typed(shelf: CatalogSearch) -> None:
    facets = (await shelf.search(Question(text=""))).facets
    assert facets.types == {"book": 5, "movie": 2, "game": 1, "music": 1}
    assert facets.sources["google_books"] == 2
    assert facets.decades[1960] == 4
    assert facets.marks == {}


async def test_facets_keep_within_the_other_filters(shelf: CatalogSearch) -> None:
    facets = (await shelf.search(Question(text="dune", type="movie"))).facets
    assert facets.types == {"book": 2, "movie": 2, "game": 1, "music": 1}
    assert facets.sources == {"tmdb": 2, "wikidata": 1}
    assert facets.decades == {2020: 1, 1980: 1}
    facets = (await shelf.search(Question(text="dune", source="tmdb"))).facets
    assert facets.types == {"movie": 2}


async def test_a_facet_holds_the_most_frequent_values(engine: CatalogSearch, store: Store) -> None:
    await store(book("Story", "Someone", genres=tuple(f"Kind {k}" for k in range(n + 1))) for n in range(16))
    tags = (await engine.search(Question(text="story"))).facets.tags
    assert len(tags) == FACET_MAX
    assert list(tags.values()) == sorted(tags.values(), reverse=True)
    assert tags["Kind 0"] == 16


async def test_filters_hold_when_words_are_mended_or_left_out(shelf: CatalogSearch, ask: Ask) -> None:
    assert await ask("dnue", source="igdb") == ["Dune II"]
    assert await ask("dune unabridged", by="lynch") == ["Dune"]
    assert await ask("the xqzvbn", by="lynch") == await ask("the xqzvbn") == []
    assert await ask("d", by="lynch") == await ask("du", by="lynch", type="movie") == ["Dune"]
    assert await ask("dune", years=(1992, 1992), type="game") == ["Dune II"]


@pytest.mark.parametrize("odd", ["", " ", "\x00", "'", '"; DROP', "\\", "東京", "a" * 500, "#=", "*", "( & | !"])
async def test_whatever_a_filter_says_gets_an_answer(shelf: CatalogSearch, odd: str) -> None:
    for text in ("", "dune"):
        for more in ({"by": odd}, {"tag": odd}, {"source": odd}):
            assert (await shelf.search(Question(text=text, **more))).engine  # type: ignore[arg-type]


async def test_filters_and_sorts_survive_a_rebuild(shelf: CatalogSearch, ask: Ask) -> None:
    asked: tuple[dict[str, object], ...] = (
        {"by": "guin"},
        {"tag": "fantasy"},
        {"source": "tmdb"},
        {"years": (1965, 1969)},
        {"sort": "rating"},
        {"sort": "newest"},
        {"sort": "title"},
    )
    before = [await ask("", **more) for more in asked]
    await shelf.rebuild()
    assert [await ask("", **more) for more in asked] == before
