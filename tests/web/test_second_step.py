"""Logging in where a second factor is on: what the first proof earns, what the second costs (MF-1, MF-2, MF-4)."""

import asyncio
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import half_sessions, resetting, signing_in
from app.accounts.models import User
from app.kit.db import Base, Database
from tests.authenticator import set_up, wait_for_room
from tests.cast import HOST, PASSWORD, Browser, Person
from tests.markup import read

SECOND = "/login/second"
HALF = "__Host-half"
NOT_THIS = "This is not the code of this moment. Wait for the next one and type that."
USED = "This code was used already. Wait for the next one."
TOO_MANY = "Too many codes were tried. Try again in "


async def log_in(browser: Browser, person: Person, then: str = "/library", **more: str) -> httpx.Response:
    form = {"email": person.email, "password": PASSWORD} | more
    answer = await browser.post(f"/login?next={then}", form)
    browser.forget_token()
    return answer


HalfWay = Callable[[Person], Awaitable[Browser]]


@pytest.fixture
def half_way(app: ASGIApp, database: Database) -> HalfWay:
    """A browser in which the password was right, without the work a password costs."""

    async def half_way(person: Person) -> Browser:
        kept = {"by": "password", "remember": False, "then": "/library", "said": ""}
        async with database.session() as session:
            token = await half_sessions.begin(session, person.id, **kept)  # type: ignore[arg-type]
        browser = Browser(app)
        browser.client.cookies.set(HALF, token, domain=HOST, path="/")
        return browser

    return half_way


async def is_signed_in(browser: Browser) -> bool:
    return (await browser.get("/library")).status_code == 200


async def say(browser: Browser, code: str) -> httpx.Response:
    answer = await browser.post(SECOND, {"code": code})
    browser.forget_token()
    return answer


def told(answer: httpx.Response) -> str:
    assert answer.status_code in (422, 429)
    return read(answer.text).wrong()["code"]


def cookie_of(answer: httpx.Response, name: str) -> str:
    return next(line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{name}="))


async def rest(database: Database) -> None:
    """Long enough for every limit to be forgotten."""
    async with database.session() as session:
        await session.execute(text("DELETE FROM rate_limits"))


async def test_the_password_alone_opens_nothing_and_the_code_opens_all(app: ASGIApp, alice: Person) -> None:
    phone, _ = await set_up(alice)
    browser = Browser(app)
    answer = await log_in(browser, alice)
    assert (answer.status_code, answer.headers["location"]) == (303, SECOND)
    assert browser.cookie is None
    refused = await browser.get("/library")
    assert (refused.status_code, refused.headers["location"]) == (303, "/login?next=/library")
    page = await browser.get(SECOND)
    field = read(page.text).at("code").attributes
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    answer = await say(browser, phone.code())
    assert (answer.status_code, answer.headers["location"]) == (303, "/library")
    assert await is_signed_in(browser)
    assert HALF not in browser.client.cookies
    assert (await browser.get(SECOND)).headers["location"] == "/login"


async def test_another_password_by_a_link_leaves_the_second_factor_where_it_is(
    alice: Person, nobody: Browser, database: Database
) -> None:
    await set_up(alice)
    async with database.session() as session:
        link = await resetting.link_for(session, await session.get_one(User, alice.id))
    another = "rivers and lanterns"
    answer = await nobody.put("/reset/password", {"token": link.partition("=")[2], "password": another})
    assert (answer.status_code, nobody.cookie) == (303, None)
    assert (await log_in(nobody, alice, password=another)).headers["location"] == SECOND
    assert not await is_signed_in(nobody)


@pytest.mark.parametrize(("more", "lasts"), [({"remember": "1"}, True), ({}, False)])
async def test_what_was_wanted_at_the_door_is_kept(
    alice: Person, nobody: Browser, more: dict[str, str], lasts: bool
) -> None:
    phone, _ = await set_up(alice)
    await log_in(nobody, alice, then="/menus", **more)
    answer = await say(nobody, phone.code())
    assert answer.headers["location"] == "/menus"
    assert ("Max-Age" in cookie_of(answer, "__Host-session")) is lasts


async def test_half_a_session_is_kept_as_a_hash_for_five_minutes(
    app: ASGIApp, alice: Person, nobody: Browser, database: Database
) -> None:
    await set_up(alice)
    line = cookie_of(await log_in(nobody, alice), HALF)
    cookie = SimpleCookie(line)[HALF]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    assert (cookie["samesite"].lower(), cookie["max-age"]) == ("lax", "300")
    async with database.session() as session:
        rows = (await session.scalars(text("SELECT to_jsonb(t)::text FROM half_sessions t"))).all()
    secret = cookie.value.partition(".")[2]
    assert len(secret) >= 43
    assert len(rows) == 1
    assert secret not in rows[0]
    assert secret.encode().hex() not in rows[0]


async def test_half_a_session_is_no_session(app: ASGIApp, alice: Person, half_way: HalfWay) -> None:
    await set_up(alice)
    half = (await half_way(alice)).client.cookies[HALF]
    thief = Browser(app)
    thief.carry(half)
    assert not await is_signed_in(thief)


@pytest.mark.parametrize(
    "over",
    [
        "UPDATE half_sessions SET expires_at = now()",
        "UPDATE users SET password_set_at = now()",
        "UPDATE users SET disabled_at = now()",
    ],
)
async def test_it_ends_by_itself_and_with_the_password(
    alice: Person, database: Database, over: str, half_way: HalfWay
) -> None:
    phone, _ = await set_up(alice)
    browser = await half_way(alice)
    async with database.session() as session:
        await session.execute(text(over))
    answer = await say(browser, phone.code())
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert not await is_signed_in(browser)


async def test_a_code_works_once_and_no_older_one_after_it(alice: Person, half_way: HalfWay) -> None:
    wait_for_room(15)
    phone, _ = await set_up(alice)  # with the code of the step before, which is still that one below
    browser = await half_way(alice)
    now, before = phone.code(), phone.code(-1)
    assert told(await say(browser, before)) == USED
    assert (await say(browser, now)).status_code == 303
    browser = await half_way(alice)
    assert told(await say(browser, now)) == USED
    assert told(await say(browser, before)) == USED
    assert (await say(browser, phone.code(1))).status_code == 303


@pytest.mark.parametrize("steps", [-4, 3])
async def test_a_code_of_another_time_tells_that_the_clocks_differ(
    alice: Person, steps: int, half_way: HalfWay
) -> None:
    phone, _ = await set_up(alice)
    browser = await half_way(alice)
    assert "clock" in told(await say(browser, phone.code(steps)))
    assert told(await say(browser, phone.wrong())) == NOT_THIS
    assert not await is_signed_in(browser)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "-1", "null", "\x00", "é" * 20, "x" * 101])
