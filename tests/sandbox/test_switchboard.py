import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import httpx
import pytest

import sandbox
from app.kit.settings import Settings
from sandbox.app import SOURCES
from sandbox.server import serving
from sandbox.traps import METADATA
from tests.sandbox.asking import IGDB_HEADERS, google, igdb, lastfm, tmdb
from tests.sandbox.conftest import recorded, recorded_text


async def broken(box: httpx.AsyncClient, source: str, mode: str, **more: Any) -> None:
    answer = await box.post("/_faults", json={"source": source, "mode": mode, **more})
    assert answer.status_code == 200, answer.text


async def test_faults_are_listed_and_reset(box: httpx.AsyncClient) -> None:
    await broken(box, "tmdb", "429", retry_after=3, times=2)
    assert (await box.get("/_faults")).json() == [{"source": "tmdb", "mode": "429", "retry_after": 3, "times": 2}]
    assert (await box.delete("/_faults")).json() == []
    assert (await tmdb(box, "/authentication")).status_code == 200


async def test_ok_mends_one_source_only(box: httpx.AsyncClient) -> None:
    await broken(box, "all", "500")
    await broken(box, "tmdb", "ok")
    assert (await tmdb(box, "/authentication")).status_code == 200
    assert (await google(box, q="dune")).status_code == 500
    assert len((await box.get("/_faults")).json()) == len(SOURCES) - 1


async def test_a_fault_ends_by_itself_after_its_times(box: httpx.AsyncClient) -> None:
    await broken(box, "tmdb", "503", times=2)
    assert [(await tmdb(box, "/authentication")).status_code for _ in range(3)] == [503, 503, 200]
    assert (await box.get("/_faults")).json() == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"source": "tmdb", "mode": "sad"}', b'{"source": "x", "mode": "ok"}', b'{"mode": "ok"}']
)
async def test_what_the_switchboard_cannot_do_it_says(box: httpx.AsyncClient, body: bytes) -> None:
    answer = await box.post("/_faults", content=body)
    assert answer.status_code == 422
    assert answer.json()["error"]


async def test_calls_are_counted_broken_or_not(box: httpx.AsyncClient) -> None:
    await broken(box, "lastfm", "500")
    await lastfm(box, "album.search", album="dune")
    await google(box, q="dune")
    await google(box, q="solaris")
    counts = (await box.get("/_calls")).json()
    assert counts == {source.name: 0 for source in SOURCES} | {"google_books": 2, "lastfm": 1}
    assert not any((await box.delete("/_calls")).json().values())


RECORDED_TROUBLE = [
    ("google_books", "401", 400, "google-books/error_400_keyInvalid_template.json"),
    ("google_books", "503", 503, "google-books/error_503_backendFailed.json"),
    ("tmdb", "401", 401, "tmdb/error_status_401.json"),
    ("tmdb", "429", 429, "tmdb/error_429_status25_handmade.json"),
    ("igdb", "401", 401, "igdb/error_401_authorization_failure.json"),
    ("igdb", "429", 429, "igdb/error_429_template.json"),
    ("lastfm", "401", 403, "lastfm/error_10_template.json"),
    ("lastfm", "429", 429, "lastfm/error_29_template.json"),
    ("lastfm", "500", 500, "lastfm/error_8_template.json"),
    ("lastfm", "503", 503, "lastfm/error_11_template.json"),
    ("musicbrainz", "429", 503, "musicbrainz/error_503_rate_limit.json"),
    ("musicbrainz", "503", 503, "musicbrainz/error_503_server_busy.json"),
    ("open_library", "429", 429, "openlibrary/error_429_api.json"),
    ("open_library_covers", "429", 429, "openlibrary/error_429_covers.json"),
]


PLAIN = {
    "cover_art": "/cover-art/release-group/b1392450-e666-3926-a536-22c65f834433",
    "itunes": "/itunes/search?term=dune",
    "musicbrainz": "/musicbrainz/ws/2/release-group?query=dune&fmt=json",
    "open_library": "/open-library/search.json?q=dune",
    "open_library_covers": "/open-library-covers/b/id/1-M.jpg",
    "steam": "/steam/api/storesearch/?term=dune",
    "tvmaze": "/tvmaze/search/shows?q=dune",
    "wikidata": "/wikidata/w/api.php?action=wbsearchentities&search=dune&language=en&format=json",
}


