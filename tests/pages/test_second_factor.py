"""Setting up an authenticator app, and removing it (MF-3, MF-4, MF-5)."""

import asyncio
import re
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import refreshing, second_factor, signing_in
from app.accounts.access_tokens import access_tokens_of
from app.accounts.proving import CODE_NEEDED
from app.kit.db import Database
from app.kit.settings import Settings
from tests.api.program import Program
from tests.authenticator import APP, SECURITY, Phone, set_up
from tests.cast import PASSWORD, SETTINGS, Browser, Person
from tests.markup import read

CODES = SECURITY + "/recovery-codes"
REMOVAL = APP + "/removal"


async def actions(database: Database) -> list[str]:
    async with database.session() as session:
        found = await session.scalars(
            text("SELECT action FROM audit_events WHERE action LIKE 'second%' OR action LIKE 'recovery%' ORDER BY id")
        )
        return list(found)


async def letters(database: Database) -> list[str]:
    async with database.session() as session:
        return list(await session.scalars(text("SELECT details->>'subject' FROM outgoing_mail ORDER BY id")))


async def is_on(person: Person) -> bool:
    return (await person.see(SECURITY)).has(id="codes-title")


def codes_in_any(answer: httpx.Response) -> list[str]:
    return re.findall(r"(?:[0-9a-hjkmnp-tv-z]{4}-){6}[0-9a-hjkmnp-tv-z]{4}", answer.text)


def codes_in(answer: httpx.Response) -> list[str]:
    return [code.text for code in read(answer.text).at("codes").every("code")]


async def test_the_secret_is_shown_as_a_picture_and_as_text(alice: Person) -> None:
    await alice.post(APP)
    page = await alice.see(APP)
    groups = page.at("secret").text.split()
    assert [len(group) for group in groups] == [4] * 8
    (picture,) = page.every("img")
    drawn = await alice.get(picture.attributes["src"])
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.headers["cache-control"] == "no-store"
    assert drawn.text.startswith("<svg xmlns=")
    assert "style=" not in drawn.text


async def test_what_the_picture_says_names_the_site_and_the_account(
    alice: Person, database: Database, settings: Settings
) -> None:
    await alice.post(APP)
    async with database.session() as session, database.direct.one() as connection:
        viewer = await signing_in.viewer_of(connection, alice.cookie or "", "browser")
        assert viewer
        said = await second_factor.enrolment(session, settings, viewer, "Tastebuds")
    parts = urlsplit(said.address)
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/Tastebuds:alice@example.org")
    assert parse_qs(parts.query)["secret"] == ["".join((await alice.see(APP)).at("secret").text.split())]
    assert parse_qs(parts.query)["issuer"] == ["Tastebuds"]


async def test_it_counts_only_once_a_live_code_was_typed(app: ASGIApp, alice: Person, nobody: Browser) -> None:
    await alice.post(APP)
    phone = Phone("".join((await alice.see(APP)).at("secret").text.split()))
    answer = await alice.put(APP, {"code": phone.wrong()})
    assert answer.status_code == 422
    assert list(read(answer.text).wrong()) == ["code"]
    assert not await is_on(alice)
    assert (await nobody.post("/login", {"email": alice.email, "password": PASSWORD})).headers["location"] == "/"


async def test_turning_it_on_renames_this_session_and_ends_all_others(
    app: ASGIApp, alice: Person, database: Database
) -> None:
    """SE-1: they began without it."""
    async with database.session() as session:
        user = await session.get_one(type(alice.user), alice.id)
        tokens = [(await signing_in.start(session, user, "browser"))[0] for _ in range(2)]
        grant = await refreshing.start(session, user)
    program = Program(app, access_tokens_of(SETTINGS).issue(alice.id, grant.session_id))
    assert (await program.get("/api/me")).status_code == 200
    await alice.post(APP)
    phone = Phone(read((await alice.get(APP)).text).at("secret").text.replace(" ", ""))
    before, token = alice.cookie or "", await alice.token()
    answer = await alice.put(APP, {"code": phone.code()})
    assert len(codes_in(answer)) == 10
    alice.forget_token()
    assert alice.cookie != before
    assert await alice.token() != token
    assert f'value="{await alice.token()}"' in answer.text  # of the page with the codes, too
    assert (await alice.get("/library")).status_code == 200
    for old in (before, *tokens):
        browser = Browser(app)
        browser.carry(old)
        assert (await browser.get("/library")).status_code == 303
    assert (await program.get("/api/me")).status_code == 401


