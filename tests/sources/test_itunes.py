"""iTunes: collections become albums, songs tracks, and feature films films."""

import json

import pytest

from app.catalog.candidates import Cover, Identifier, ItemType, MovieFacts, MusicFacts
from app.sources.errors import SourceDown
from app.sources.itunes import candidate_of_row
from app.sources.source import Source
from tests.sources.fixture import fixture
from tests.sources.stub import Stub


def test_a_song_is_a_track_with_all_its_facts() -> None:
    track = candidate_of_row(fixture("itunes_track"))
    assert track is not None
    assert (track.source, track.external_id, track.title) == ("itunes", "track/1440935900", "Under Pressure")
    assert track.facts == MusicFacts(
        kind="track", artists=("Queen & David Bowie",), album="Hot Space", duration_ms=248_440
    )
    assert track.released is not None
    assert (track.year, track.released.precision) == (1981, "year")
    assert track.cover == Cover(provider="itunes", key="Music115/v4/ae/4c/d4/ae4cd42a/source")
    assert track.identifiers == (Identifier(scheme="itunes", value="1440935900", kind="track"),)


def test_numbers_may_be_longer_than_32_bits() -> None:
    album = candidate_of_row(fixture("itunes_album"))
    assert album is not None
    assert (album.external_id, album.facts) == (
        "album/2440935200",
        MusicFacts(kind="album", artists=("Queen",), track_count=11),
    )


def test_the_artist_of_a_film_is_its_director() -> None:
    film = candidate_of_row(fixture("itunes_movie"))
    assert film is not None
    assert film.facts == MovieFacts(kind="film", directors=("Denis Villeneuve",), runtime_minutes=156)
    assert (film.description, film.genres) == ("A desert planet.", ("Sci-Fi & Fantasy",))


@pytest.mark.parametrize(
    "row",
    [
        {"wrapperType": "artist", "artistId": 1, "artistName": "U2"},
        {"kind": "ebook", "trackId": 1, "trackName": "Dune"},
        {"wrapperType": "track", "kind": "podcast", "trackId": 1, "trackName": "Dune"},
        {"wrapperType": "collection", "collectionType": "TV Season", "collectionId": 1, "collectionName": "Dune"},
    ],
)
def test_what_it_mixes_in_is_left_out(row: dict[str, object]) -> None:
    assert candidate_of_row(row) is None


def test_a_picture_at_a_host_of_old_is_none() -> None:
    old = fixture("itunes_album") | {"artworkUrl100": "http://a1.phobos.apple.com/us/r30/Music/x.100x100-75.jpg"}
    album = candidate_of_row(old)
    assert album is not None
    assert album.cover is None


@pytest.mark.parametrize(
    ("item_type", "entities"),
    [("music", ["album", "song"]), ("movie", ["movie"]), (None, ["album", "movie"])],
)
async def test_it_is_asked_for_what_is_looked_for(
    sources: dict[str, Source], stub: Stub, item_type: ItemType | None, entities: list[str]
) -> None:
    rows = [fixture("itunes_album"), fixture("itunes_track"), fixture("itunes_movie")]
    body = b"\n\n\n" + json.dumps({"resultCount": 3, "results": rows}).encode() + b"\n\n\n"
    stub.says(200, body, content_type="text/javascript; charset=utf-8")
    found = await sources["itunes"].search("dune", item_type, 2)
    assert len({each.external_id for each in found}) == len(found) == 3
    assert sorted(heard.query["entity"] for heard in stub.heard) == entities
    assert {(heard.query["country"], heard.query["offset"]) for heard in stub.heard} == {("US", "20")}


async def test_one_work_is_looked_up_by_its_number(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, {"resultCount": 1, "results": [fixture("itunes_movie")]})
    assert (await sources["itunes"].fetch("movie/1584203500")).title == "Dune"
    assert (stub.heard[0].path, stub.heard[0].query) == ("/itunes/lookup", {"id": "1584203500", "country": "US"})


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"resultCount": 0, "results": []}, "not_found"),
        (200, {"resultCount": 1, "results": [{"wrapperType": "artist"}]}, "not_found"),
        (403, b"", "rate_limited"),
        (429, b"", "rate_limited"),
        (400, {"errorMessage": "Invalid value(s) for key(s): [mediaType]"}, "bad_request"),
        (503, b"<html>", "down"),
    ],
)
async def test_each_trouble_has_its_kind(
    sources: dict[str, Source], stub: Stub, status: int, body: object, kind: str
) -> None:
    stub.says(status, body)
    with pytest.raises(SourceDown) as down:
        await sources["itunes"].fetch("movie/1584203500")
    assert down.value.kind == kind
