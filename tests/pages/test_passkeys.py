"""Passkeys: made by who has just proved who they are, and in with nothing else."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.kit.db import Database
from app.kit.settings import Settings
from app.web.passkeys import COOKIE
from tests.authenticator import set_up
from tests.cast import ADDRESS, Browser, MakeApp, Person
from tests.markup import read
from tests.passkey import PRESENT, SoftKey

HERE = "/settings/security/passkeys"
NOT_TAKEN = "This passkey was not accepted. Try again, or use your password."
TOO_LATE = "That took too long. Try again."


@pytest.fixture(scope="module")
def app(make_app: MakeApp, settings: Settings) -> ASGIApp:
    """That knows its own address."""
    return make_app(settings=settings.model_copy(update={"base_url": ADDRESS}))


async def asked(browser: Browser, purpose: str) -> dict[str, Any]:
    answer = await browser.post("/passkeys/challenges", {"purpose": purpose})
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()
    return options


async def add(person: Person, key: SoftKey, name: str = "Phone") -> httpx.Response:
    made = key.made(await asked(person, "register"))
    answer = await person.post(HERE, {"name": name, "credential": made})
    person.forget_token()
    return answer


async def log_in(browser: Browser, key: SoftKey, then: str = "/library") -> httpx.Response:
    answer = key.answered(await asked(browser, "login"))
    said = await browser.post(f"/login/passkey?next={then}", {"credential": answer})
    browser.forget_token()
    return said


def refused(answer: httpx.Response) -> str:
    assert answer.status_code == 422
    return read(answer.text).at("errors").text


async def actions(database: Database) -> list[tuple[str, bool]]:
    async with database.session() as session:
        found = await session.execute(
            text("SELECT action, refused FROM audit_events WHERE action LIKE 'passkey%' ORDER BY id")
        )
        return [(row.action, row.refused) for row in found]


async def test_a_passkey_logs_in_without_a_password_or_an_address(
    alice: Person, nobody: Browser, database: Database
) -> None:
    key = SoftKey()
    answer = await add(alice, key)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/security")
    assert "Phone" in (await alice.see("/settings/security")).at("passkeys").text
    answer = await log_in(nobody, key)
    assert (answer.status_code, answer.headers["location"]) == (303, "/library")
    assert alice.name in (await nobody.see("/library")).text
    assert await actions(database) == [("passkey.added", False)]


async def test_it_is_two_factors_so_no_code_is_asked_for(alice: Person, nobody: Browser) -> None:
    await set_up(alice)
    key = SoftKey()
    await add(alice, key)
    assert (await log_in(nobody, key)).headers["location"] == "/library"


async def test_what_is_asked_of_the_browser(alice: Person, nobody: Browser) -> None:
    key = SoftKey()
    options = await asked(alice, "register")
    assert options["rp"]["id"] == "tastebuds.test"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert alice.id.hex not in json.dumps(options)
    assert "excludeCredentials" not in options
    before = alice.cookie
    await alice.post(HERE, {"name": "Phone", "credential": key.made(options)})
    assert alice.cookie != before  # SE-1: a session that may be proved in another way has another name
    alice.forget_token()
    again = await asked(alice, "register")
    assert len(again["excludeCredentials"]) == 1
    assert again["user"]["id"] == options["user"]["id"]
    assert again["challenge"] != options["challenge"]
    login = await asked(nobody, "login")
    assert login["userVerification"] == "required"
    assert "allowCredentials" not in login


LIES: dict[str, Callable[[SoftKey], None]] = {
    "another site's page": lambda key: setattr(key, "origin", "https://evil.test"),
    "another port": lambda key: setattr(key, "origin", ADDRESS + ":8443"),
    "plain http": lambda key: setattr(key, "origin", ADDRESS.replace("https", "http")),
    "another party": lambda key: setattr(key, "rp", "evil.test"),
    "nobody verified": lambda key: setattr(key, "flags", PRESENT),
    "within a frame of another site": lambda key: setattr(key, "cross_origin", True),
}


@pytest.mark.parametrize("lie", LIES)
async def test_what_was_not_made_or_answered_here_is_refused(alice: Person, nobody: Browser, lie: str) -> None:
    liar = SoftKey()
    LIES[lie](liar)
    assert refused(await add(alice, liar)) == NOT_TAKEN
    key = SoftKey()
    await add(alice, key)
    LIES[lie](key)
    assert refused(await log_in(nobody, key)) == NOT_TAKEN


async def test_another_s_signature_handle_or_key_is_refused(
    alice: Person, bob: Person, nobody: Browser, database: Database
) -> None:
    hers, his = SoftKey(), SoftKey()
    await add(alice, hers)
    await add(bob, his)
    forged = SoftKey(id=hers.id, handle=hers.handle)
    assert refused(await log_in(nobody, forged)) == NOT_TAKEN
    hers.handle = his.handle
    assert refused(await log_in(nobody, hers)) == NOT_TAKEN
    assert refused(await log_in(nobody, SoftKey(handle=his.handle))) == NOT_TAKEN
    assert refused(await add(bob, SoftKey(id=hers.id))) == "This passkey is known here already."
    told = await actions(database)  # of one account, or else network, once a minute
    assert [refused for _, refused in told] == [False, False, True, True]


async def test_a_challenge_is_answered_once_soon_and_by_who_was_asked(
    app: ASGIApp, alice: Person, nobody: Browser, database: Database
) -> None:
    key = SoftKey()
    await add(alice, key)
    form = {"credential": key.answered(await asked(nobody, "login"))}
    other = Browser(app)
    assert refused(await other.post("/login/passkey", form)) == TOO_LATE
    assert (await nobody.post("/login/passkey", form)).status_code == 303
    nobody.client.cookies.delete("__Host-session")
    nobody.forget_token()
    assert refused(await nobody.post("/login/passkey", form)) == TOO_LATE
    form = {"credential": key.answered(await asked(nobody, "login"))}
    async with database.session() as session:
        await session.execute(text("UPDATE passkey_challenges SET expires_at = now()"))
    assert refused(await nobody.post("/login/passkey", form)) == TOO_LATE


async def test_a_question_for_one_purpose_is_no_answer_to_another(alice: Person, nobody: Browser) -> None:
    key = SoftKey()
    await add(alice, key)
    made = SoftKey().made(await asked(alice, "register"))
    token = alice.client.cookies[COOKIE]
    nobody.client.cookies.set(COOKIE, token, domain="tastebuds.test", path="/")
    assert refused(await nobody.post("/login/passkey", {"credential": made})) == TOO_LATE


async def test_what_has_counted_less_is_a_copy(alice: Person, nobody: Browser) -> None:
    key = SoftKey(counter=5)
    await add(alice, key)
    for counter, taken in ((6, True), (6, False), (5, False), (0, False), (7, True)):
        key.counter = counter
        assert ((await log_in(nobody, key)).status_code == 303) is taken, counter
        nobody.client.cookies.clear()
        nobody.forget_token()


@pytest.mark.parametrize(
    "junk",
    ["", "null", "[]", "{}", "x" * 20_000, "[" * 9_000, '{"id":1,"rawId":"a","response":{}}', '{"rawId":"\\u0000"}'],
)
async def test_junk_is_refused_and_no_fault(alice: Person, nobody: Browser, junk: str) -> None:
    await asked(nobody, "login")
    assert refused(await nobody.post("/login/passkey", {"credential": junk})) == NOT_TAKEN
    await asked(alice, "register")
    assert refused(await alice.post(HERE, {"name": "Phone", "credential": junk})) == NOT_TAKEN


async def test_of_twenty_answers_to_one_question_one_counts(app: ASGIApp, alice: Person, nobody: Browser) -> None:
    key = SoftKey()
    await add(alice, key)
    form = {"credential": key.answered(await asked(nobody, "login"))}
    browsers = [Browser(app) for _ in range(20)]
    for browser in browsers:
        browser.client.cookies.set(COOKIE, nobody.client.cookies[COOKIE], domain="tastebuds.test", path="/")
        await browser.token()
    answers = await asyncio.gather(*(browser.post("/login/passkey", form) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 19


async def test_they_are_renamed_and_removed(alice: Person, nobody: Browser, database: Database) -> None:
    key = SoftKey()
    await add(alice, key)
    page = await alice.see("/settings/security")
    (edit,) = [link.attributes["href"] for link in page.every("a") if link.attributes["href"].endswith("/edit")]
    assert (await alice.see(edit)).value("name") == "Phone"
    where = edit.removesuffix("/edit")
    assert (await alice.put(where, {"name": " "})).status_code == 422
    await alice.put(where, {"name": "Old phone"})
    assert "Old phone" in (await alice.see("/settings/security")).at("passkeys").text
    assert (await alice.delete(where)).status_code == 303
    assert not (await alice.see("/settings/security")).has(id="passkeys")
    assert refused(await log_in(nobody, key)) == NOT_TAKEN
    assert [action for action, _ in await actions(database)] == [
        "passkey.added",
        "passkey.renamed",
        "passkey.removed",
        "passkey.refused",
    ]


async def test_refusals_of_a_stranger_s_keys_are_told_once_a_minute(nobody: Browser, database: Database) -> None:
    """Nothing has to be known to cause one, and what is told is kept for a year."""
    for _ in range(5):
        assert refused(await log_in(nobody, SoftKey())) == NOT_TAKEN
    assert [action for action, _ in await actions(database)] == ["passkey.refused"]


async def test_the_disabled_are_let_in_by_no_passkey(alice: Person, nobody: Browser, database: Database) -> None:
    key = SoftKey()
    await add(alice, key)
    async with database.session() as session:
        await session.execute(text("UPDATE users SET disabled_at = now()"))
    assert refused(await log_in(nobody, key)) == NOT_TAKEN


async def test_they_are_made_only_by_who_has_just_proved_who_they_are(alice: Person, database: Database) -> None:
    made = SoftKey().made(await asked(alice, "register"))
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET proved_at = now() - interval '11 minutes'"))
    assert (await alice.get(HERE + "/new")).status_code != 200
    assert (await alice.post("/passkeys/challenges", {"purpose": "register"})).status_code != 200
    await alice.post(HERE, {"name": "Phone", "credential": made})
    async with database.session() as session:
        assert not await session.scalar(text("SELECT count(*) FROM passkeys"))


async def test_nobody_is_asked_to_prove_or_to_register(nobody: Browser) -> None:
    for purpose in ("proof", "register"):
        assert (await nobody.post("/passkeys/challenges", {"purpose": purpose})).status_code == 401
    assert (await nobody.post("/passkeys/challenges", {"purpose": "anything"})).status_code == 404


async def test_a_number_is_no_address_for_a_passkey(make_app: MakeApp, settings: Settings, alice: Person) -> None:
    """Without BASE_URL they work at localhost, and a page says so."""
    app = make_app(settings=settings.model_copy(update={"base_url": None}))
    for address, works in (("http://127.0.0.1:8000", False), ("http://localhost:8000", True)):
        browser = Browser(app, address=address)
        browser.client.cookies.set("__Host-session", alice.cookie or "")
        page = await browser.see(HERE + "/new")
        assert page.has("form", action=HERE) is works
        assert ("localhost" in page.at("content").text) is not works


async def test_one_s_own_passkey_is_proof_enough(alice: Person, bob: Person, database: Database) -> None:
    hers, his = SoftKey(), SoftKey()
    await add(alice, hers)
    await add(bob, his)
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET proved_at = now() - interval '11 minutes'"))
    assert len((await asked(alice, "proof"))["allowCredentials"]) == 1
    form = {"credential": his.answered(await asked(alice, "proof"))}
    assert refused(await alice.post("/proof?next=/settings", form)) == NOT_TAKEN
    before = alice.cookie
    form = {"credential": hers.answered(await asked(alice, "proof"))}
    answer = await alice.post("/proof?next=" + HERE + "/new", form)
    alice.forget_token()
    assert (answer.status_code, answer.headers["location"]) == (303, HERE + "/new")
    assert alice.cookie != before
    assert (await alice.get(HERE + "/new")).status_code == 200


async def test_who_has_no_passkey_is_not_asked_for_one_as_proof(alice: Person) -> None:
    assert (await alice.post("/passkeys/challenges", {"purpose": "proof"})).status_code == 404