async def test_a_login_that_is_under_way_when_it_is_turned_on_is_ended(alice: Person, database: Database) -> None:
    await alice.post(APP)
    phone = Phone(read((await alice.get(APP)).text).at("secret").text.replace(" ", ""))
    await alice.token()
    async with database.session() as session:
        user = await signing_in.hold(session, alice.id)
        assert user
        assert not await second_factor.is_on(session, alice.id)  # so the password is enough
        confirming = asyncio.create_task(alice.put(APP, {"code": phone.code()}))
        await asyncio.sleep(0.3)
        await signing_in.start(session, user, "browser")
    assert (await confirming).status_code == 200
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM sessions")) == 1


async def test_the_secret_is_of_the_session_that_began_it(app: ASGIApp, alice: Person, database: Database) -> None:
    """Who has another session of hers, sure as it is, reads nothing; it has to begin anew."""
    async with database.session() as session:
        token, _ = await signing_in.start(session, await session.get_one(type(alice.user), alice.id), "browser")
    thief = Browser(app)
    thief.carry(token)
    await alice.post(APP)
    phone = Phone(read((await alice.get(APP)).text).at("secret").text.replace(" ", ""))
    for path in (APP, APP + "/qr.svg"):
        assert (await thief.get(path)).status_code == 404
    assert (await thief.put(APP, {"code": phone.code()})).status_code == 404
    assert (await thief.post(APP)).status_code == 303
    assert (await thief.see(APP)).at("secret").text.replace(" ", "") != phone.secret
    assert (await alice.get(APP)).status_code == 404
    assert (await alice.put(APP, {"code": phone.code()})).status_code == 404
    await thief.post("/logout")
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM totp_secrets")) == 0


async def test_once_confirmed_the_secret_is_never_shown_again(alice: Person, database: Database) -> None:
    await set_up(alice)
    for path in (APP, APP + "/qr.svg"):
        assert (await alice.get(path)).status_code == 404
    assert (await alice.post(APP)).status_code == 409
    assert await is_on(alice)
    assert await actions(database) == ["second_factor.turned_on"]
    assert await letters(database) == ["A second factor is on"]


async def test_a_new_secret_takes_the_place_of_one_that_was_not_confirmed(alice: Person) -> None:
    seen = []
    for _ in range(2):
        await alice.post(APP)
        seen.append((await alice.see(APP)).at("secret").text)
    assert seen[0] != seen[1]
    old = Phone(seen[0].replace(" ", ""))
    assert (await alice.put(APP, {"code": old.code()})).status_code == 422


async def test_a_secret_that_was_left_lying_is_not_taken_up(alice: Person, database: Database) -> None:
    await alice.post(APP)
    async with database.session() as session:
        await session.execute(text("UPDATE totp_secrets SET created_at = now() - interval '61 minutes'"))
    for path in (APP, APP + "/qr.svg"):
        assert (await alice.get(path)).status_code == 404