async def ask(box: httpx.AsyncClient, source: str) -> httpx.Response:
    match source:
        case "google_books":
            return await google(box, q="dune")
        case "tmdb":
            return await tmdb(box, "/search/multi", query="dune")
        case "igdb":
            return await igdb(box, "games", 'search "dune"; fields name;')
        case "lastfm":
            return await lastfm(box, "album.search", album="dune")
        case "twitch":
            return await box.post("/twitch/oauth2/token")
    return await box.get(PLAIN[source])


@pytest.mark.parametrize(("source", "mode", "status", "file"), RECORDED_TROUBLE)
async def test_each_source_fails_in_its_own_words(
    box: httpx.AsyncClient, source: str, mode: str, status: int, file: str
) -> None:
    await broken(box, source, mode)
    answer = await ask(box, source)
    assert answer.status_code == status
    said = answer.json()
    assert {name: value for name, value in said.items() if name != "links"} == recorded(file)


@pytest.mark.parametrize("source", ["google_books", "tmdb", "igdb", "lastfm", "twitch", "open_library", "tvmaze"])
@pytest.mark.parametrize("mode", ["429", "500", "503"])
async def test_trouble_is_json_and_says_when_to_come_back(box: httpx.AsyncClient, source: str, mode: str) -> None:
    await broken(box, source, mode, retry_after=7)
    answer = await ask(box, source)
    assert answer.status_code == int(mode)
    assert isinstance(answer.json(), dict)
    assert answer.headers.get("retry-after") == (None if mode == "500" else "7")


KEYLESS = ("open_library", "tvmaze", "wikidata", "steam", "musicbrainz", "cover_art", "itunes")
STATUSES = {"musicbrainz": {"429": 503}, "cover_art": {"429": 503}, "itunes": {"429": 403}, "tvmaze": {"401": 401}}


@pytest.mark.parametrize("source", KEYLESS)
@pytest.mark.parametrize("mode", ["401", "429", "500", "503"])
async def test_the_keyless_fail_with_their_own_status(box: httpx.AsyncClient, source: str, mode: str) -> None:
    await broken(box, source, mode, times=1)
    usual = 403 if mode == "401" else int(mode)
    assert (await ask(box, source)).status_code == STATUSES.get(source, {}).get(mode, usual)
    assert (await ask(box, source)).status_code == 200
    assert (await box.get("/_calls")).json()[source] == 2


async def test_too_busy_is_told_from_too_fast_at_musicbrainz(box: httpx.AsyncClient) -> None:
    await broken(box, "musicbrainz", "503", times=1)
    busy = (await ask(box, "musicbrainz")).headers
    assert (busy["x-ratelimit-zone"], busy["retry-after"]) == ("global", "0")
    await broken(box, "musicbrainz", "429", retry_after=2)
    fast = (await ask(box, "musicbrainz")).headers
    assert ("x-ratelimit-zone" in fast, fast["retry-after"]) == (False, "2")


async def test_too_much_asked_of_steam_is_null(box: httpx.AsyncClient) -> None:
    await broken(box, "steam", "429")
    assert (await ask(box, "steam")).text == recorded_text("steam/appdetails_rate_limited_template.txt").strip()


async def test_with_a_key_google_limits_by_the_minute_not_to_none(box: httpx.AsyncClient) -> None:
    await broken(box, "google_books", "429")
    metadata = (await ask(box, "google_books")).json()["error"]["details"][0]["metadata"]
    assert (metadata["quota_limit"], metadata["quota_limit_value"]) == ("defaultPerMinutePerUser", "100")


async def test_malformed_is_json_cut_short(box: httpx.AsyncClient) -> None:
    await broken(box, "all", "malformed")
    for source in ("google_books", "tmdb", "igdb", "lastfm", *KEYLESS):
        answer = await ask(box, source)
        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            answer.json()


async def test_html_comes_where_json_was_due(box: httpx.AsyncClient) -> None:
    await broken(box, "tmdb", "html")
    answer = await ask(box, "tmdb")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_delay_waits_and_then_answers(box: httpx.AsyncClient) -> None:
    await broken(box, "tmdb", "delay", ms=120)
    started = time.monotonic()
    assert (await ask(box, "tmdb")).status_code == 200
    assert time.monotonic() - started >= 0.12


async def test_hang_never_answers_and_others_still_do(wire: httpx.AsyncClient) -> None:
    await broken(wire, "igdb", "hang")
    with pytest.raises(httpx.ReadTimeout):
        await wire.post("/igdb/v4/games", headers=IGDB_HEADERS, timeout=httpx.Timeout(60, read=0.2))
    assert (await ask(wire, "tmdb")).status_code == 200


