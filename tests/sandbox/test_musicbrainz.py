from typing import Any

import httpx
import pytest

from sandbox.musicbrainz_records import groups, made_mbid
from tests.sandbox.asking import musicbrainz
from tests.sandbox.conftest import recorded

OK_COMPUTER = "b1392450-e666-3926-a536-22c65f834433"


async def search(box: httpx.AsyncClient, entity: str, query: str, **params: Any) -> Any:
    return (await musicbrainz(box, entity, query=query, **params)).json()


async def test_a_search_for_release_groups_looks_like_the_recorded_one(box: httpx.AsyncClient) -> None:
    found = await search(box, "release-group", 'releasegroup:"OK Computer" AND artist:"Radiohead"')
    real = recorded("musicbrainz/search_release_group_arid.json")
    assert set(found) == set(real)
    row = found["release-groups"][0]
    assert (row["id"], row["score"], row["first-release-date"]) == (OK_COMPUTER, 100, "1997-05-21")
    assert set(row) == set(real["release-groups"][2])
    assert set(row["releases"][0]) == set(real["release-groups"][2]["releases"][0])
    assert set(row["artist-credit"][0]) == set(real["release-groups"][2]["artist-credit"][0])


async def test_a_search_for_releases_looks_like_the_recorded_one(box: httpx.AsyncClient) -> None:
    found = await search(box, "release", "ok computer")
    real = recorded("musicbrainz/search_release_you_want_it_darker.json")
    assert set(found) == set(real)
    assert set(found["releases"][0]) <= set(real["releases"][0])
    assert set(found["releases"][0]["release-group"]) == set(real["releases"][0]["release-group"])


async def test_what_is_unknown_has_no_key_in_a_search(box: httpx.AsyncClient) -> None:
    row = (await search(box, "recording", "上を向いて歩こう"))["recordings"][0]
    assert not {"length", "disambiguation", "video"} & set(row)
    soundtrack = (await search(box, "release-group", "secondarytype:soundtrack AND dune"))["release-groups"][0]
    assert soundtrack["secondary-types"] == ["Soundtrack"]


async def test_several_artists_are_joined_by_their_phrases(box: httpx.AsyncClient) -> None:
    credit = (await search(box, "recording", "recording:enemy"))["recordings"][0]["artist-credit"]
    assert "".join(row["name"] + row.get("joinphrase", "") for row in credit) == "Imagine Dragons & JID"
    assert "joinphrase" not in credit[-1]


@pytest.mark.parametrize(
    ("entity", "query", "count"),
    [
        ("release-group", "arid:a74b1b7f-71a5-4011-9441-d0b5e4122711", 2),
        ("release-group", "arid:a74b1b7f-71a5-4011-9441-d0b5e4122711 AND NOT kid", 1),
        ("release-group", "primarytype:single AND artist:nena", 1),
        ("release-group", "firstreleasedate:1997* AND artist:björk", 1),
        ("recording", 'recording:hurt AND artist:"johnny cash"', 1),
        ("recording", "+hurt -artist:cash", 1),
        ("recording", "(hurt OR teardrop) AND artistname:massive", 1),
        ("release-group", r'releasegroup:"\( \)"', 1),
        ("release-group", "qqqqq", 0),
    ],
)
async def test_fields_narrow_the_search(box: httpx.AsyncClient, entity: str, query: str, count: int) -> None:
    assert (await search(box, entity, query))["count"] == count


@pytest.mark.parametrize("query", ["(dune", '"dune', "dune AND", "date:[1990 TO 1999]", ""])
async def test_what_cannot_be_read_is_a_bad_request(box: httpx.AsyncClient, query: str) -> None:
    answer = await musicbrainz(box, "release-group", query=query)
    assert (answer.status_code, set(answer.json())) == (400, {"error", "help"})


async def test_pages_follow_each_other(box: httpx.AsyncClient) -> None:
    pages = [await search(box, "release-group", "status:official", limit=20, offset=start) for start in (0, 20, 40)]
    ids = [row["id"] for page in pages for row in page["release-groups"]]
    assert len(ids) == len(set(ids)) == min(60, pages[0]["count"])
    assert [page["offset"] for page in pages] == [0, 20, 40]


