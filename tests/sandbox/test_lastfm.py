from typing import Any

import httpx
import pytest

from sandbox.lastfm import STAR
from tests.sandbox.asking import lastfm
from tests.sandbox.conftest import recorded


@pytest.mark.parametrize("key", ["", "wrong"])
async def test_a_missing_or_wrong_key_is_error_10(box: httpx.AsyncClient, key: str) -> None:
    answer = await lastfm(box, "album.search", album="dune", api_key=key)
    assert answer.status_code == 403
    assert answer.json() == recorded("lastfm/error_10_template.json") | {"links": []}


@pytest.mark.parametrize(
    ("method", "params", "status", "file"),
    [
        ("album.getInfo", {"artist": "Nobody", "album": "Nothing"}, 200, "AlbumGetInfoMissing"),
        ("album.search", {}, 400, "AlbumSearchError"),
        ("artist.getInfo", {"artist": "The Weeknd BUT Fake"}, 404, "doc_artist.getInfo_2_404"),
    ],
)
async def test_error_6_has_a_status_for_every_method(
    box: httpx.AsyncClient, method: str, params: dict[str, str], status: int, file: str
) -> None:
    answer = await lastfm(box, method, **params)
    assert answer.status_code == status
    assert answer.json() == recorded(f"lastfm/{file}.json")


@pytest.mark.parametrize("params", [{"page": "0"}, {"page": "x"}, {"limit": "0"}, {"limit": "-1"}])
async def test_pages_out_of_bounds_are_error_6(box: httpx.AsyncClient, params: dict[str, str]) -> None:
    answer = await lastfm(box, "track.search", track="hurt", **params)
    assert (answer.status_code, answer.json()["error"]) == (400, 6)


async def test_an_unknown_method_is_error_3(box: httpx.AsyncClient) -> None:
    answer = await lastfm(box, "album.cook")
    assert (answer.status_code, answer.json()["error"]) == (400, 3)


async def test_without_a_format_it_is_xml(box: httpx.AsyncClient) -> None:
    answer = await lastfm(box, "album.search", album="dune", format="")
    assert answer.headers["content-type"] == "text/xml"


async def test_one_hit_is_an_object_and_two_are_a_list(box: httpx.AsyncClient) -> None:
    one = (await lastfm(box, "album.search", album="homogenic")).json()["results"]
    assert one["albummatches"]["album"]["artist"] == "Björk"
    two = (await lastfm(box, "track.search", track="hurt")).json()["results"]
    assert [row["artist"] for row in two["trackmatches"]["track"]] == ["Johnny Cash", "Nine Inch Nails"]
    both = (await lastfm(box, "track.search", track="hurt", artist="cash")).json()["results"]
    assert both["trackmatches"]["track"]["artist"] == "Johnny Cash"


async def test_nothing_found_is_empty_in_its_own_way(box: httpx.AsyncClient) -> None:
    albums = (await lastfm(box, "album.search", album="qqqqq")).json()["results"]
    assert albums["albummatches"] == recorded("lastfm/AlbumSearchEmpty.json")["results"]["albummatches"] == "\n"
    artists = (await lastfm(box, "artist.search", artist="artistthatdoesntexisthsjdkghkjdfgh")).json()
    assert artists == recorded("lastfm/doc_artist.search_1_200.json")


async def test_pages_count_in_strings(box: httpx.AsyncClient) -> None:
    first, second = [
        (await lastfm(box, "album.search", album="the", limit=2, page=page)).json()["results"] for page in (1, 2)
    ]
    assert second["opensearch:startIndex"] == second["opensearch:itemsPerPage"] == "2"
    assert second["opensearch:Query"]["startPage"] == "2"
    assert int(first["opensearch:totalResults"]) > 2
    names = [row["name"] for page in (first, second) for row in page["albummatches"]["album"]]
    assert len(set(names)) == 4


async def test_rows_and_details_look_like_the_recorded_ones(box: httpx.AsyncClient) -> None:
    row = (await lastfm(box, "album.search", album="homogenic")).json()["results"]["albummatches"]["album"]
    real = recorded("lastfm/AlbumSearchSingle.json")["results"]["albummatches"]["album"]
    assert set(row) == set(real) - {"id"}
    album = (await lastfm(box, "album.getInfo", artist="Legião Urbana", album="Dois")).json()["album"]
    real = recorded("lastfm/album.getinfo.empty.json")["album"]
    assert set(album) == set(real)
    assert set(album["tracks"]["track"][0]) == set(real["tracks"]["track"][0])
    assert (album["mbid"], album["url"]) == (real["mbid"], real["url"])
    artist = (await lastfm(box, "artist.getInfo", artist="Radiohead")).json()["artist"]
    assert set(artist) <= set(recorded("lastfm/doc_artist.getInfo_0_200.json")["artist"])


async def test_numbers_are_strings_save_where_they_are_not(box: httpx.AsyncClient) -> None:
    track = (await lastfm(box, "track.getInfo", artist="Queen", track="Bohemian Rhapsody")).json()["track"]
    assert track["duration"] == "354000"
    assert track["listeners"].isdigit()
    unknown = (await lastfm(box, "track.getInfo", artist="坂本九", track="上を向いて歩こう")).json()["track"]
    assert unknown["duration"] == "0"
    album = (await lastfm(box, "album.getInfo", artist="Radiohead", album="OK Computer")).json()["album"]
    durations = {row["name"]: row["duration"] for row in album["tracks"]["track"]}
    assert (durations["Paranoid Android"], durations["Airbag"]) == (383, None)


async def test_tags_and_tracks_may_be_one_or_none(box: httpx.AsyncClient) -> None:
    async def album(artist: str, title: str) -> Any:
        return (await lastfm(box, "album.getInfo", artist=artist, album=title)).json()["album"]

    xenakis = await album("Iannis Xenakis", "Persepolis")
    assert isinstance(xenakis["tags"]["tag"], dict)
    assert isinstance(xenakis["tracks"]["track"], dict)
    assert isinstance((await album("Björk", "Homogenic"))["tags"]["tag"], list)
    assert "tracks" not in await album("Beyoncé", "Lemonade")


async def test_autocorrect_forgives_accents(box: httpx.AsyncClient) -> None:
    asked = {"artist": "bjork", "track": "joga"}
    assert (await lastfm(box, "track.getInfo", **asked)).json()["error"] == 6
    assert (await lastfm(box, "track.getInfo", **asked, autocorrect=1)).json()["track"]["name"] == "Jóga"


async def test_a_musicbrainz_id_is_enough(box: httpx.AsyncClient) -> None:
    mbid = "0173cdb7-d43c-4497-8a2e-f0b0d27ac474"
    assert (await lastfm(box, "album.getInfo", mbid=mbid)).json()["album"]["name"] == "Nevermind"


async def test_tracks_and_artists_have_only_the_star(box: httpx.AsyncClient) -> None:
    row = (await lastfm(box, "track.search", track="teardrop")).json()["results"]["trackmatches"]["track"]
    assert all(STAR in image["#text"] for image in row["image"])


async def test_texts_end_in_a_link(box: httpx.AsyncClient) -> None:
    album = (await lastfm(box, "album.getInfo", artist="Björk", album="Homogenic")).json()["album"]
    assert '<a href="https://www.last.fm/music/Bj%C3%B6rk/Homogenic">Read more' in album["wiki"]["summary"]