async def test_drop_closes_the_connection_without_an_answer(wire: httpx.AsyncClient) -> None:
    await broken(wire, "tmdb", "drop", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await ask(wire, "tmdb")
    assert (await ask(wire, "tmdb")).status_code == 200


async def test_drop_raises_in_process(box: httpx.AsyncClient) -> None:
    await broken(box, "tmdb", "drop")
    with pytest.raises(ConnectionResetError):
        await ask(box, "tmdb")


async def test_hang_ends_when_the_caller_gives_up(box: httpx.AsyncClient) -> None:
    await broken(box, "tmdb", "hang")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await ask(box, "tmdb")


async def test_huge_is_thirty_megabytes_of_unannounced_length(wire: httpx.AsyncClient) -> None:
    await broken(wire, "tmdb", "huge")
    async with wire.stream("GET", "/tmdb/3/authentication") as answer:
        assert "content-length" not in answer.headers
        assert sum([len(chunk) async for chunk in answer.aiter_bytes()]) > 30_000_000


async def test_huge_can_be_left_early(wire: httpx.AsyncClient) -> None:
    await broken(wire, "tmdb", "huge")
    async with wire.stream("GET", "/tmdb/3/authentication") as answer:
        async for _ in answer.aiter_bytes():
            break
    assert (await ask(wire, "igdb")).status_code == 200


async def test_the_front_page_says_what_is_where(box: httpx.AsyncClient) -> None:
    front = (await box.get("/")).text
    assert all(source.prefix in front for source in SOURCES)
    assert (await box.get("/tmdbx")).status_code == 404


def test_the_settings_are_the_products_own() -> None:
    settings = sandbox.settings("http://127.0.0.1:8100/")
    assert {name.lower() for name in settings} <= set(Settings.model_fields)
    assert Settings.model_validate({name.lower(): value for name, value in settings.items()})
    addresses = [value for name, value in settings.items() if name.endswith("_URL")]
    assert all(any(source.prefix in address for source in SOURCES) for address in addresses)
    outside = {name for name in Settings.model_fields if name.endswith(("_covers_url", "_key", "_client_id"))}
    assert outside - {"secret_key", "meilisearch_key"} <= {name.lower() for name in settings}


def test_serving_stops_while_a_call_hangs() -> None:
    with serving() as address, httpx.Client(base_url=address) as client:
        client.post("/_faults", json={"source": "tmdb", "mode": "hang"})
        with pytest.raises(httpx.ReadTimeout):
            client.get("/tmdb/3/authentication", timeout=httpx.Timeout(60, read=0.1))
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_the_program_says_where_it_answers_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            address = next(word for word in program.stdout.readline().split() if word.startswith("http"))
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    assert httpx.get(f"{address}/_calls", timeout=60).status_code == 200
                    break
                except httpx.ConnectError:
                    time.sleep(0.02)
        finally:
            program.terminate()
        program.wait(60)


TMDB_POSTER = "/tmdb-covers/t/p/w342/none.jpg"


@pytest.mark.parametrize(
    ("mode", "status", "content_type"),
    [("svg", 200, "image/svg+xml"), ("bomb", 200, "image/png"), ("inward", 302, ""), ("404", 404, "text/plain")],
)
async def test_a_picture_s_address_can_mean_harm(
    box: httpx.AsyncClient, mode: str, status: int, content_type: str
) -> None:
    await broken(box, "tmdb_covers", mode)
    answer = await box.get(TMDB_POSTER)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(content_type)
    assert answer.headers.get("location", "") == (METADATA if mode == "inward" else "")
    if mode == "bomb":
        assert len(answer.content) < 200_000


async def test_inward_is_wherever_we_say(box: httpx.AsyncClient) -> None:
    await broken(box, "tmdb_covers", "inward", to="http://127.0.0.1:1/")
    assert (await box.get(TMDB_POSTER)).headers["location"] == "http://127.0.0.1:1/"


@pytest.mark.parametrize(
    ("mode", "status", "body"), [("empty", 200, b""), ("wrong", 200, b'"Dune"'), ("loop", 302, b"")]
)
async def test_an_answer_can_be_none(box: httpx.AsyncClient, mode: str, status: int, body: bytes) -> None:
    await broken(box, "tvmaze", mode)
    answer = await box.get("/tvmaze/search/shows?q=dune")
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers.get("location", "") == ("/tvmaze/search/shows" if mode == "loop" else "")
