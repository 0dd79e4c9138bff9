"""The operator pastes keys, tests them, removes them; nobody sees one again."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

import sandbox
from app.kit.db import Database
from app.kit.outbound import Outbound
from app.kit.settings import Settings, read_settings
from app.sources.attempts import KeptAttempts
from app.sources.budgets import SharedBudgets
from app.sources.circuits import Passed, SharedCircuits, Shut
from app.sources.keyring import NAMES
from app.sources.registry import all_sources
from sandbox.server import serving
from tests.cast import Browser, MakeApp, Person, sign_up
from tests.markup import Element, read

PAGE = "/ops/sources/keys"
CANARY = "c4nary" + "5" * 26
ACTIONS = (("PUT", f"{PAGE}/tmdb"), ("DELETE", f"{PAGE}/tmdb"), ("POST", f"{PAGE}/tmdb/test"))
DUMP = text("SELECT string_agg(k::text, ' ') FROM source_keys k")


@pytest.fixture(scope="module")
def box() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def bare(settings: Settings, box: str) -> Settings:
    """The sandbox, and no key."""
    found = {name.lower(): value for name, value in sandbox.settings(box).items() if name.endswith("_URL")}
    return read_settings(_env_file=None, **settings.model_dump() | found | dict.fromkeys(map(str.lower, NAMES)))


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    outbound = Outbound()
    yield outbound
    await outbound.close()


@pytest.fixture
def app(make_app: MakeApp, bare: Settings, outbound: Outbound, database: Database) -> ASGIApp:
    return make_app(all_sources(bare, outbound, circuits=SharedCircuits(database)), bare)


@pytest.fixture
async def switchboard(box: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=box, timeout=60) as client:
        yield client
        await client.delete("/_faults")


def of(page: Element, source: str) -> Element:
    return page.at(f"keys-{source}")


async def test_each_source_that_needs_a_key_says_where_to_get_it(odile: Person) -> None:
    page = await odile.see(PAGE)
    assert [each.text for each in page.every("h2")] == ["Google Books", "TMDB", "IGDB", "Last.fm"]
    for source in ("google_books", "tmdb", "igdb", "lastfm"):
        section = of(page, source)
        assert "is not set" in section.text
        assert [link.attributes["rel"] for link in section.every("a")] == ["noreferrer noopener"]
        assert not section.has("form", action=f"{PAGE}/{source}/test")


async def test_a_pasted_key_is_in_use_and_only_its_end_is_seen(odile: Person, database: Database) -> None:
    there = await odile.follow(await odile.put(f"{PAGE}/tmdb", {"tmdb_key": CANARY + "abcd"}))
    assert "The key of TMDB is kept." in there.text
    assert "ends in abcd" in of(there, "tmdb").text
    assert "in use" in of(there, "tmdb").text
    assert not (await odile.see(PAGE)).text.count("The key of TMDB is kept.")
    async with database.session() as session:
        assert CANARY not in str(await session.scalar(DUMP))


async def test_htmx_gets_the_source_it_changed(odile: Person) -> None:
    for method, path, form in (
        ("PUT", f"{PAGE}/igdb", {"igdb_client_id": "client-of-igdb", "igdb_client_secret": CANARY}),
        ("POST", f"{PAGE}/igdb/test", {}),
        ("DELETE", f"{PAGE}/igdb", {}),
    ):
        answer = await odile.send(method, path, form, target="keys-igdb")
        assert answer.status_code == 200
        assert [element.attributes["id"] for element in read(answer.text).roots] == ["keys-igdb"]
        assert CANARY not in answer.text


@pytest.mark.parametrize("target", ["", "keys-igdb"], ids=["plain", "htmx"])
async def test_what_cannot_be_a_key_is_said_beside_it_and_no_key_is_sent_back(odile: Person, target: str) -> None:
    pasted = {"igdb_client_id": "client-of-igdb", "igdb_client_secret": f"{CANARY} and more"}
    answer = await odile.put(f"{PAGE}/igdb", pasted, target=target)
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.wrong() == {
        "igdb_client_secret": "A key is one word of letters, digits and signs. "
        "Paste it again, without anything around it."
    }
    assert page.value("igdb_client_id") == "client-of-igdb"
    assert CANARY not in answer.text
    assert "IGDB_CLIENT_SECRET" in page.at("paste-errors").text


@pytest.mark.parametrize("target", ["", "keys-igdb"], ids=["plain", "htmx"])
async def test_a_key_that_is_missing_is_asked_for(odile: Person, target: str) -> None:
    answer = await odile.put(f"{PAGE}/igdb", {"igdb_client_id": "client-of-igdb"}, target=target)
    assert (answer.status_code, read(answer.text).wrong()) == (422, {"igdb_client_secret": "Paste it here."})


async def test_pasting_and_removing_twice_is_safe(odile: Person) -> None:
    for _ in range(2):
        assert (await odile.put(f"{PAGE}/tmdb", {"tmdb_key": CANARY})).status_code == 303
    for _ in range(2):
        there = await odile.follow(await odile.delete(f"{PAGE}/tmdb"))
        assert "Removed." in there.text
        assert "is not set" in of(there, "tmdb").text


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ("google_books", {"google_books_key": CANARY}),
        ("tmdb", {"tmdb_key": "0123456789abcdef" * 2}),
        ("tmdb", {"tmdb_key": "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl"}),
        ("igdb", {"igdb_client_id": "client", "igdb_client_secret": CANARY}),
        ("lastfm", {"lastfm_key": CANARY}),
    ],
    ids=["google_books", "tmdb api key", "tmdb read access token", "igdb", "lastfm"],
)
async def test_a_key_that_works_is_said_to(odile: Person, source: str, form: dict[str, str]) -> None:
    await odile.put(f"{PAGE}/{source}", form)
    there = await odile.follow(await odile.post(f"{PAGE}/{source}/test"))
    label = of(there, source).at(f"keys-{source}-title").text
    assert f"{label} works with {'these keys' if source == 'igdb' else 'this key'}." in there.text


@pytest.mark.parametrize("target", ["", "keys-lastfm"], ids=["plain", "htmx"])
@pytest.mark.parametrize("source", ["google_books", "tmdb", "igdb", "lastfm"])
async def test_a_key_that_is_refused_is_said_to_be(odile: Person, source: str, target: str) -> None:
    names = {"igdb": ("igdb_client_id", "igdb_client_secret")}.get(source, (f"{source}_key",))
    await odile.put(f"{PAGE}/{source}", dict.fromkeys(names, "wrong"))
    answer = await odile.post(f"{PAGE}/{source}/test", target=target)
    section = of(read(answer.text), source)
    assert answer.status_code == 422
    assert " refused " in section.one(role="alert").text


async def test_a_source_that_is_down_says_nothing_of_its_key(odile: Person, switchboard: httpx.AsyncClient) -> None:
    await odile.put(f"{PAGE}/tmdb", {"tmdb_key": CANARY})
    await switchboard.post("/_faults", json={"source": "tmdb", "mode": "500"})
    answer = await odile.post(f"{PAGE}/tmdb/test")
    assert "TMDB is not working at the moment. That says nothing of this key." in read(answer.text).text


async def test_a_new_key_is_what_is_tested(odile: Person) -> None:
    """A token that IGDB gave for the old keys must not make wrong ones pass."""
    good = {"igdb_client_id": "client", "igdb_client_secret": CANARY}
    await odile.put(f"{PAGE}/igdb", good)
    assert (await odile.post(f"{PAGE}/igdb/test")).status_code == 303
    await odile.put(f"{PAGE}/igdb", good | {"igdb_client_secret": "wrong"})
    assert (await odile.post(f"{PAGE}/igdb/test")).status_code == 422


@pytest.mark.parametrize("what", ["a new key", "a test that works"])
async def test_what_the_old_key_met_is_forgotten(odile: Person, database: Database, what: str) -> None:
    """A day's quota used up is the old key's; without this the new one would wait for its midnight too."""
    await odile.put(f"{PAGE}/tmdb", {"tmdb_key": CANARY})
    await SharedCircuits(database).pause("tmdb", "quota_exhausted", 3600)
    if what == "a new key":
        await odile.put(f"{PAGE}/tmdb", {"tmdb_key": CANARY[::-1]})
    else:
        await odile.post(f"{PAGE}/tmdb/test")
    assert await SharedCircuits(database).admit("tmdb", 1) == Passed()


async def test_what_the_operator_switched_off_stays_off(odile: Person, database: Database) -> None:
    async with database.session() as session:
        await SharedCircuits(database).hold(session, "tmdb")
    await odile.put(f"{PAGE}/tmdb", {"tmdb_key": CANARY})
    await odile.post(f"{PAGE}/tmdb/test")
    assert await SharedCircuits(database).admit("tmdb", 1) == Shut("stopped")


async def test_quota_and_last_trouble_stand_beside_the_key(
    odile: Person, make_app: MakeApp, bare: Settings, outbound: Outbound, database: Database
) -> None:
    attempts = KeptAttempts(database)
    sources = all_sources(bare, outbound, SharedBudgets(database), None, attempts)
    other = Person(make_app(sources, bare), odile.user, odile.cookie or "")
    await other.put(f"{PAGE}/google_books", {"google_books_key": "wrong"})
    await other.post(f"{PAGE}/google_books/test")
    await attempts.close()
    section = of(await other.see(PAGE), "google_books")
    assert "1 of 950 requests made today" in section.text
    assert "It refused the key. Paste another one." in section.text


async def test_there_is_nothing_to_test_without_a_key(odile: Person) -> None:
    answer = await odile.post(f"{PAGE}/tmdb/test")
    assert "There is no key of TMDB to test yet." in answer.text


async def test_pasting_and_removing_take_a_fresh_proof(odile: Person, database: Database) -> None:
    await odile.put(f"{PAGE}/tmdb", {"tmdb_key": CANARY})
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET proved_at = proved_at - interval '11 minutes'"))
        before = await session.scalar(DUMP)
    for method, address in (("PUT", f"{PAGE}/tmdb"), ("DELETE", f"{PAGE}/tmdb")):
        answer = await odile.send(method, address, {"tmdb_key": CANARY[::-1]})
        assert answer.status_code == 403
        assert CANARY[::-1] not in answer.text
    async with database.session() as session:
        assert await session.scalar(DUMP) == before


@pytest.mark.parametrize(("method", "path"), ACTIONS, ids=lambda value: value)
async def test_who_does_not_operate_finds_nothing(
    alice: Person, nobody: Browser, database: Database, method: str, path: str
) -> None:
    for target in ("", "keys-tmdb"):
        assert (await alice.send(method, path, {"tmdb_key": CANARY}, target=target)).status_code == 404
    for target in ("", "keys-tmdb"):
        assert (await nobody.send(method, path, target=target)).status_code == 404
    async with database.session() as session:
        assert await session.scalar(DUMP) is None


@pytest.mark.parametrize("source", ["tvmaze", "nothing"])
async def test_a_source_without_keys_has_none_to_paste(odile: Person, source: str) -> None:
    for method in ("PUT", "DELETE"):
        assert (await odile.send(method, f"{PAGE}/{source}")).status_code == 404
    assert (await odile.post(f"{PAGE}/{source}/test")).status_code == 404


async def test_what_the_server_was_started_with_is_shown_as_that_and_not_changed(
    make_app: MakeApp, bare: Settings, outbound: Outbound, database: Database
) -> None:
    started = read_settings(**bare.model_dump() | {"tmdb_key": CANARY + "abcd", "contact": "host@example.org"})
    app = make_app(all_sources(started, outbound), started)
    odile = await sign_up(app, database, "Odile", is_first=True, is_operator=True)
    page = await odile.see(PAGE)
    section = of(page, "tmdb")
    assert "is set where the server is started, ends in abcd. Change it there." in section.text
    assert not section.has("input", name="tmdb_key")
    assert not section.has("form", action=f"{PAGE}/tmdb?_method=DELETE")
    assert section.has("form", action=f"{PAGE}/tmdb/test")
    assert (await odile.put(f"{PAGE}/tmdb", {"tmdb_key": "another"})).status_code == 409
    assert "CONTACT" not in page.text


async def test_who_wants_to_know_whom_to_write_to_is_named(odile: Person) -> None:
    assert "Wikidata and MusicBrainz want to know whom to write to: set CONTACT" in (await odile.see(PAGE)).text


async def test_a_key_kept_with_another_secret_is_asked_for_again(
    odile: Person, make_app: MakeApp, bare: Settings, outbound: Outbound
) -> None:
    await odile.put(f"{PAGE}/tmdb", {"tmdb_key": CANARY})
    moved = read_settings(**bare.model_dump() | {"secret_key": "another secret, long enough to be one too"})
    other = Person(make_app(all_sources(moved, outbound), moved), odile.user, odile.cookie or "")
    section = of(await other.see(PAGE), "tmdb")
    assert "cannot be opened" in section.text
    assert "needs a key" in section.text
    assert section.has("form", action=f"{PAGE}/tmdb?_method=DELETE")


async def test_no_key_is_seen_again(
    odile: Person, switchboard: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """LG-2: whatever the sources do, it is on no page and in no line of the log."""
    caplog.set_level("DEBUG")
    for library in ("httpx", "httpcore"):  # they log addresses, and are kept quiet where logging is set up
        caplog.set_level("WARNING", library)
    seen = ""
    for mode in ("ok", "401", "500", "malformed", "drop"):
        await switchboard.post("/_faults", json={"source": "all", "mode": mode})
        for source in ("google_books", "tmdb", "igdb", "lastfm"):
            names = {"igdb": ("igdb_client_id", "igdb_client_secret")}.get(source, (f"{source}_key",))
            for target in ("", f"keys-{source}"):
                for answer in (
                    await odile.put(f"{PAGE}/{source}", dict.fromkeys(names, CANARY), target=target),
                    await odile.put(f"{PAGE}/{source}", {names[-1]: f"{CANARY} x"}, target=target),
                    await odile.post(f"{PAGE}/{source}/test", target=target),
                    await odile.get(PAGE),
                ):
                    seen += answer.text + str(answer.headers)
    assert "c4nary" not in seen + caplog.text