async def test_of_twenty_who_set_it_up_at_once_all_see_one_secret(alice: Person) -> None:
    headers = await said(alice)
    answers = await asyncio.gather(*(alice.client.post(APP, headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {303}
    pages = [await alice.see(APP) for _ in range(2)]
    assert pages[0].at("secret").text == pages[1].at("secret").text


async def said(person: Person) -> dict[str, str]:
    return {"sec-fetch-site": "same-origin", "x-csrf-token": await person.token()}


async def test_a_sealed_secret_opens_in_its_own_row_only(
    app: ASGIApp, alice: Person, bob: Person, database: Database
) -> None:
    """SC-1. Whose secret cannot be opened is told so, and gets in with a recovery code."""
    phone, _ = await set_up(alice)
    _, codes = await set_up(bob)
    swap = "UPDATE totp_secrets SET sealed = (SELECT sealed FROM totp_secrets WHERE user_id = :a) WHERE user_id = :b"
    async with database.session() as session:
        await session.execute(text(swap), {"a": alice.id, "b": bob.id})
    browser = Browser(app)
    await browser.post("/login", {"email": bob.email, "password": PASSWORD})
    answer = await browser.post("/login/second", {"code": phone.code()})
    assert "cannot be opened" in read(answer.text).wrong()["code"]
    assert (await browser.post("/login/second", {"code": codes[0]})).status_code == 303


async def test_ten_recovery_codes_are_shown_once_and_can_be_taken_home(alice: Person) -> None:
    await alice.post(APP)
    phone = Phone("".join((await alice.see(APP)).at("secret").text.split()))
    answer = await alice.put(APP, {"code": phone.code()})
    codes = codes_in(answer)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){6}[0-9a-hjkmnp-tv-z]{4}", code) for code in codes)
    (file,) = [link for link in read(answer.text).every("a") if "download" in link.attributes]
    assert unquote(file.attributes["href"]).splitlines()[2:12] == codes
    assert answer.headers["cache-control"] == "no-store"
    assert codes[0] not in (await alice.get(SECURITY)).text
    assert (await alice.see(SECURITY)).at("codes-left").text == "10 left"


async def test_new_codes_end_the_ones_before(app: ASGIApp, alice: Person, database: Database) -> None:
    _, old = await set_up(alice)
    new = codes_in(await alice.post(CODES))
    assert not set(old) & set(new)
    browser = Browser(app)
    await browser.post("/login", {"email": alice.email, "password": PASSWORD})
    assert (await browser.post("/login/second", {"code": old[0]})).status_code == 422
    assert (await browser.post("/login/second", {"code": new[0]})).status_code == 303
    assert await actions(database) == [
        "second_factor.turned_on",
        "recovery_codes.made",
        "second_factor.refused",
        "recovery_code.used",
    ]


async def test_of_twenty_who_make_codes_at_once_the_last_has_ten(alice: Person, database: Database) -> None:
    await set_up(alice)
    headers = await said(alice)
    answers = await asyncio.gather(*(alice.client.post(CODES, headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM recovery_codes")) == 10


async def test_who_has_no_factor_has_no_codes(alice: Person) -> None:
    assert (await alice.post(CODES)).status_code == 404


async def test_removing_it_takes_the_password_and_a_code(alice: Person, nobody: Browser, database: Database) -> None:
    phone, _ = await set_up(alice)
    right = {"password": PASSWORD, "code": phone.code()}
    assert (await alice.see(REMOVAL)).at("password").attributes["autocomplete"] == "current-password"
    for field, wrong in (("password", "not it at all"), ("code", phone.wrong()), ("password", ""), ("code", "")):
        answer = await alice.send("DELETE", APP, right | {field: wrong})
        assert (answer.status_code, list(read(answer.text).wrong())) == (422, [field])
        assert PASSWORD not in answer.text
        assert await is_on(alice)
    assert (await alice.send("DELETE", APP, right)).status_code == 303
    assert not await is_on(alice)
    assert (await nobody.post("/login", {"email": alice.email, "password": PASSWORD})).headers["location"] == "/"
    assert await actions(database) == [
        "second_factor.turned_on",
        "second_factor.refused",
        "second_factor.refused",
        "second_factor.turned_off",
    ]
    assert await letters(database) == ["A second factor is on", "The second factor is off"]


async def test_the_password_cannot_be_guessed_here_either(alice: Person) -> None:
    phone, _ = await set_up(alice)
    for _ in range(5):
        answer = await alice.send("DELETE", APP, {"password": "not it at all", "code": phone.code()})
        assert answer.status_code == 422
    answer = await alice.send("DELETE", APP, {"password": PASSWORD, "code": phone.code()})
    assert answer.status_code == 429
    assert await is_on(alice)


async def old_proof(database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET proved_at = now() - interval '11 minutes'"))


async def test_an_open_session_and_the_password_do_not_get_past_the_factor(
    app: ASGIApp, alice: Person, database: Database
) -> None:
    """MF-5, the way round: prove by the password alone, make codes, remove the factor with one of them."""
    await set_up(alice)
    await old_proof(database)
    assert (await alice.post(CODES)).status_code == 403
    answer = await alice.post("/proof?next=/library", {"password": PASSWORD})
    assert (answer.status_code, read(answer.text).wrong()) == (422, {"code": CODE_NEEDED})
    answer = await alice.post(CODES)
    assert (answer.status_code, codes_in_any(answer)) == (403, [])
    assert (await alice.send("DELETE", APP, {"password": PASSWORD, "code": "x"})).status_code == 403
    new = {"password": "quite another table 77"}
    answer = await alice.put("/settings/password", new | {"current_password": PASSWORD})  # would prove as well
    assert (answer.status_code, read(answer.text).wrong()) == (422, {"code": CODE_NEEDED})
    answer = await alice.put("/settings", {"name": "A", "email": "thief@example.org", "current_password": PASSWORD})
    assert (answer.status_code, read(answer.text).wrong()) == (422, {"code": CODE_NEEDED})
    assert await is_on(alice)
    browser = Browser(app)
    answer = await browser.post("/login", {"email": alice.email, "password": PASSWORD})
    assert answer.headers["location"] == "/login/second"


async def test_the_password_and_a_code_prove_it(alice: Person, database: Database) -> None:
    phone, codes = await set_up(alice)
    for code in (phone.code(), codes[0]):
        await old_proof(database)
        page = await alice.see("/proof")
        assert page.at("code").attributes["autocomplete"] == "one-time-code"
        answer = await alice.post("/proof?next=/library", {"password": PASSWORD, "code": code})
        assert (answer.status_code, answer.headers["location"]) == (303, "/library")
        alice.forget_token()
    new = {"current_password": PASSWORD, "password": "quite another table 77", "code": codes[1]}
    assert (await alice.put("/settings/password", new)).status_code == 303


async def test_who_has_no_factor_is_asked_for_no_code(alice: Person, database: Database) -> None:
    await old_proof(database)
    for path in ("/proof", "/settings", "/settings/password"):
        assert not (await alice.see(path)).has(id="code")


async def test_codes_are_counted_here_too_and_the_password_before_them(alice: Person, database: Database) -> None:
    phone, _ = await set_up(alice)
    await old_proof(database)
    wrong = {"password": "not it at all", "code": phone.code()}
    for _ in range(6):  # costs no try of a code
        assert list(read((await alice.post("/proof", wrong)).text).wrong()) == ["password"]
    for _ in range(5):
        async with database.session() as session:  # no more than ten passwords in five minutes either
            await session.execute(text("DELETE FROM rate_limits WHERE family = 'proof'"))
        answer = await alice.post("/proof", {"password": PASSWORD, "code": phone.wrong()})
        assert (answer.status_code, list(read(answer.text).wrong())) == (422, ["code"])
        assert phone.wrong() not in answer.text
    answer = await alice.post("/proof", {"password": PASSWORD, "code": phone.code()})
    assert (answer.status_code, "Too many codes were tried" in answer.text) == (429, True)


async def test_another_session_cannot_use_up_the_tries_of_this_one(
    app: ASGIApp, alice: Person, database: Database
) -> None:
    async with database.session() as session:
        token, _ = await signing_in.start(session, await session.get_one(type(alice.user), alice.id), "browser")
    thief = Browser(app)
    thief.carry(token)
    await old_proof(database)
    for _ in range(10):
        assert (await thief.post("/proof", {"password": "not it at all"})).status_code == 422
    assert (await thief.post("/proof", {"password": PASSWORD})).status_code == 429
    assert (await alice.post("/proof?next=/", {"password": PASSWORD})).status_code == 303


async def test_all_of_it_wants_a_proof_of_a_moment_ago(alice: Person, database: Database) -> None:
    phone, _ = await set_up(alice)
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET proved_at = now() - interval '11 minutes'"))
    for method, path in (("POST", APP), ("PUT", APP), ("DELETE", APP), ("POST", CODES)):
        await alice.send(method, path, {"password": PASSWORD, "code": phone.code()})
    for path in (APP, REMOVAL):
        assert (await alice.get(path)).status_code != 200
    assert await actions(database) == ["second_factor.turned_on"]
    assert await is_on(alice)


@pytest.mark.parametrize("path", [APP, APP + "/qr.svg", REMOVAL])
async def test_one_s_own_is_not_another_s(alice: Person, bob: Person, path: str) -> None:
    await alice.post(APP)
    if path != REMOVAL:
        assert (await bob.get(path)).status_code == 404


async def test_the_host_can_turn_it_off(app: ASGIApp, alice: Person, nobody: Browser, database: Database) -> None:
    await set_up(alice)
    async with database.session() as session:
        assert await second_factor.turn_off(session, alice.id, by_host=True)
    async with database.session() as session:
        assert not await second_factor.turn_off(session, alice.id, by_host=True)
        row = (await session.execute(text("SELECT action, details FROM audit_events ORDER BY id DESC LIMIT 1"))).one()
    assert tuple(row) == ("second_factor.turned_off", {"by": "the host"})
    assert (await nobody.post("/login", {"email": alice.email, "password": PASSWORD})).headers["location"] == "/"
