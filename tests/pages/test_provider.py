"""In by an account elsewhere: linked by who is signed in, bound to one browser, and by nothing that can be made up."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import TextClause, text

from app.accounts import devices, identities
from app.accounts.identities import way_of
from app.kit import clock
from app.kit.db import Database
from app.kit.openid import Somebody, openid_of
from app.kit.settings import Settings, SettingsError, read_settings
from app.web.provider import WAY
from app.web.signed_in import COOKIE
from sandbox.openid import CLIENT, SECRET, TWISTS
from sandbox.server import serving
from tests.cast import HOST, PASSWORD, Browser, MakeApp, Person, sign_up
from tests.fair_loop import lived
from tests.markup import read

REFRESH = re.compile(r'<meta http-equiv="refresh" content="0;url=([^"]+)">')
COUNTS = text("SELECT (SELECT count(*) FROM identities), (SELECT count(*) FROM users)")
SESSIONS = text("SELECT count(*) FROM sessions")
WAYS = text("SELECT count(*) FROM authorization_requests")
AGE = text("UPDATE authorization_requests SET expires_at = now() - interval '1 second'")
AUDITED = text("SELECT action, refused, details FROM audit_events WHERE action LIKE :like ORDER BY id")
OPEN = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
DEVICES = text("SELECT count(*) FROM devices")
DISABLE = text("UPDATE users SET disabled_at = now() WHERE id = :id")
UNSURE = text("UPDATE sessions SET proved_at = :then WHERE user_id = :id")


@pytest.fixture(scope="module")
def box() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
async def outside(box: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=box) as client:
        yield client
        await client.delete("/_faults")
        await client.delete("/_calls")


def with_provider(settings: Settings, box: str, **other: str | None) -> Settings:
    given = {"oidc_issuer": f"{box}/openid", "oidc_client_id": CLIENT, "oidc_client_secret": SECRET} | other
    return read_settings(**settings.model_dump() | given)


@pytest.fixture(scope="module")
def app(make_app: MakeApp, settings: Settings, box: str) -> ASGIApp:
    return make_app(settings=with_provider(settings, box))


async def sent_to(answer: httpx.Response) -> str:
    """Where the page sends the browser on to."""
    assert answer.status_code == 200, (answer.status_code, answer.text[:300])
    found = REFRESH.search(answer.text)
    assert found, answer.text[:600]
    return unescape(found[1])


async def said_there(outside: httpx.AsyncClient, address: str, who: str) -> str:
    """The way back, as the provider sends it once somebody said who they are."""
    answer = await outside.get(f"{address}&who={who}")
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["location"])
    return f"{parts.path}?{parts.query}"


async def there_and_back(
    browser: Browser, outside: httpx.AsyncClient, who: str, start: str = "/login/provider"
) -> httpx.Response:
    address = await sent_to(await browser.post(start))
    return await browser.get(await said_there(outside, address, who))


async def link(person: Person, outside: httpx.AsyncClient, who: str) -> None:
    answer = await there_and_back(person, outside, who, "/settings/security/identities")
    assert answer.headers["location"] == "/settings/security"
    assert "Linked." in (await person.follow(answer)).text


async def linked(database: Database, box: str, person: Person, who: str = "alice") -> None:
    """Without the way there."""
    async with database.session() as session:
        await identities.link(session, person.id, Somebody(f"{box}/openid", f"subject of {who}", who))


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/library")).status_code == 200


async def calls(outside: httpx.AsyncClient) -> int:
    return int((await outside.get("/_calls")).json()["openid"])


async def one(database: Database, statement: TextClause) -> tuple[int, ...]:
    async with database.reading() as session:
        return tuple((await session.execute(statement)).one())


async def test_who_linked_an_account_elsewhere_gets_in_by_it(
    app: ASGIApp, alice: Person, nobody: Browser, outside: httpx.AsyncClient, database: Database
) -> None:
    await link(alice, outside, "alice")
    assert "alice@provider.example" in (await alice.get("/settings/security")).text
    answer = await there_and_back(nobody, outside, "alice", "/login/provider?next=/menus")
    assert (answer.status_code, answer.headers["location"]) == (303, "/menus")
    assert await is_in(nobody)
    async with database.reading() as session:
        told = (await session.execute(AUDITED, {"like": "%"})).all()
    assert [row.action for row in told].count("identity.linked") == 1
    assert [row.details["by"] for row in told if row.action == "session.started"] == ["provider"]


async def test_on_the_way_back_no_browser_is_taken_for_a_new_one(
    alice: Person, nobody: Browser, outside: httpx.AsyncClient, box: str, database: Database
) -> None:
    """Its device cookie is strict, and not shown to us there."""
    await linked(database, box, alice)
    async with database.session() as session:
        await devices.remember(session, alice.id, alice.session_id, "")
    answer = await there_and_back(nobody, outside, "alice")
    assert [each.partition("=")[0] for each in answer.headers.get_list("set-cookie")] == [COOKIE, WAY]
    assert await is_in(nobody)
    async with database.reading() as session:
        assert await session.scalar(DEVICES) == 1
        assert (await session.execute(AUDITED, {"like": "device.%"})).all() == []


async def test_where_there_is_no_provider_there_is_no_door(
    make_app: MakeApp, database: Database, nobody: Browser
) -> None:
    plain = Browser(make_app())
    assert (await plain.post("/login/provider")).status_code == 404
    assert (await plain.get("/login/provider/answer?state=x&code=y")).status_code == 404
    assert "/login/provider" not in (await plain.get("/login")).text
    assert "/login/provider" in (await nobody.get("/login")).text


async def test_an_identity_nobody_linked_opens_nothing_and_makes_nothing(
    alice: Person, nobody: Browser, outside: httpx.AsyncClient, database: Database
) -> None:
    """Not even one whose e-mail address is Alice's."""
    before = await one(database, COUNTS)
    for _ in range(3):
        answer = await there_and_back(nobody, outside, "alice")
        assert answer.headers["location"] == "/login"
        assert "opens none here yet" in (await nobody.follow(answer)).text
    assert not await is_in(nobody)
    assert await one(database, COUNTS) == before
    async with database.reading() as session:
        refused = (await session.execute(AUDITED, {"like": "session.refused"})).all()
    assert [(row.refused, row.details) for row in refused] == [(True, {"by": "provider"})]


