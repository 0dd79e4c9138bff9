"""Sessions: made anew at every login, never adopted, dead when they are ended (SE-1, SE-2, SE-3, SE-5)."""

import hashlib
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import select, text

from app.accounts.models import UserSession
from app.kit.db import Base, Database
from app.web.signed_in import COOKIE
from tests.cast import PASSWORD, Browser, Person, open_house

PLANTED = "0190a5b0c0de7000800000000000cafe.planted"


async def log_in(browser: Browser, person: Person, **changed: str) -> httpx.Response:
    answer = await browser.post("/login", {"email": person.email, "password": PASSWORD} | changed)
    browser.forget_token()
    return answer


async def is_signed_in(browser: Browser) -> bool:
    return (await browser.get("/library")).status_code == 200


def set_cookie(answer: httpx.Response, name: str = COOKIE) -> Any:
    for line in answer.headers.get_list("set-cookie"):
        if (cookie := SimpleCookie(line)).get(name):
            return cookie[name]
    raise AssertionError(f"no {name} in {answer.headers.get_list('set-cookie')}")


async def test_a_planted_cookie_is_nobodys_before_and_after_signing_in(
    app: ASGIApp, alice: Person, nobody: Browser
) -> None:
    attacker = Browser(app)
    attacker.carry(PLANTED)
    nobody.carry(PLANTED)
    assert not await is_signed_in(nobody)
    await log_in(nobody, alice)
    assert nobody.cookie != PLANTED
    assert await is_signed_in(nobody)
    assert not await is_signed_in(attacker)


async def test_the_id_of_a_session_with_another_secret_is_nobodys(app: ASGIApp, alice: Person) -> None:
    id_, _, secret = (alice.cookie or "").partition(".")
    for cookie in (id_, f"{id_}.", f"{id_}.{secret[:-1]}", f"{id_}.{secret}x", f".{secret}", secret, f"{secret}.{id_}"):
        thief = Browser(app)
        thief.carry(cookie)
        assert not await is_signed_in(thief), cookie


async def test_each_login_makes_a_new_session_and_ends_the_one_it_came_with(app: ASGIApp, alice: Person) -> None:
    before = alice.cookie
    await log_in(alice, alice)
    after = alice.cookie
    assert before
    assert after
    assert before.split(".") != after.split(".")
    assert before.split(".")[0] != after.split(".")[0]
    old = Browser(app)
    old.carry(before)
    assert not await is_signed_in(old)
    assert await is_signed_in(alice)


async def test_registering_signs_in_with_a_session_of_its_own(
    alice: Person, app: ASGIApp, database: Database, nobody: Browser
) -> None:
    await open_house(database)
    nobody.carry(PLANTED)
    form = {"email": "nora@example.org", "name": "Nora", "password": PASSWORD}
    answer = await nobody.post("/register", form)
    nobody.forget_token()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert set_cookie(answer).value != PLANTED
    assert await is_signed_in(nobody)


async def test_the_cookie_is_for_this_host_over_tls_and_not_for_scripts(alice: Person, nobody: Browser) -> None:
    cookie = set_cookie(await log_in(nobody, alice, remember="1"))
    assert cookie.key == "__Host-session"
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert cookie["samesite"].lower() == "lax"
    assert int(cookie["max-age"]) == 90 * 24 * 3600
    assert len(cookie.value.partition(".")[2]) >= 43  # 256 bits


async def test_who_is_not_to_be_remembered_is_forgotten_with_the_browser(
    alice: Person, nobody: Browser, database: Database
) -> None:
    cookie = set_cookie(await log_in(nobody, alice))
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    async with database.session() as session:
        over = text("UPDATE sessions SET expires_at = expires_at - interval '12 hours' WHERE NOT is_remembered")
        await session.execute(over)
    assert not await is_signed_in(nobody)
    assert await is_signed_in(alice)


async def test_what_the_cookie_holds_is_in_no_column(alice: Person, database: Database) -> None:
    """A copy of the database signs nobody in."""
    secret = (alice.cookie or "").partition(".")[2]
    async with database.session() as session:
        rows: list[str] = []
        for table in Base.metadata.sorted_tables:
            rows += (await session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table.name} t"))).all()
    whole = "\n".join(rows)
    assert len(rows) > 1
    for form in (secret, secret.encode().hex(), await alice.token()):
        assert form not in whole
    assert hashlib.sha256(secret.encode()).hexdigest() in whole


async def test_logging_out_ends_the_session_and_clears_what_the_browser_kept(app: ASGIApp, alice: Person) -> None:
    stolen = alice.cookie or ""
    answer = await alice.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert set_cookie(answer)["max-age"] == "0"
    assert not await is_signed_in(alice)
    thief = Browser(app)
    thief.carry(stolen)
    assert not await is_signed_in(thief)


async def test_logging_out_twice_and_as_nobody_is_no_error(nobody: Browser) -> None:
    for _ in range(2):
        assert (await nobody.post("/logout")).headers["location"] == "/login"


async def test_there_is_no_logging_out_by_following_a_link(alice: Person) -> None:
    assert (await alice.get("/logout")).status_code == 405
    assert await is_signed_in(alice)


async def test_pages_of_the_signed_in_are_kept_by_no_cache(alice: Person, nobody: Browser) -> None:
    for path in ("/", "/library", "/menus/new", "/nothing-here"):
        assert (await alice.get(path)).headers["cache-control"] == "no-store"
    assert "no-store" not in (await nobody.get("/")).headers.get("cache-control", "")


@pytest.mark.parametrize("over", ["expires_at = now() - interval '1 second'", "seen_at = now() - interval '15 days'"])
async def test_a_session_ends_by_itself(alice: Person, database: Database, over: str) -> None:
    async with database.session() as session:
        await session.execute(text(f"UPDATE sessions SET {over}"))
    answer = await alice.get("/library", status="done")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/library%3Fstatus%3Ddone")


async def test_a_session_in_use_is_told_that_it_was_seen(alice: Person, database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET seen_at = now() - interval '13 days'"))
    assert await is_signed_in(alice)
    async with database.session() as session:
        assert await session.scalar(text("SELECT seen_at > now() - interval '1 minute' FROM sessions"))


async def test_deleting_the_account_ends_its_sessions_at_once(alice: Person, database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("DELETE FROM users"))
        assert (await session.scalars(select(UserSession))).all() == []
    assert not await is_signed_in(alice)


async def test_nobody_gets_a_cookie_for_looking(nobody: Browser) -> None:
    for path in ("/", "/login", "/register", "/nothing-here"):
        assert "set-cookie" not in (await nobody.get(path)).headers


async def test_a_program_s_token_opens_no_page_and_a_cookie_no_program_s_door(app: ASGIApp, alice: Person) -> None:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://tastebuds.test") as client:
        answer = await client.get("/library", headers={"authorization": f"Bearer {alice.cookie}"})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["//api/menus", "/api//menus", "/./api/menus", "/API/menus", "/api/menus/"])
async def test_no_spelling_of_an_address_takes_a_cookie_past_the_check_of_the_pages(alice: Person, path: str) -> None:
    """The programs' door asks for no token of a page, so a cookie must never open it."""
    answer = await alice.client.post(path, json={"title": "Planted"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code in (401, 403, 404, 405)
