"""Hostile answers cost a source its rows, and nobody anything else."""

from collections.abc import Callable
from typing import Any

import pytest

from app.catalog.models import TITLE_MAX
from app.sources.asking import ask
from app.sources.errors import SourceDown
from app.sources.source import ROWS_MAX, Source
from tests.sources.fixture import fixture
from tests.sources.stub import Heard, Stub, reply

TOKEN = {"access_token": "t", "expires_in": 5_000_000, "token_type": "bearer"}
IDS = {
    "google_books": "B1hSG45JCX4C",
    "tmdb": "movie/438631",
    "igdb": "1942",
    "lastfm": "album/Toto/Dune",
    "open_library": "OL893415W",
    "wikidata": "Q60834962",
    "tvmaze": "67",
    "steam": "620",
    "musicbrainz": "release-group/b1392450-e666-3926-a536-22c65f834433",
    "itunes": "album/2440935200",
}
SEARCHES: dict[str, Callable[[list[Any]], Any]] = {
    "google_books": lambda rows: {"totalItems": len(rows), "items": rows},
    "tmdb": lambda rows: {"page": 1, "results": rows},
    "igdb": lambda rows: rows,
    "lastfm": lambda rows: {"results": {"albummatches": {"album": rows}, "trackmatches": {"track": rows}}},
    "open_library": lambda rows: {"docs": rows},
    "tvmaze": lambda rows: [row and {"score": 1, "show": row} for row in rows],
    "steam": lambda rows: {"total": 10, "items": rows},
    "musicbrainz": lambda rows: {"release-groups": rows, "recordings": []},
    "itunes": lambda rows: {"resultCount": 3, "results": rows},
}
ROWS: dict[str, Any] = {
    "google_books": fixture("google_books_volume"),
    "tmdb": fixture("tmdb_movie"),
    "igdb": fixture("igdb_game"),
    "lastfm": fixture("lastfm_album")["album"],
    "open_library": fixture("open_library_row"),
    "tvmaze": fixture("tvmaze_show"),
    "steam": fixture("steam_row"),
    "musicbrainz": fixture("musicbrainz_album"),
    "itunes": fixture("itunes_album"),
}
BODIES: list[Any] = [
    b"[" * 200_000,
    b'{"results": NaN, "items": 1e999, "totalItems": ' + b"9" * 5000 + b"}",
    b'"a\\u0000b"',
    b'"\\ud800"',
    b'{"items": null, "items": [1], "results": null, "totalItems": null}',
    b"\xef\xbb\xbf{}",
    '{"é": "è"}'.encode("latin-1"),
    b"<!doctype html><title>200 OK</title>",
    b"",
    b"null",
    b"true",
    b"0",
    b"[]",
    b"{}",
    b"[null, [], {}, 1]",
    b'{"results": {}, "items": {}}',
    b'{"results": [null], "items": [null], "totalItems": 1}',
    b'{"error": null}',
    b'{"error": {"errors": 5, "details": [5]}}',
    b'[{"error": 6}]',
]


def say(stub: Stub, body: Any, status: int = 200) -> None:
    stub.answers(lambda heard: reply(200, TOKEN) if _is_token(heard) else reply(status, body))


def _is_token(heard: Heard) -> bool:
    return heard.path == "/oauth2/token"


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:24]))
async def test_a_hostile_answer_is_no_rows_or_a_worded_failure(
    sources: dict[str, Source], stub: Stub, name: str, body: bytes
) -> None:
    say(stub, body)
    answer = await ask(sources[name], "dune")
    assert answer.candidates == ()
    assert answer.sentence.startswith(sources[name].label)
    with pytest.raises(SourceDown):
        await sources[name].fetch(IDS[name])


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("status", [204, 302, 404, 429, 502])
async def test_a_hostile_error_page_is_a_worded_failure(
    sources: dict[str, Source], stub: Stub, name: str, status: int
) -> None:
    say(stub, b"" if status == 204 else b"<html><body>No.</body></html>", status)
    with pytest.raises(SourceDown) as down:
        await sources[name].search("dune")
    assert str(down.value).startswith(sources[name].label)


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("bad", [None, [], "", 5, {"id": None}, {"id": -1, "title": "x", "name": "x"}])
async def test_a_bad_row_costs_only_itself(sources: dict[str, Source], stub: Stub, name: str, bad: Any) -> None:
    say(stub, SEARCHES[name]([bad, ROWS[name], bad]))
    assert IDS[name] in [each.external_id for each in await sources[name].search("dune")]


@pytest.mark.parametrize("name", SEARCHES)
async def test_ten_thousand_results_are_fifty(sources: dict[str, Source], stub: Stub, name: str) -> None:
    rows = [_small(name, number) for number in range(1, 10_001)]
    say(stub, SEARCHES[name](rows))
    assert len(await sources[name].search("dune")) == ROWS_MAX


def _small(name: str, number: int) -> dict[str, Any]:
    title = f"Dune {number}"
    if name == "google_books":
        return {"id": f"volume{number}", "volumeInfo": {"title": title}}
    if name == "open_library":
        return {"key": f"/works/OL{number}W", "title": title}
    if name == "musicbrainz":
        return {"id": f"00000000-0000-0000-0000-{number:012}", "title": title}
    if name == "itunes":
        return {"wrapperType": "collection", "collectionType": "Album", "collectionId": number, "collectionName": title}
    return {"id": number, "media_type": "movie", "title": title, "name": title, "artist": "Toto"}


@pytest.mark.parametrize(
    "title", ["T" * 1_000_000, "\u202e\u200fمرحبا\u200b", "😀 dune\u0000", "<b>Dune</b> &amp; sand"]
)
async def test_a_strange_title_becomes_a_plain_one(sources: dict[str, Source], stub: Stub, title: str) -> None:
    say(stub, {"totalItems": 1, "items": [{"id": "strange", "volumeInfo": {"title": title}}]})
    (book,) = await sources["google_books"].search("dune")
    assert 0 < len(book.title) <= TITLE_MAX
    assert not set(book.title) & set("\x00\u202e<>")


@pytest.mark.parametrize(
    ("name", "external_id"),
    [
        ("google_books", "../../x"),
        ("google_books", ""),
        ("google_books", "a" * 100),
        ("tmdb", "movie/0"),
        ("tmdb", "movie/603/../../authentication"),
        ("tmdb", "person/1"),
        ("tmdb", "603"),
        ("tmdb", "movie/٣"),
        ("igdb", "1; where id = 2"),
        ("igdb", "0"),
        ("igdb", "٣"),
        ("open_library", "OL1M"),
        ("open_library", "../authors/OL1A"),
        ("wikidata", "Q0"),
        ("wikidata", "Q1|Q2"),
        ("wikidata", "P31"),
        ("tvmaze", "1/episodes"),
        ("tvmaze", "٣"),
        ("steam", "620,400"),
        ("steam", "0"),
        ("musicbrainz", "release/b1392450-e666-3926-a536-22c65f834433"),
        ("musicbrainz", "release-group/OK Computer"),
        ("itunes", "1440935200"),
        ("itunes", "artist/1"),
        ("lastfm", "artist/Toto/Dune"),
        ("lastfm", "album/Toto"),
        ("lastfm", "album//Dune"),
        ("lastfm", "album/" + "a" * 2000 + "/b"),
    ],
)
async def test_an_id_no_source_would_give_is_not_even_asked_for(
    sources: dict[str, Source], stub: Stub, name: str, external_id: str
) -> None:
    with pytest.raises(SourceDown) as down:
        await sources[name].fetch(external_id)
    assert down.value.kind == "not_found"
    assert stub.heard == []
