"""The connectors against the outside world in a box: the same HTTP, and every way it can break."""

from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from app.kit.guarded import Guarded
from app.kit.outbound import Outbound
from app.kit.settings import read_settings
from app.sources.asking import ask
from app.sources.covering import Covers
from app.sources.covers import asked_for, cover_place, origins_given
from app.sources.registry import all_sources
from app.sources.source import Source
from sandbox import settings
from tests.sources.conftest import KEYS
from tests.sources.together import ask_all

KEYED = ("google_books", "tmdb", "igdb", "lastfm")
KEYLESS = ("open_library", "wikidata", "tvmaze", "steam", "musicbrainz", "itunes")


@pytest.fixture
def boxed(address: str, outbound: Outbound) -> dict[str, Source]:
    environment = {name.lower(): value for name, value in settings(address).items()}
    return all_sources(read_settings(**environment | KEYS), outbound)


async def test_dune_is_found_everywhere_and_fetched_as_found(boxed: dict[str, Source]) -> None:
    answers = await ask_all(boxed.values(), "dune", None)
    assert [(answer.source, answer.state) for answer in answers] == [(name, "answered") for name in boxed]
    for answer in answers:
        assert answer.candidates, answer
        for found in answer.candidates:
            whole = await boxed[answer.source].fetch(found.external_id)
            assert (whole.external_id, whole.title, whole.type) == (found.external_id, found.title, found.type)
            assert whole.creators, whole
            assert set(found.identifiers) <= set(whole.identifiers)


@pytest.mark.parametrize("name", [*KEYED, *KEYLESS])
async def test_pages_do_not_repeat_and_end(boxed: dict[str, Source], name: str) -> None:
    seen: list[str] = []
    for page in range(1, 12):
        found = [each.external_id for each in await boxed[name].search("the", None, page)]
        assert not set(found) & set(seen)
        seen += found
        if not found:
            break
    else:
        pytest.fail("it never ends")
    assert seen


async def test_a_cover_can_be_had_from_its_key(boxed: dict[str, Source], address: str, tmp_path: Path) -> None:
    settings = boxed["tmdb"].settings.model_copy(update={"tastebuds_data": tmp_path})
    wanted = {
        found.cover.provider: found
        for answer in await ask_all(boxed.values(), "dune", None)
        for found in answer.candidates
        if found.cover
    }
    assert wanted.keys() == {*KEYED, *KEYLESS, "cover_art"} - {"musicbrainz"}
    covers = Covers(settings, Guarded(trusted=origins_given(settings)), patience=10.0)
    for provider, found in wanted.items():
        place = cover_place(settings, provider, found.cover.key, found.type)  # type: ignore[union-attr]
        asked = asked_for(settings, unquote(f"{place}640.webp".removeprefix("/covers/")))
        assert asked
        assert await covers.picture(asked), provider
    await covers.close()


@pytest.mark.parametrize("name", KEYED)
async def test_a_refused_key_is_a_row_in_words(boxed: dict[str, Source], wire: httpx.AsyncClient, name: str) -> None:
    await wire.post("/_faults", json={"source": name, "mode": "401"})
    assert "refused the key" in (await ask(boxed[name], "dune")).sentence


@pytest.mark.parametrize("name", KEYLESS)
async def test_to_be_refused_without_a_key_is_to_have_asked_too_much(
    boxed: dict[str, Source], wire: httpx.AsyncClient, name: str
) -> None:
    await wire.post("/_faults", json={"source": name, "mode": "401"})
    assert "asked us to wait until" in (await ask(boxed[name], "dune")).sentence


@pytest.mark.parametrize("name", [*KEYED, *KEYLESS])
async def test_a_fault_that_passes_is_not_noticed(boxed: dict[str, Source], wire: httpx.AsyncClient, name: str) -> None:
    await wire.post("/_faults", json={"source": name, "mode": "503", "times": 1})
    assert (await ask(boxed[name], "dune")).state == "answered"


async def test_a_wrong_key_is_named(address: str, outbound: Outbound, boxed: dict[str, Source]) -> None:
    settings = boxed["tmdb"].settings
    wrong = dict.fromkeys(("google_books_key", "tmdb_key", "igdb_client_secret", "lastfm_key"), "wrong")
    sources = all_sources(read_settings(**settings.model_dump() | wrong), outbound)
    answers = await ask_all([sources[name] for name in KEYED], "dune", None)
    assert [answer.sentence for answer in answers] == [
        "Google Books refused the key: check GOOGLE_BOOKS_KEY.",
        "TMDB refused the key: check TMDB_KEY.",
        "IGDB refused the key: check IGDB_CLIENT_ID and IGDB_CLIENT_SECRET.",
        "Last.fm refused the key: check LASTFM_KEY.",
    ]


@pytest.mark.parametrize("mode", ["401", "500", "malformed", "drop", "ok"])
async def test_no_key_is_said_or_logged(
    address: str,
    boxed: dict[str, Source],
    outbound: Outbound,
    wire: httpx.AsyncClient,
    mode: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys = {key: f"c4nary-{key}" for key in KEYS}
    sources = all_sources(read_settings(**boxed["tmdb"].settings.model_dump() | keys), outbound)
    await wire.post("/_faults", json={"source": "all", "mode": mode})
    caplog.set_level("DEBUG")
    for library in ("httpx", "httpcore"):  # they log addresses, and are kept quiet where logging is set up
        caplog.set_level("WARNING", library)
    answers = await ask_all(sources.values(), "dune", None)
    said = "".join(answer.sentence for answer in answers)
    assert "c4nary" not in said + caplog.text + "".join(capsys.readouterr())