async def test_what_is_asked_of_the_provider_is_bound_to_this_browser_alone(
    nobody: Browser, settings: Settings
) -> None:
    answer = await nobody.post("/login/provider")
    address = await sent_to(answer)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == f"{settings.address}/login/provider/answer"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid profile email"
    assert len(asked["state"]) == len(asked["nonce"]) == 64
    way = way_of(nobody.client.cookies[WAY])
    assert way
    assert way.is_of(asked["state"])
    assert way.ticket.verifier not in address
    assert way.secret not in address
    said = answer.headers["set-cookie"]
    assert all(part in said for part in ("__Host-provider=", "HttpOnly", "Secure", "SameSite=lax", "Max-Age=600"))
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")


async def test_the_database_holds_nothing_to_come_back_with(nobody: Browser, database: Database) -> None:
    await nobody.post("/login/provider")
    way = way_of(nobody.client.cookies[WAY])
    assert way
    async with database.reading() as session:
        row = str((await session.execute(text("SELECT a::text FROM authorization_requests a"))).all())
    for secret in (way.secret, way.ticket.state, way.ticket.nonce, way.ticket.verifier):
        assert secret not in row


@pytest.mark.parametrize("wrong", ["no state", "another state", "no cookie", "another browser", "late", "twice"])
async def test_who_comes_back_otherwise_is_nobody_and_the_provider_is_not_asked(
    alice: Person, nobody: Browser, app: ASGIApp, outside: httpx.AsyncClient, database: Database, wrong: str, box: str
) -> None:
    """OA-1."""
    await linked(database, box, alice)
    way_back = await said_there(outside, await sent_to(await nobody.post("/login/provider")), "alice")
    browser = nobody
    match wrong:
        case "no state":
            way_back = re.sub(r"state=\w+", "", way_back)
        case "another state":
            way_back = re.sub(r"state=\w{4}", "state=0000", way_back)
        case "no cookie":
            nobody.client.cookies.delete(WAY)
        case "another browser":
            browser = Browser(app)
            await browser.post("/login/provider")
        case "late":
            async with database.session() as session:
                await session.execute(AGE)
        case "twice":
            carried = nobody.client.cookies[WAY]
            await nobody.get(way_back)
            browser = Browser(app)
            browser.client.cookies.set(WAY, carried, domain=HOST, path="/")
    before = await calls(outside), await one(database, SESSIONS)
    answer = await browser.get(way_back)
    assert answer.status_code == 400
    assert "Begin again" in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert (await calls(outside), await one(database, SESSIONS)) == before
    assert browser.client.cookies.get(COOKIE) is None


