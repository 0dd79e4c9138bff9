"""The door is slow for who guesses, and open for who lives here (PW-3, PW-6, PW-7)."""

from http.cookies import Morsel, SimpleCookie

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import devices, notices
from app.accounts.throttling import Throttle
from app.kit import origin
from app.kit.db import Database, driver_of
from app.kit.gcra import OverLimit
from app.kit.keys import ring_of
from app.kit.origin import Origin
from app.kit.settings import Settings
from app.web.known_devices import COOKIE
from tests.cast import PASSWORD, Browser, Person
from tests.markup import read


async def log_in(browser: Browser, person: Person, password: str = PASSWORD) -> httpx.Response:
    answer = await browser.post("/login", {"email": person.email, "password": password})
    browser.forget_token()
    return answer


def device_cookie(answer: httpx.Response) -> Morsel[str]:
    said = [each for each in answer.headers.get_list("set-cookie") if each.startswith(COOKIE)]
    return SimpleCookie(said[0])[COOKIE]


async def guesses(database: Database, settings: Settings, person: Person) -> None:
    """So many that the account is slow for everybody who is not known."""
    throttle = Throttle(database, ring_of(settings))
    for n in range(60):
        here = origin.enter(Origin(address=f"127.0.0.{2 + n % 19}"))
        try:
            await throttle.admit(person.email)
        except OverLimit:
            pass
        finally:
            origin.leave(here)


async def forget_sessions(browser: Browser, database: Database) -> None:
    """The device cookie stays."""
    browser.client.cookies.delete("__Host-session")
    browser.forget_token()


async def told(database: Database) -> list[tuple[str, bool]]:
    async with database.session() as session:
        rows = await session.execute(text("SELECT action, user_id IS NULL FROM audit_events ORDER BY id"))
        return [tuple(row) for row in rows]


async def test_a_browser_is_known_by_a_cookie_that_no_script_and_no_other_site_sees(
    alice: Person, nobody: Browser, database: Database
) -> None:
    cookie = device_cookie(await log_in(nobody, alice))
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    assert (cookie["samesite"].lower(), int(cookie["max-age"])) == ("strict", 365 * 24 * 3600)
    assert len(cookie.value) >= 43
    async with database.session() as session:
        kept = str((await session.execute(text("SELECT d.*, a.* FROM devices d, audit_events a"))).all())
    assert cookie.value not in kept


async def test_a_known_browser_gets_in_at_once_while_others_guess_and_a_new_one_is_told_when(
    alice: Person, nobody: Browser, app: ASGIApp, database: Database, settings: Settings
) -> None:
    await log_in(nobody, alice)
    await forget_sessions(nobody, database)
    await guesses(database, settings, alice)
    assert (await log_in(nobody, alice)).status_code == 303
    stranger = Browser(app, at="127.0.0.99")
    refused = await log_in(stranger, alice)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 10
    assert "ratelimit-policy" in refused.headers
    page = read(refused.text)
    assert page.value("email") == alice.email
    assert "Too many attempts. Try again in" in page.text
    assert PASSWORD not in refused.text


async def test_who_waits_as_told_gets_in(alice: Person, app: ASGIApp, database: Database, settings: Settings) -> None:
    await guesses(database, settings, alice)
    stranger = Browser(app, at="127.0.0.99")
    assert (await log_in(stranger, alice)).status_code == 429
    async with database.session() as session:
        await session.execute(text("UPDATE login_turns SET turn_at = turn_at - interval '10 seconds'"))
    await guesses(database, settings, alice)
    assert (await log_in(stranger, alice)).status_code == 303


async def test_somebody_else_s_device_opens_nothing_faster(
    alice: Person, bob: Person, nobody: Browser, database: Database, settings: Settings
) -> None:
    await log_in(nobody, bob)
    await forget_sessions(nobody, database)
    await guesses(database, settings, alice)
    assert (await log_in(nobody, alice)).status_code == 429


async def test_of_two_people_at_one_browser_each_is_known(
    alice: Person, bob: Person, nobody: Browser, database: Database, settings: Settings
) -> None:
    first = device_cookie(await log_in(nobody, alice)).value
    await forget_sessions(nobody, database)
    second = device_cookie(await log_in(nobody, bob)).value
    assert first != second  # what may have been planted is worth nothing
    await forget_sessions(nobody, database)
    await guesses(database, settings, alice)
    await guesses(database, settings, bob)
    assert (await log_in(nobody, alice)).status_code == 303