async def test_what_is_no_code_is_no_fault(alice: Person, typed: str, half_way: HalfWay) -> None:
    await set_up(alice)
    browser = await half_way(alice)
    assert told(await say(browser, typed))


async def test_of_two_who_send_one_code_at_once_one_gets_in(alice: Person, half_way: HalfWay) -> None:
    phone, _ = await set_up(alice)
    for step in (0, 1):
        browsers = [await half_way(alice) for _ in range(2)]
        wait_for_room()
        answers = await asyncio.gather(*(say(browser, phone.code(step)) for browser in browsers))
        assert sorted(answer.status_code for answer in answers) == [303, 422]
        assert sorted([await is_signed_in(browser) for browser in browsers]) == [False, True]


async def test_one_half_session_becomes_one_session(app: ASGIApp, alice: Person, half_way: HalfWay) -> None:
    """Two codes of two steps, one cookie."""
    phone, _ = await set_up(alice)
    first = await half_way(alice)
    second = Browser(app)
    second.client.cookies.set(HALF, first.client.cookies[HALF], domain=HOST, path="/")
    codes = zip((first, second), (phone.code(0), phone.code(1)), strict=True)
    await asyncio.gather(*(say(browser, code) for browser, code in codes))
    assert sorted([await is_signed_in(first), await is_signed_in(second)]) == [False, True]


async def test_the_sixth_try_is_told_to_wait_whether_it_is_right_or_not(
    alice: Person, database: Database, half_way: HalfWay
) -> None:
    phone, _ = await set_up(alice)
    browser = await half_way(alice)
    for _ in range(5):
        assert told(await say(browser, phone.wrong())) == NOT_THIS
    wrong, right = await say(browser, phone.wrong()), await say(browser, phone.code())
    assert wrong.status_code == right.status_code == 429
    assert told(wrong).startswith(TOO_MANY)
    assert told(wrong).split()[:8] == told(right).split()[:8]
    assert 0 < int(wrong.headers["retry-after"]) <= 60
    assert not await is_signed_in(browser)
    await rest(database)
    assert (await say(browser, phone.code())).status_code == 303