@pytest.mark.parametrize("twist", [twist for twist in TWISTS if twist != "new-key"])
async def test_what_does_not_prove_anything_opens_nothing(
    alice: Person, nobody: Browser, outside: httpx.AsyncClient, twist: str, database: Database, box: str
) -> None:
    """Another nonce, no signature, the public key as a secret, for another client, from another issuer, too old, …"""
    await linked(database, box, alice)
    answer = await there_and_back(nobody, outside, f"alice!{twist}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "could not make sure who you are" in (await nobody.follow(answer)).text
    assert not await is_in(nobody)


async def test_a_provider_may_change_its_keys(
    make_app: MakeApp, settings: Settings, box: str, alice: Person, outside: httpx.AsyncClient, database: Database
) -> None:
    await linked(database, box, alice)
    later = Browser(make_app(settings=with_provider(settings, box)))
    answer = await there_and_back(later, outside, "alice!new-key")
    assert answer.headers["location"] == "/"


async def test_a_key_nobody_knows_is_asked_for_once_a_minute(
    make_app: MakeApp, settings: Settings, box: str, database: Database, outside: httpx.AsyncClient
) -> None:
    app = make_app(settings=with_provider(settings, box))
    await there_and_back(Browser(app), outside, "alice")
    before = await calls(outside)
    for _ in range(3):
        await there_and_back(Browser(app), outside, "alice!new-key")
    assert await calls(outside) - before == 3 * 2  # authorize and token, and no keys within the minute


async def test_who_changes_their_mind_is_told_that_nothing_happened(
    nobody: Browser, outside: httpx.AsyncClient
) -> None:
    answer = await there_and_back(nobody, outside, "")
    assert answer.headers["location"] == "/login"
    page = await nobody.follow(answer)
    assert "Nothing was changed." in page.text


async def test_a_code_counts_once(
    alice: Person, nobody: Browser, app: ASGIApp, outside: httpx.AsyncClient, database: Database, box: str
) -> None:
    """Two browsers, each with a state of its own, and one code."""
    await linked(database, box, alice)
    way_back = await said_there(outside, await sent_to(await nobody.post("/login/provider")), "alice")
    thief = Browser(app)
    asked = parse_qs(urlsplit(await sent_to(await thief.post("/login/provider"))).query)
    stolen = re.sub(r"state=\w+", f"state={asked['state'][0]}", way_back)
    answer = await thief.get(stolen)
    assert answer.headers["location"] == "/login"  # the verifier is the other's
    assert not await is_in(thief)


async def test_twenty_who_come_back_at_once_are_let_in_once(
    alice: Person, nobody: Browser, outside: httpx.AsyncClient, database: Database, box: str
) -> None:
    await linked(database, box, alice)
    way_back = await said_there(outside, await sent_to(await nobody.post("/login/provider")), "alice")
    cookie = {"cookie": f"{WAY}={nobody.client.cookies[WAY]}"}
    before = await one(database, SESSIONS)
    answers = await asyncio.gather(*(nobody.client.get(way_back, headers=cookie) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 19
    assert await one(database, SESSIONS) == (before[0] + 1,)


@pytest.mark.parametrize("mode", ["refuse", "500", "malformed", "huge"])
async def test_a_provider_in_trouble_is_a_sentence_and_no_fault(
    make_app: MakeApp, settings: Settings, box: str, outside: httpx.AsyncClient, database: Database, mode: str
) -> None:
    browser = Browser(make_app(settings=with_provider(settings, "http://127.0.0.1:1" if mode == "refuse" else box)))
    if mode != "refuse":
        assert (await outside.post("/_faults", json={"source": "openid", "mode": mode})).status_code == 200
    answer = await browser.post("/login/provider")
    assert answer.headers["location"] == "/login"
    assert "There is no answer from single sign-on." in (await browser.follow(answer)).text


async def test_a_provider_that_hangs_keeps_nobody_else_waiting(
    make_app: MakeApp, settings: Settings, box: str, outside: httpx.AsyncClient, database: Database
) -> None:
    """No connection is held for it, least of all those of who logs in; and it is not waited for again at once."""
    app = make_app(settings=with_provider(settings, box))
    assert (await outside.post("/_faults", json={"source": "openid", "mode": "hang"})).status_code == 200
    alice = await sign_up(app, database, "Alice")
    await alice.token()

    async def logging_in() -> float:
        began, door = lived(), Browser(app)
        typed = {"email": "alice@example.org", "password": PASSWORD}
        assert (await door.client.post("/login", data=typed, headers=door.said)).status_code == 303
        assert (await door.get("/readyz")).status_code == 200
        return lived() - began

    alone = await logging_in()
    visitors = [Browser(app) for _ in range(6)]
    hung = [asyncio.create_task(visitor.client.post("/login/provider", headers=visitor.said)) for visitor in visitors]
    hung.append(asyncio.create_task(alice.post("/settings/security/identities", {"_key": "link"})))
    await asyncio.sleep(0.3)
    async with database.reading() as session, asyncio.timeout(20):
        while await session.scalar(OPEN):  # noqa: ASYNC110 - it is others who have begun late
            await asyncio.sleep(0.05)
    assert await logging_in() < 2 + 2 * alone
    answers = await asyncio.gather(*hung)
    assert [answer.headers["location"] for answer in answers] == ["/login"] * 6 + ["/settings/security"]
    began = lived()
    assert (await Browser(app).post("/login/provider")).headers["location"] == "/login"
    assert lived() - began < 2
    assert await one(database, WAYS) == (0,)


async def test_who_comes_back_to_a_provider_that_hangs_is_told_so_in_time(
    make_app: MakeApp, settings: Settings, box: str, outside: httpx.AsyncClient, database: Database
) -> None:
    assert database  # emptied after the test
    browser = Browser(make_app(settings=with_provider(settings, box)))
    way_back = await said_there(outside, await sent_to(await browser.post("/login/provider")), "alice")
    assert (await outside.post("/_faults", json={"source": "openid", "mode": "hang"})).status_code == 200
    answer = await browser.get(way_back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "There is no answer from single sign-on." in (await browser.follow(answer)).text


async def test_linking_is_for_who_proved_themselves_a_moment_ago(alice: Person, database: Database) -> None:
    async with database.session() as session:
        await session.execute(UNSURE, {"id": alice.id, "then": clock.now() - timedelta(hours=1)})
    answer = await alice.post("/settings/security/identities")
    assert answer.status_code in (303, 403)
    assert await one(database, WAYS) == (0,)


async def test_a_link_begun_by_one_is_not_finished_by_another(
    alice: Person, charlie: Person, outside: httpx.AsyncClient, database: Database
) -> None:
    """Charlie would have Alice's account opened by his identity, or his own by hers."""
    address = await sent_to(await charlie.post("/settings/security/identities"))
    way_back = await said_there(outside, address, "charlie")
    alice.client.cookies.set(WAY, charlie.client.cookies[WAY], domain=HOST, path="/")
    assert (await alice.get(way_back)).status_code == 400
    assert (await one(database, COUNTS))[0] == 0


async def test_an_account_elsewhere_opens_one_account_here(
    alice: Person, bob: Person, outside: httpx.AsyncClient, database: Database
) -> None:
    """OA-5."""
    await link(alice, outside, "alice")
    answer = await there_and_back(bob, outside, "alice", "/settings/security/identities")
    assert "opens another account here already" in (await bob.follow(answer)).text
    answer = await there_and_back(alice, outside, "alice2", "/settings/security/identities")
    assert "Unlink that one first" in (await alice.follow(answer)).text
    await link(alice, outside, "alice")  # twice is safe
    assert (await one(database, COUNTS))[0] == 1


async def test_what_is_unlinked_opens_nothing_and_is_nobody_elses_to_unlink(
    alice: Person, charlie: Person, nobody: Browser, outside: httpx.AsyncClient, database: Database, box: str
) -> None:
    await linked(database, box, alice)
    async with database.reading() as session:
        (identity,) = await identities.identities_of(session, alice.id)
    path = f"/settings/security/identities/{identity.id}"
    assert (await charlie.delete(path)).status_code == 404
    assert (await alice.delete(path)).status_code == 303
    answer = await there_and_back(nobody, outside, "alice")
    assert answer.headers["location"] == "/login"
    assert not await is_in(nobody)


async def test_a_disabled_account_stays_shut(
    alice: Person, nobody: Browser, outside: httpx.AsyncClient, database: Database, box: str
) -> None:
    await linked(database, box, alice)
    async with database.session() as session:
        await session.execute(DISABLE, {"id": alice.id})
    assert (await there_and_back(nobody, outside, "alice")).headers["location"] == "/login"
    assert not await is_in(nobody)


async def test_another_site_cannot_begin_it(app: ASGIApp, alice: Person) -> None:
    elsewhere = Browser(app, said={"sec-fetch-site": "cross-site"})
    elsewhere.carry(alice.cookie or "")
    for path in ("/login/provider", "/settings/security/identities"):
        assert (await elsewhere.post(path)).status_code == 403


async def test_ways_nobody_came_back_on_are_swept(nobody: Browser, database: Database) -> None:
    await nobody.post("/login/provider")
    async with database.session() as session:
        assert await identities.sweep(session) == 0
        await session.execute(AGE)
        assert await identities.sweep(session) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"oidc_issuer": "http://id.example"}, "OIDC_ISSUER: this must begin with https://"),
        ({"oidc_issuer": "https://id.example", "oidc_client_id": None}, "OIDC_CLIENT_ID: this is needed"),
    ],
)
def test_a_provider_that_is_set_wrongly_is_one_sentence(given: dict[str, str | None], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        openid_of(read_settings(_env_file=None, **{"oidc_client_id": CLIENT} | given))


async def test_a_second_factor_is_asked_for_all_the_same(
    app: ASGIApp, database: Database, outside: httpx.AsyncClient, nobody: Browser, box: str
) -> None:
    eve = await sign_up(app, database, "Eve")
    await linked(database, box, eve, "eve")
    async with database.session() as session:
        await session.execute(
            text("INSERT INTO totp_secrets (id, user_id, sealed, confirmed_at) VALUES (:id, :id, 'x', now())"),
            {"id": eve.id},
        )
    answer = await there_and_back(nobody, outside, "eve")
    assert answer.headers["location"] == "/login/second"
    assert not await is_in(nobody)


async def test_what_was_sent_is_not_carried_to_a_provider_and_the_page_says_what_to_do(
    app: ASGIApp, alice: Person, nobody: Browser
) -> None:
    """No page of a provider brings a form back. Sent again after a login in another tab, it goes through."""
    token = await alice.token()
    form = urlencode({"title": "Winter", "intent": "", "_csrf_token": token})
    sent: dict[str, Any] = {
        "content": form,
        "headers": {"content-type": "application/x-www-form-urlencoded"} | nobody.said,
    }
    asked = await nobody.client.post("/menus", **sent)
    assert asked.status_code == 401
    page = read(asked.text).at("content")
    assert not any("/login/provider" in each.attributes["action"] for each in page.every("form"))
    assert "reload this page" in page.text
    assert (await nobody.post("/login", {"email": alice.email, "password": PASSWORD})).status_code == 303
    again = await nobody.client.post("/menus", **sent)
    assert (again.status_code, "Send it now" in again.text, "Winter" in again.text) == (403, True, True)