async def test_a_new_browser_is_told_of_and_the_first_is_not(
    alice: Person, nobody: Browser, app: ASGIApp, database: Database
) -> None:
    await log_in(nobody, alice)
    assert ("device.new", False) not in await told(database)
    await forget_sessions(nobody, database)
    await log_in(nobody, alice)
    assert ("device.new", False) not in await told(database)
    await log_in(Browser(app, at="127.0.0.99"), alice)
    assert ("device.new", False) in await told(database)
    async with database.session() as session:
        letters = await session.scalars(text("SELECT details->>'subject' FROM outgoing_mail"))
        assert letters.all() == ["A new browser logged in"]


async def test_right_logins_are_not_without_limit_either(
    alice: Person, nobody: Browser, app: ASGIApp, database: Database, settings: Settings
) -> None:
    """Each leaves rows that are kept for a year. Browsers and programs are counted together."""
    throttle = Throttle(database, ring_of(settings))
    for _ in range(59):
        await throttle.count_right(alice.id)
    assert (await log_in(nobody, alice)).status_code == 303
    before = await told(database)
    refused = await log_in(Browser(app, at="127.0.0.99"), alice)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 5
    assert "That was often enough for now. Try again in" in read(refused.text).text
    typed = {"email": alice.email, "password": PASSWORD}
    assert (await nobody.client.post("/api/auth/login", json=typed)).status_code == 429
    assert await told(database) == before


async def test_an_account_has_fifty_known_browsers_and_is_told_of_a_few_new_ones_a_day(
    alice: Person, database: Database
) -> None:
    async with database.session() as session:
        tokens = [(await devices.remember(session, alice.id, alice.session_id, ""))[0] for _ in range(51)]
        for _ in range(7):
            await notices.tell(session, alice.user, "A new browser logged in", "It was used for the first time.")
        await notices.tell(session, alice.user, "Your password was changed", "That is another matter.")
        subjects = await session.scalars(text("SELECT details->>'subject' FROM outgoing_mail ORDER BY 1"))
        assert subjects.all() == ["A new browser logged in"] * 5 + ["Your password was changed"]
        assert await session.scalar(text("SELECT count(*) FROM devices")) == 50
        connection = await driver_of(session)
        known = [bool(await devices.known(connection, token, alice.email)) for token in tokens]
        assert known == [False] + [True] * 50


async def test_each_refused_login_is_told_once_and_of_nobody_s_address_nothing_is_kept(
    alice: Person, nobody: Browser, database: Database
) -> None:
    await log_in(nobody, alice, "not it at all")
    await nobody.post("/login", {"email": "canary@example.org", "password": "not it at all"})
    assert await told(database) == [("session.refused", False), ("session.refused", True)]
    async with database.session() as session:
        kept = str((await session.execute(text("SELECT a.*, l.* FROM audit_events a, login_delays l"))).all())
    assert "canary" not in kept


@pytest.mark.parametrize("state", ["disabled_at = now()", "closes_at = now() + interval '7 days'"])
async def test_no_state_of_an_account_is_told_to_who_has_no_password(
    alice: Person, nobody: Browser, database: Database, state: str
) -> None:
    async with database.session() as session:
        await session.execute(text(f"UPDATE users SET {state}"))
    known = await log_in(nobody, alice, "not it at all")
    unknown = await nobody.post("/login", {"email": "a" + alice.email, "password": "not it at all"})
    assert known.status_code == unknown.status_code == 422
    assert unknown.text.replace("a" + alice.email, alice.email) == known.text
    assert known.headers.keys() == unknown.headers.keys()


async def test_while_attempts_cannot_be_counted_only_known_browsers_get_in(
    alice: Person, nobody: Browser, app: ASGIApp, database: Database
) -> None:
    await log_in(nobody, alice)
    await forget_sessions(nobody, database)
    async with database.session() as session:
        await session.execute(text("ALTER TABLE rate_limits RENAME TO rate_limits_away"))
    try:
        mine = await log_in(nobody, alice)
        theirs = [await log_in(Browser(app, at=f"127.0.1.{n}"), alice) for n in range(30)]
    finally:
        async with database.session() as session:
            await session.execute(text("ALTER TABLE rate_limits_away RENAME TO rate_limits"))
    assert mine.status_code == 303
    assert {each.status_code for each in theirs} == {429}
    assert all(int(each.headers["retry-after"]) > 0 for each in theirs)


async def test_a_forwarded_address_that_nobody_vouches_for_changes_no_bucket(
    alice: Person, nobody: Browser, database: Database
) -> None:
    for n in range(8):
        nobody.said["x-forwarded-for"] = f"203.0.113.{n}"
        await nobody.post("/login", {"email": alice.email, "password": "not it at all"})
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM login_turns")) == 1
