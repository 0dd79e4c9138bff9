"""Episodes: TVmaze tells them in one answer, TMDB a few seasons at a time; specials are left out."""

import datetime as dt

import pytest

from app.catalog.episodes import Episode
from app.sources import asking
from app.sources.errors import SourceDown
from app.sources.normalising import episode, listed
from app.sources.source import Source
from tests.sources.stub import Heard, Stub, reply

SHOW = [
    {"id": 1, "name": "Second", "season": 1, "number": 2, "airdate": "2024-11-24", "runtime": 60},
    {"id": 2, "name": "First", "season": 1, "number": 1, "airdate": "2024-11-17", "runtime": None},
    {"id": 3, "name": "A special", "season": 1, "number": None, "airdate": "2024-12-01"},
    {"id": 4, "name": "Again", "season": 1, "number": 2, "airdate": ""},
    {"id": 5, "name": None, "season": 2, "number": 1, "airdate": ""},
    None,
    "nothing",
]


def season(number: int, *aired: str) -> dict[str, object]:
    rows = [
        {"episode_number": place, "name": f"Part {place}", "air_date": day or None, "runtime": 47}
        for place, day in enumerate(aired, 1)
    ]
    return {"season_number": number, "episodes": rows}


async def test_tvmaze_tells_them_at_once(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, SHOW)
    assert await asking.episodes(sources["tvmaze"], "67") == [
        Episode(season=1, number=1, title="First", aired=dt.date(2024, 11, 17)),
        Episode(season=1, number=2, title="Second", aired=dt.date(2024, 11, 24), runtime_minutes=60),
        Episode(season=2, number=1),
    ]
    assert [heard.path for heard in stub.heard] == ["/tvmaze/shows/67/episodes"]


async def test_tmdb_is_asked_for_a_few_seasons_at_a_time(sources: dict[str, Source], stub: Stub) -> None:
    def answer(heard: Heard) -> bytes:
        parts = heard.query["append_to_response"].split(",")
        told = {part: season(int(part.partition("/")[2]), "2005-03-26", "") for part in parts if part != "season/8"}
        return reply(200, {"id": 1, "number_of_seasons": 7, "season/0": season(0, "2004-01-01")} | told)

    stub.answers(answer)
    found = await asking.episodes(sources["tmdb"], "tv/1")
    assert [(each.season, each.number) for each in found] == [(n, p) for n in range(1, 8) for p in (1, 2)]
    assert found[0] == Episode(season=1, number=1, title="Part 1", aired=dt.date(2005, 3, 26), runtime_minutes=47)
    assert [heard.query["append_to_response"] for heard in stub.heard] == [
        "season/1,season/2,season/3,season/4,season/5",
        "season/6,season/7,season/8,season/9,season/10",
    ]


async def test_tmdb_finds_a_series_by_its_imdb_id(sources: dict[str, Source], stub: Stub) -> None:
    found = {"movie_results": [], "tv_results": [{"id": 1438}]}
    whole = {"id": 1438, "number_of_seasons": 1, "season/1": season(1, "2002-06-02")}
    stub.answers(lambda heard: reply(200, found if "/find/" in heard.path else whole))
    assert len(await asking.episodes(sources["tmdb"], "imdb/tt0306414")) == 1
    assert [heard.path for heard in stub.heard] == ["/3/find/tt0306414", "/3/tv/1438"]


@pytest.mark.parametrize(
    ("source", "external_id"),
    [("tvmaze", "../67"), ("tmdb", "movie/1"), ("tmdb", "tv/one"), ("tmdb", "imdb/../x"), ("steam", "620")],
)
async def test_what_has_no_episodes_is_not_asked_for(
    sources: dict[str, Source], stub: Stub, source: str, external_id: str
) -> None:
    stub.says(200, [])
    with pytest.raises(SourceDown) as down:
        await asking.episodes(sources[source], external_id)
    assert (down.value.kind, stub.heard) == ("not_found", [])


@pytest.mark.parametrize("said", [{}, "x", None, 7])
async def test_what_is_no_list_cannot_be_read(sources: dict[str, Source], stub: Stub, said: object) -> None:
    stub.says(200, said)
    with pytest.raises(SourceDown) as down:
        await asking.episodes(sources["tvmaze"], "67")
    assert down.value.kind == "unreadable"


def test_of_many_thousand_the_first_are_kept() -> None:
    many = (episode(1, number, "x", "", None) for number in range(1, 9_000))
    assert len(listed(many)) == 5_000
    assert episode(1, 40_000, "x", "", None) is None
    assert episode(1, 1, "x" * 9_000, "2024-02-30", 99_999) == Episode(season=1, number=1, title="x" * 499 + "…")
