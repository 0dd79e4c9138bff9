"""MusicBrainz: release groups become albums, recordings tracks."""

import pytest

from app.catalog.candidates import Cover, Identifier, MusicFacts, SourceRating
from app.sources.errors import SourceDown
from app.sources.musicbrainz import candidate_of_album, candidate_of_track, query_of
from app.sources.source import Source
from tests.sources.fixture import fixture
from tests.sources.stub import Heard, Stub, reply

ALBUM = "release-group/b1392450-e666-3926-a536-22c65f834433"
LIMIT = {"error": "Your requests are exceeding the allowable rate limit. Please see http://wiki.musicbrainz.org/"}
BUSY = {"error": "The MusicBrainz web server is currently busy. Please try again later."}


def test_a_release_group_is_an_album_with_all_its_facts() -> None:
    album = candidate_of_album(fixture("musicbrainz_album"))
    assert album is not None
    assert (album.source, album.external_id, album.title) == ("musicbrainz", ALBUM, "Hot Space")
    assert album.creators == ("Queen & David Bowie",)
    assert album.facts == MusicFacts(kind="album", artists=("Queen", "David Bowie"))
    assert album.released is not None
    assert (album.year, album.released.precision, album.genres) == (1982, "month", ("rock", "funk"))
    assert album.cover == Cover(provider="cover_art", key="b1392450-e666-3926-a536-22c65f834433")
    assert album.rating == SourceRating(value=3.4, scale=5, votes=21)
    assert album.url == f"https://musicbrainz.org/{ALBUM}"


def test_a_recording_is_a_track_with_all_its_facts() -> None:
    track = candidate_of_track(fixture("musicbrainz_track"))
    assert track is not None
    assert track.facts == MusicFacts(
        kind="track", artists=("Queen", "David Bowie"), album="Hot Space", duration_ms=248_000
    )
    assert track.cover == Cover(provider="cover_art", key="b1392450-e666-3926-a536-22c65f834433")
    assert track.identifiers == (
        Identifier(scheme="mbid", value="2837e0d2-5ce9-44da-803e-797c835d672c", kind="recording"),
        Identifier(scheme="isrc", value="GBUM71029620"),
    )


@pytest.mark.parametrize(
    ("said", "subtitle"),
    [
        ({}, None),
        ({"primary-type": "Album", "secondary-types": ["Compilation"], "disambiguation": ""}, None),
        ({"primary-type": "Single"}, "Single"),
        ({"primary-type": None, "secondary-types": ["Soundtrack", "Live"]}, "Live"),
        ({"primary-type": "EP", "disambiguation": "Blue Album"}, "EP; Blue Album"),
        ({"primary-type": ["Single"], "secondary-types": "Live", "disambiguation": 5}, None),
    ],
)
def test_what_tells_it_from_others_of_its_name_is_its_subtitle(said: dict[str, object], subtitle: str | None) -> None:
    album = candidate_of_album({"id": ALBUM.partition("/")[2], "title": "Bad", **said})
    assert album is not None
    assert album.subtitle == subtitle


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("ok computer", "(recording:ok OR artist:ok) AND (recording:computer OR artist:computer)"),
        ("AC/DC", r"(recording:AC\/DC OR artist:AC\/DC)"),
        ('what? (live) "now" a+b', None),
        ("this OR that", None),
        ("- ?! &&", ""),
    ],
)
def test_nothing_typed_is_taken_for_its_language(text: str, query: str | None) -> None:
    said = query_of("recording", text)
    if query is not None:
        assert said == query
        return
    assert " OR that" not in said
    plain = said.replace("\\?", "").replace("\\(", "").replace("\\)", "").replace('\\"', "").replace("\\+", "")
    assert not set(plain) & set('?"+')


async def test_albums_and_tracks_come_in_turn(sources: dict[str, Source], stub: Stub) -> None:
    album, track = fixture("musicbrainz_album"), fixture("musicbrainz_track")
    rows = {"release-groups": [album, None, album], "recordings": [track]}
    stub.answers(lambda heard: reply(200, {"count": 2, **rows}))
    found = await sources["musicbrainz"].search("pressure", None, 3)
    assert [each.title for each in found] == ["Hot Space", "Under Pressure"]
    assert [heard.path for heard in stub.heard] == ["/ws/2/release-group", "/ws/2/recording"]
    assert (stub.heard[0].query["offset"], stub.heard[0].query["fmt"]) == ("40", "json")
    assert stub.heard[0].headers["user-agent"].endswith("(https://example.org)")


async def test_one_of_the_two_is_enough(sources: dict[str, Source], stub: Stub) -> None:
    rows = {"recordings": [fixture("musicbrainz_track")]}
    stub.answers(lambda heard: reply(200, rows) if heard.path.endswith("recording") else reply(400, BUSY))
    assert [each.title for each in await sources["musicbrainz"].search("pressure")] == ["Under Pressure"]


async def test_what_was_merged_is_told_under_its_new_id(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(301, fixture("musicbrainz_album"), location="http://musicbrainz.org/ws/2/elsewhere")
    old = "release-group/14b8ff46-3b93-403b-9e35-018f02eb3a05"
    assert (await sources["musicbrainz"].fetch(old)).external_id == ALBUM
    assert len(stub.heard) == 1


async def test_a_busy_server_is_asked_again_and_a_limit_is_not(sources: dict[str, Source], stub: Stub) -> None:
    album = fixture("musicbrainz_album")

    def answer(_: Heard) -> bytes:
        return reply(503, BUSY, retry_after="0") if len(stub.heard) == 1 else reply(200, album)

    stub.answers(answer)
    assert (await sources["musicbrainz"].fetch(ALBUM)).title == "Hot Space"
    stub.heard.clear()
    stub.says(503, LIMIT)
    with pytest.raises(SourceDown) as down:
        await sources["musicbrainz"].fetch(ALBUM)
    assert (down.value.kind, len(stub.heard)) == ("rate_limited", 1)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "foobar is not a valid inc parameter"}, "bad_request"),
        (403, {"error": "Your User-Agent is blocked."}, "rate_limited"),
        (404, {"error": "Not Found"}, "not_found"),
        (301, b"", "down"),
        (500, b"<html>", "down"),
    ],
)
async def test_each_trouble_has_its_kind(
    sources: dict[str, Source], stub: Stub, status: int, body: object, kind: str
) -> None:
    stub.says(status, body)
    with pytest.raises(SourceDown) as down:
        await sources["musicbrainz"].fetch(ALBUM)
    assert down.value.kind == kind
