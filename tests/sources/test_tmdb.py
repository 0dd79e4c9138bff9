"""TMDB: films and series become movies."""

import pytest

from app.catalog.candidates import Cover, Identifier, MovieFacts, SourceRating
from app.kit.outbound import Outbound
from app.sources.errors import SourceDown
from app.sources.source import Source
from app.sources.tmdb import Tmdb, candidate_of_movie, candidate_of_series
from tests.sources.conftest import settings_for
from tests.sources.fixture import fixture
from tests.sources.stub import Stub, reply


def test_a_film_has_all_its_facts() -> None:
    film = candidate_of_movie(fixture("tmdb_movie"))
    assert film is not None
    assert (film.external_id, film.type, film.title) == ("movie/438631", "movie", "Dune")
    assert film.original_title == "Dune: Part One"
    assert film.creators == ("Denis Villeneuve",)
    assert film.facts == MovieFacts(
        kind="film", directors=("Denis Villeneuve",), runtime_minutes=155, countries=("US",)
    )
    assert film.released is not None
    assert (film.released.value.isoformat(), film.released.precision) == ("2021-09-15", "day")
    assert film.genres == ("Science Fiction", "Adventure")
    assert film.cover == Cover(provider="tmdb", key="ownPoster.jpg")
    assert film.url == "https://www.themoviedb.org/movie/438631"
    assert film.rating == SourceRating(value=7.784, scale=10, votes=13000)
    assert set(film.identifiers) == {
        Identifier(scheme="tmdb", value="438631", kind="movie"),
        Identifier(scheme="imdb", value="tt1160419", kind="movie"),
        Identifier(scheme="wikidata", value="Q60834962"),
    }


def test_a_series_has_all_its_facts() -> None:
    series = candidate_of_series(fixture("tmdb_tv"))
    assert series is not None
    assert (series.external_id, series.title) == ("tv/90228", "Dune: Prophecy")
    assert series.creators == ("Alison Schapker",)
    assert series.facts == MovieFacts(kind="series", runtime_minutes=55, seasons=1, episodes=6, countries=("US",))
    assert set(series.identifiers) == {
        Identifier(scheme="tmdb", value="90228", kind="tv"),
        Identifier(scheme="imdb", value="tt10466872", kind="tv"),
        Identifier(scheme="wikidata", value="Q64826345"),
        Identifier(scheme="tvdb", value="367146", kind="tv"),
    }


async def test_a_search_keeps_films_and_series_and_drops_people(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, fixture("tmdb_search_multi"))
    found = await sources["tmdb"].search("dune", None, 3)
    assert [each.external_id for each in found] == ["movie/438631", "tv/90228", "movie/841"]
    film, series, _ = found
    assert (film.description, film.cover, film.released, film.rating) == (None, None, None, None)
    assert film.genres == ("Science Fiction", "Adventure")
    assert series.language == "zh"
    asked = stub.heard[0]
    assert (asked.path, asked.query["query"], asked.query["page"]) == ("/3/search/multi", "dune", "3")
    assert asked.query["include_adult"] == "false"


async def test_a_short_key_is_a_parameter_and_a_long_token_a_header(outbound: Outbound, stub: Stub) -> None:
    stub.says(200, {"results": []})
    for key in ("0123456789abcdef0123456789abcdef", "eyJhbGciOi.eyJhdWQi.c2ln"):
        await Tmdb(settings_for(stub.url, tmdb_key=key), outbound).search("dune")
    short, long = stub.heard
    assert short.query["api_key"] == "0123456789abcdef0123456789abcdef"
    assert "authorization" not in short.headers
    assert long.headers["authorization"] == "Bearer eyJhbGciOi.eyJhdWQi.c2ln"
    assert "eyJ" not in long.target


@pytest.mark.parametrize(
    ("external_id", "path", "answer"),
    [("movie/438631", "/3/movie/438631", "tmdb_movie"), ("tv/90228", "/3/tv/90228", "tmdb_tv")],
)
async def test_one_work_is_fetched_by_its_id(
    sources: dict[str, Source], stub: Stub, external_id: str, path: str, answer: str
) -> None:
    stub.says(200, fixture(answer))
    assert (await sources["tmdb"].fetch(external_id)).external_id == external_id
    assert stub.heard[0].path == path


async def test_a_short_pause_is_sat_out(sources: dict[str, Source], stub: Stub) -> None:
    pause = reply(429, {"status_code": 25}, retry_after="1")
    stub.answers(lambda _: pause if len(stub.heard) == 1 else reply(200, {"results": []}))
    assert await sources["tmdb"].search("dune") == []


async def test_a_long_pause_is_reported_with_its_end(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(429, {"status_code": 25, "status_message": "Too many."}, retry_after="30")
    with pytest.raises(SourceDown) as down:
        await sources["tmdb"].search("dune")
    assert down.value.kind == "rate_limited"
    assert str(down.value).startswith("TMDB asked us to wait until ")
    assert len(stub.heard) == 1