async def test_a_lookup_has_other_keys_than_a_search(box: httpx.AsyncClient) -> None:
    group = (await musicbrainz(box, f"release-group/{OK_COMPUTER}", inc="artist-credits")).json()
    assert set(group) == set(recorded("musicbrainz/release_group_lookup_credits.json"))
    assert (group["disambiguation"], group["artist-credit"][-1]["joinphrase"]) == ("", "")
    release = (await search(box, "release", "ok computer"))["releases"][0]["id"]
    looked_up = (await musicbrainz(box, f"release/{release}", inc="artist-credits")).json()
    assert set(looked_up) == set(recorded("musicbrainz/release_lookup_credits.json"))


async def test_a_lookup_has_what_inc_names(box: httpx.AsyncClient) -> None:
    plain = (await musicbrainz(box, f"release-group/{OK_COMPUTER}")).json()
    full = (await musicbrainz(box, f"release-group/{OK_COMPUTER}", inc="artists releases tags genres")).json()
    assert set(full) - set(plain) == {"artist-credit", "releases", "tags", "genres"}
    assert set(full) == set(recorded("musicbrainz/release_group_b1392450.json"))


async def test_a_release_lists_its_recordings(box: httpx.AsyncClient) -> None:
    release = (await search(box, "release", "ok computer"))["releases"][0]["id"]
    medium = (await musicbrainz(box, f"release/{release}", inc="recordings")).json()["media"][0]
    real = recorded("musicbrainz/picard_release_multidisc.json")["media"][0]
    assert set(medium) == set(real)
    assert set(medium["tracks"][0]) == set(real["tracks"][0])
    song = medium["tracks"][1]["recording"]
    assert (song["title"], song["length"]) == ("Paranoid Android", 383_000)
    assert (await musicbrainz(box, f"recording/{song['id']}")).json()["title"] == "Paranoid Android"


async def test_a_recording_looks_like_the_recorded_one(box: httpx.AsyncClient) -> None:
    known = (await search(box, "recording", "enemy"))["recordings"][0]["id"]
    found = (await musicbrainz(box, f"recording/{known}", inc="artist-credits")).json()
    assert set(found) == set(recorded("musicbrainz/picard_recording_multi_artists_1.json")) | {"first-release-date"}


async def test_artists_look_like_the_recorded_one(box: httpx.AsyncClient) -> None:
    artist = (await musicbrainz(box, "artist/87c5dedd-371d-4a53-9f7f-80522fb7f3cb")).json()
    assert set(artist) == set(recorded("musicbrainz/artist_lookup_with_ratelimit_headers.json"))
    assert artist["name"] == "Björk"


async def test_browsing_counts_under_other_names(box: httpx.AsyncClient) -> None:
    found = (
        await musicbrainz(box, "release-group", artist="a74b1b7f-71a5-4011-9441-d0b5e4122711", type="album")
    ).json()
    real = recorded("musicbrainz/browse_release_groups_artist_ep.json")
    assert set(found) == set(real)
    assert set(found["release-groups"][0]) == set(real["release-groups"][0])


async def test_a_merged_group_has_moved_and_comes_along(box: httpx.AsyncClient) -> None:
    answer = await musicbrainz(box, f"release-group/{made_mbid(f'merged/{OK_COMPUTER}')}", inc="artists tags")
    assert (answer.status_code, answer.json()["id"]) == (301, OK_COMPUTER)
    assert (await box.get(answer.headers["location"])).json() == answer.json()


async def test_an_unknown_inc_is_refused_as_recorded(box: httpx.AsyncClient) -> None:
    answer = await musicbrainz(box, "artist/5b11f4ce-a62d-471e-81fc-a69a8278c7da", inc="foobar")
    assert answer.status_code == 400
    assert answer.json() == recorded("musicbrainz/error_400_bad_inc.json")


@pytest.mark.parametrize(("path", "status"), [("artist/x", 400), (f"artist/{OK_COMPUTER}", 404), ("nothing", 404)])
async def test_what_is_not_there_is_not_found(box: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await musicbrainz(box, path)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "help"})


async def test_who_does_not_say_who_is_asking_is_refused(box: httpx.AsyncClient) -> None:
    address = "/musicbrainz/ws/2/artist?query=nena&fmt=json"
    assert (await box.get(address, headers={"User-Agent": ""})).status_code == 403
    answered = await box.get(address)
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "etag"} <= set(answered.headers)
    assert (await box.get("/musicbrainz/ws/2/artist?query=nena")).headers["content-type"] == "application/xml"


def test_mbids_are_used_once() -> None:
    assert len({group.mbid for group in groups()}) == len(groups())
