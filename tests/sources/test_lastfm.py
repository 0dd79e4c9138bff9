"""Last.fm: albums and tracks, known by their names."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.candidates import Cover, Identifier, MusicFacts
from app.kit.outbound import Kind, Reply
from app.sources.errors import SourceDown
from app.sources.lastfm import candidate_of_album, candidate_of_track, id_of, judge, names_of
from app.sources.source import Source
from tests.sources.fixture import fixture
from tests.sources.stub import Heard, Stub, reply

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


def by_method(stub: Stub, **bodies: Any) -> None:
    def answer(heard: Heard) -> bytes:
        body = bodies[heard.query["method"].replace(".", "_")]
        return reply(*body) if isinstance(body, tuple) else reply(200, body)

    stub.answers(answer)


def test_an_album_has_all_its_facts() -> None:
    album = candidate_of_album(fixture("lastfm_album")["album"])
    assert album is not None
    assert (album.external_id, album.type, album.title) == ("album/Toto/Dune", "music", "Dune")
    assert album.creators == ("Toto",)
    assert album.facts == MusicFacts(kind="album", artists=("Toto",), track_count=2)
    assert album.genres == ("soundtrack", "ambient")
    assert album.description == "A score for a film, by a rock band."
    assert album.cover == Cover(provider="lastfm", key="0123456789abcdef0123456789abcdef.png")
    assert album.url == "https://www.last.fm/music/Toto/Dune"
    assert album.released is None
    assert set(album.identifiers) == {
        Identifier(scheme="mbid", value="11111111-2222-3333-4444-555555555555", kind="release"),
        Identifier(scheme="lastfm", value="Toto/Dune"),
    }


def test_a_track_has_all_its_facts() -> None:
    track = candidate_of_track(fixture("lastfm_track")["track"])
    assert track is not None
    assert (track.external_id, track.title) == ("track/Brian%20Eno/Prophecy%20Theme", "Prophecy Theme")
    assert track.facts == MusicFacts(kind="track", artists=("Brian Eno",), album="Dune", duration_ms=259_000)
    assert track.genres == ("ambient", "soundtrack")
    assert track.description == "One theme among many."
    assert track.popularity == pytest.approx(0.703, abs=0.001)


async def test_a_search_gives_albums_and_tracks_in_turn(sources: dict[str, Source], stub: Stub) -> None:
    by_method(stub, album_search=fixture("lastfm_album_search"), track_search=fixture("lastfm_track_search"))
    found = await sources["lastfm"].search("dune", None, 2)
    assert [each.external_id for each in found] == [
        "album/Hans%20Zimmer/Dune%20%28Original%20Motion%20Picture%20Soundtrack%29",
        "track/Brian%20Eno/Prophecy%20Theme",
        "album/Toto/Dune",
    ]
    assert [each.cover.key if each.cover else None for each in found] == [f"{'0123456789abcdef' * 2}.jpg", None, None]
    assert {heard.path for heard in stub.heard} == {"/2.0/"}
    assert {heard.query["page"] for heard in stub.heard} == {"2"}


@pytest.mark.parametrize("nothing", ["\n", "", {}, {"album": []}, {"album": ""}, {"#text": "\n"}, None])
async def test_nothing_comes_in_many_shapes(sources: dict[str, Source], stub: Stub, nothing: Any) -> None:
    by_method(
        stub,
        album_search={"results": {"opensearch:totalResults": "0", "albummatches": nothing}},
        track_search={"results": {"trackmatches": {"track": []}}},
    )
    assert await sources["lastfm"].search("zzz") == []


async def test_matches_without_their_level_are_found(sources: dict[str, Source], stub: Stub) -> None:
    row = {"name": "Dune", "artist": "Toto"}
    by_method(stub, album_search={"results": {"album": [row]}}, track_search={"results": {}})
    assert [each.title for each in await sources["lastfm"].search("dune")] == ["Dune"]


async def test_half_an_answer_is_better_than_none(sources: dict[str, Source], stub: Stub) -> None:
    by_method(stub, album_search=fixture("lastfm_album_search"), track_search=(500, b"<html>"))
    assert len(await sources["lastfm"].search("dune")) == 2


async def test_no_half_is_a_failure(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(403, {"error": 10, "message": "Invalid API key"})
    with pytest.raises(SourceDown) as down:
        await sources["lastfm"].search("dune")
    assert str(down.value) == "Last.fm refused the key: check LASTFM_KEY."


async def test_a_work_is_fetched_by_its_names_and_keeps_its_id(sources: dict[str, Source], stub: Stub) -> None:
    by_method(stub, album_getInfo=fixture("lastfm_album"))
    assert (await sources["lastfm"].fetch("album/toto/Dune")).external_id == "album/toto/Dune"
    assert (stub.heard[0].query["artist"], stub.heard[0].query["album"]) == ("toto", "Dune")


async def test_an_unknown_album_is_a_200_and_still_not_found(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, {"error": 6, "message": "Album not found", "links": []})
    with pytest.raises(SourceDown) as down:
        await sources["lastfm"].fetch("album/Toto/Nothing")
    assert down.value.kind == "not_found"


@given(NAMES, NAMES)
def test_an_id_holds_any_two_names(artist: str, name: str) -> None:
    assert names_of(id_of("track", artist, name)) == ("track", artist, name)


@given(st.text())
def test_any_other_text_is_no_id_or_two_names(text: str) -> None:
    parts = names_of(text)
    assert parts is None or parts[0] in ("album", "track")


def test_a_work_with_endless_names_is_left_out() -> None:
    assert candidate_of_album({"name": "東" * 400, "artist": "京"}) is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"error": 6, "message": "Album not found"}, "not_found"),
        (404, {"error": 6, "message": "The artist you supplied could not be found"}, "not_found"),
        (400, {"error": 6, "message": "Invalid parameters"}, "bad_request"),
        (403, {"error": 10, "message": "Invalid API key"}, "bad_credentials"),
        (403, {"error": 26, "message": "Suspended"}, "bad_credentials"),
        (429, {"error": 29, "message": "Rate limit exceeded"}, "rate_limited"),
        (503, {"error": 11, "message": "Offline"}, "down"),
        (200, {"error": 16, "message": "Try again"}, "down"),
        (500, {"error": 8, "message": "Failed"}, "down"),
        (200, {"error": 99, "message": "?"}, "bad_request"),
        (200, {"error": "6", "message": "as text"}, "bad_request"),
        (502, None, "down"),
        (429, None, "rate_limited"),
    ],
)
def test_only_the_body_says_what_is_wrong(status: int, body: Any, kind: Kind) -> None:
    error = judge(Reply(status, body))
    assert error is not None
    assert error.kind == kind
