"""TVmaze: shows become series."""

import pytest

from app.catalog.candidates import Cover, Identifier, MovieFacts
from app.kit import clock
from app.sources.errors import SourceDown
from app.sources.source import Source
from app.sources.tvmaze import candidate_of_show
from tests.sources.fixture import fixture
from tests.sources.stub import Stub


def test_a_show_is_a_series_with_all_its_facts() -> None:
    show = candidate_of_show(fixture("tvmaze_show"))
    assert show is not None
    assert (show.source, show.external_id, show.type, show.title) == ("tvmaze", "67", "movie", "Dune: Prophecy")
    assert show.facts == MovieFacts(
        kind="series", runtime_minutes=60, seasons=2, episodes=14, countries=("US", "CA")
    )  # season 0 holds specials
    assert show.creators == ("Diane Ademu-John",)
    assert (show.year, show.language, show.description) == (2024, "en", "Sisters & sand.")
    assert show.cover == Cover(provider="tvmaze", key="542/1356071.jpg")
    assert show.url == "https://www.tvmaze.com/shows/67/dune-prophecy"
    assert (show.rating, show.popularity) == (None, 0.96)
    assert set(show.identifiers) == {
        Identifier(scheme="tvmaze", value="67"),
        Identifier(scheme="imdb", value="tt10466872", kind="tv"),
        Identifier(scheme="tvdb", value="367118", kind="tv"),
    }


def test_a_show_of_which_little_is_known() -> None:
    bare = dict.fromkeys(fixture("tvmaze_show")) | {"id": 7, "name": "Girls", "averageRuntime": 30}
    show = candidate_of_show(bare)
    assert show is not None
    assert show.facts == MovieFacts(kind="series", runtime_minutes=30)
    assert (show.cover, show.language, show.popularity) == (None, None, 0)


def test_episodes_are_counted_only_where_every_season_says_how_many() -> None:
    show = candidate_of_show({"id": 7, "name": "X", "_embedded": {"seasons": [{"number": 1}, {"number": 2}]}})
    assert show is not None
    assert show.facts == MovieFacts(kind="series", seasons=2)


async def test_a_search_has_one_page(sources: dict[str, Source], stub: Stub) -> None:
    show = fixture("tvmaze_show")
    stub.says(200, [{"score": 0.9, "show": show}, {"score": 0.8, "show": None}, {"score": 0.7, "show": show}])
    assert [each.title for each in await sources["tvmaze"].search("dune")] == ["Dune: Prophecy"]
    assert (stub.heard[0].path, stub.heard[0].query) == ("/tvmaze/search/shows", {"q": "dune"})
    assert await sources["tvmaze"].search("dune", None, 2) == []
    assert len(stub.heard) == 1


async def test_a_show_is_fetched_with_its_seasons_and_crew(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, fixture("tvmaze_show"))
    assert (await sources["tvmaze"].fetch("67")).title == "Dune: Prophecy"
    assert stub.heard[0].path == "/tvmaze/shows/67"
    assert "seasons" in stub.heard[0].target
    assert "crew" in stub.heard[0].target


async def test_an_empty_page_is_not_found(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(404, b"")
    with pytest.raises(SourceDown) as down:
        await sources["tvmaze"].fetch("67")
    assert down.value.kind == "not_found"


async def test_after_too_much_a_short_rest_is_enough(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(429, b"")
    with pytest.raises(SourceDown) as down:
        await sources["tvmaze"].search("dune")
    assert down.value.kind == "rate_limited"
    assert down.value.until is not None
    assert (down.value.until - clock.now()).total_seconds() <= 2