async def test_who_tries_many_at_once_gets_no_further(alice: Person, database: Database, half_way: HalfWay) -> None:
    phone, _ = await set_up(alice)
    browser = await half_way(alice)
    answers = await asyncio.gather(*(browser.post(SECOND, {"code": phone.wrong()}) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [422] * 5 + [429] * 15
    async with database.session() as session:
        told = "SELECT count(*) FROM audit_events WHERE action = 'second_factor.refused' AND refused"
        assert await session.scalar(text(told)) == 5


async def test_one_network_has_five_tries_whoever_it_tries(alice: Person, bob: Person, half_way: HalfWay) -> None:
    phones = {person.id: (await set_up(person))[0] for person in (alice, bob)}
    for person, tries in ((alice, 3), (bob, 2)):
        browser = await half_way(person)
        for _ in range(tries):
            assert told(await say(browser, phones[person.id].wrong())) == NOT_THIS
    for person in (alice, bob):
        answer = await say(await half_way(person), phones[person.id].code())
        assert answer.status_code == 429


async def test_who_is_right_has_all_tries_again(alice: Person, half_way: HalfWay) -> None:
    _, codes = await set_up(alice)
    for code in codes[:7]:
        assert (await say(await half_way(alice), code)).status_code == 303


async def test_a_recovery_code_works_once_however_it_is_typed(
    alice: Person, database: Database, half_way: HalfWay
) -> None:
    _, codes = await set_up(alice)
    browser = await half_way(alice)
    assert (await browser.see(SECOND)).at("recovery-code").attributes["autocomplete"] == "off"
    typed = f" {codes[0].upper().replace('-', ' ').replace('0', 'O').replace('1', 'l')} "
    assert (await say(browser, typed)).status_code == 303
    assert await is_signed_in(browser)
    again = await say(await half_way(alice), codes[0])
    assert told(again) == "This recovery code was used already."
    none = await say(await half_way(alice), codes[0][:-1] + "%")
    assert told(none) == "This is none of your codes."
    assert (await alice.see("/settings/security")).at("codes-left").text == "9 left"
    async with database.session() as session:
        used = "SELECT details FROM audit_events WHERE action = 'recovery_code.used'"
        assert (await session.scalars(text(used))).all() == [{"left": 9}]
        letters = "SELECT details->>'subject' FROM outgoing_mail ORDER BY id"
        assert "A recovery code was used" in (await session.scalars(text(letters))).all()


async def test_of_twenty_who_send_one_recovery_code_at_once_one_gets_in(
    app: ASGIApp, alice: Person, half_way: HalfWay
) -> None:
    _, codes = await set_up(alice)
    browser = await half_way(alice)
    browsers = [Browser(app) for _ in range(20)]
    for each in browsers:
        each.client.cookies.set(HALF, browser.client.cookies[HALF], domain=HOST, path="/")
    await asyncio.gather(*(each.post(SECOND, {"code": codes[0]}) for each in browsers))
    assert sum([await is_signed_in(each) for each in browsers]) == 1


async def test_a_login_in_two_steps_is_told_as_such(alice: Person, nobody: Browser, database: Database) -> None:
    phone, _ = await set_up(alice)
    await log_in(nobody, alice)
    await say(nobody, phone.wrong())
    await say(nobody, phone.code())
    async with database.session() as session:
        rows = await session.execute(
            text(
                "SELECT action, refused, details FROM audit_events WHERE action LIKE '%session%' OR refused ORDER BY id"
            )
        )
        assert [tuple(row) for row in rows] == [
            ("session.half_started", False, {"by": "password"}),
            ("second_factor.refused", True, {"why": NOT_THIS}),
            ("session.started", False, {"by": "password", "second": "totp"}),
        ]


async def test_the_session_is_a_new_one_and_the_one_it_came_with_ends(
    app: ASGIApp, alice: Person, database: Database, half_way: HalfWay
) -> None:
    phone, _ = await set_up(alice)
    browser = await half_way(alice)
    async with database.session() as session:
        user = await session.get_one(User, alice.id)
        planted, _ = await signing_in.start(session, user, "browser")
    browser.carry(planted)
    assert (await say(browser, phone.code())).status_code == 303
    assert browser.cookie != planted
    old = Browser(app)
    old.carry(planted)
    assert not await is_signed_in(old)


async def test_no_secret_of_it_is_in_any_column(alice: Person, database: Database, half_way: HalfWay) -> None:
    """MF-3, MF-4: not the secret in any of its spellings, not a recovery code, not a code that was typed wrong."""
    phone, codes = await set_up(alice)
    browser = await half_way(alice)
    wrong = phone.wrong()
    await say(browser, wrong)
    async with database.session() as session:
        rows: list[str] = []
        for table in Base.metadata.sorted_tables:
            rows += (await session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table.name} t"))).all()
    whole = "\n".join(rows).lower()
    for secret in (phone.secret, phone.raw.hex(), *codes, *(code.replace("-", "") for code in codes), f'"{wrong}"'):
        assert secret.lower() not in whole


async def test_what_was_being_sent_goes_through_after_both_steps(
    alice: Person, nobody: Browser, database: Database
) -> None:
    """Also where the second came too late, and the first is asked for again."""
    phone, _ = await set_up(alice)
    nobody.carry(alice.cookie or "")
    token = await nobody.token()
    nobody.client.cookies.delete("__Host-session")
    asked = await nobody.client.post("/menus", data={"title": "Winter", "_csrf_token": token}, headers=nobody.said)
    sent = read(asked.text).value("_sent") or ""
    door = {"email": alice.email, "password": PASSWORD, "_sent": sent}
    nobody.forget_token()
    assert read((await nobody.post("/login", door)).text).value("_sent") == sent
    async with database.session() as session:
        await session.execute(text("DELETE FROM half_sessions"))
    late = await nobody.post(SECOND, {"code": phone.code(), "_sent": sent})
    assert (late.status_code, read(late.text).has("input", name="password")) == (401, True)
    assert "_sent" in late.text
    await nobody.post("/login", door)
    last = read((await nobody.post(SECOND, {"code": phone.code(), "_sent": sent})).text)
    assert last.form("/menus").value("title") == "Winter"
