"""`/settings/sessions`: what is open, and how it is closed (SE-4)."""

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import devices, handed_out, sessions
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.web.known_devices import COOKIE as DEVICE
from tests.cast import PASSWORD, Browser, Person

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0"


async def log_in(app: ASGIApp, person: Person, agent: str) -> Browser:
    browser = Browser(app, said={"sec-fetch-site": "same-origin", "user-agent": agent})
    answer = await browser.post("/login", {"email": person.email, "password": PASSWORD, "remember": "1"})
    assert answer.status_code == 303
    browser.forget_token()
    return browser


def id_of(browser: Browser) -> str:
    hex_ = (browser.cookie or "").partition(".")[0]
    return f"{hex_[:8]}-{hex_[8:12]}-{hex_[12:16]}-{hex_[16:20]}-{hex_[20:]}"


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/library")).status_code == 200


async def test_three_devices_are_three_rows_and_one_can_be_closed(app: ASGIApp, alice: Person) -> None:
    await alice.post("/logout")
    laptop, phone, office = [await log_in(app, alice, agent) for agent in (FIREFOX, SAFARI, EDGE)]
    page = (await laptop.see("/settings/sessions")).at("sessions")
    rows = list(page.every("li"))
    assert [next(row.every("h2")).text for row in rows] == [
        "Firefox on Linux this one",
        "Edge on Windows",
        "Safari on iPhone",
    ]
    assert "The machine Tastebuds runs on (127.0.0.1)" in rows[0].text
    assert "just now" in rows[0].text
    assert not rows[0].has("button", id=f"session-{id_of(laptop)}-end")
    answer = await laptop.delete(f"/settings/sessions/{id_of(phone)}", target="sessions")
    assert "Logged out there." in answer.text
    assert "Safari" not in answer.text
    assert [await is_in(browser) for browser in (laptop, phone, office)] == [True, False, True]


async def test_all_others_end_and_this_one_goes_on(app: ASGIApp, alice: Person) -> None:
    others = [await log_in(app, alice, agent) for agent in (FIREFOX, SAFARI)]
    answer = await alice.delete("/settings/other-sessions", target="sessions")
    assert (answer.status_code, "You are logged in nowhere else." in answer.text) == (200, True)
    assert [await is_in(browser) for browser in (alice, *others)] == [True, False, False]


async def test_what_is_revoked_takes_its_device_cookie_with_it(app: ASGIApp, alice: Person, database: Database) -> None:
    phone = await log_in(app, alice, SAFARI)
    async with database.session() as session:
        await devices.remember(session, alice.id, UUID(id_of(phone)), "")
    await alice.delete(f"/settings/sessions/{id_of(phone)}")
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM devices")) == 0


async def test_all_others_take_their_device_cookies_along_and_a_logout_keeps_its_own(
    app: ASGIApp, alice: Person, database: Database
) -> None:
    """Who logs out comes back; the browser is still the owner's (PW-6)."""
    await log_in(app, alice, SAFARI)
    laptop = await log_in(app, alice, FIREFOX)
    its_own = handed_out.hash_of(laptop.client.cookies[DEVICE])
    await laptop.delete("/settings/other-sessions", target="sessions")
    assert await known(database) == [its_own]
    await laptop.post("/logout")
    assert await known(database) == [its_own]


async def known(database: Database) -> list[bytes]:
    """The browsers the door knows."""
    async with database.session() as session:
        return list(await session.scalars(text("SELECT token_hash FROM devices")))


async def test_nobody_ends_another_s(alice: Person, charlie: Person) -> None:
    assert (await charlie.delete(f"/settings/sessions/{id_of(alice)}")).status_code == 404
    assert await is_in(alice)


async def test_a_program_s_session_stands_in_the_same_list(app: ASGIApp, alice: Person, database: Database) -> None:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://tastebuds.test") as program:
        login = {"email": alice.email, "password": PASSWORD}
        token = (await program.post("/api/auth/login", json=login)).json()["access_token"]
        bearer = {"authorization": f"Bearer {token}"}
        page = (await alice.see("/settings/sessions")).at("sessions")
        (row,) = [row for row in page.every("li") if "a program" in row.text]
        assert (await program.get("/api/me", headers=bearer)).status_code == 200
        await alice.delete(f"/settings/sessions/{row.attributes['id'].removeprefix('session-')}")
        assert (await program.get("/api/me", headers=bearer)).status_code == 401


async def test_the_host_can_end_everybody_s_or_one_account_s(
    app: ASGIApp, alice: Person, bob: Person, charlie: Person, database: Database
) -> None:
    async with database.session() as session:
        assert await sessions.flush(session, "Alice@example.org") == 1
    assert [await is_in(person) for person in (alice, bob, charlie)] == [False, True, True]
    async with database.session() as session:
        assert await sessions.flush(session) == 2
    assert not await is_in(bob)
    async with database.session() as session:
        with pytest.raises(NotFound, match=r"nobody@example\.org"):
            await sessions.flush(session, "nobody@example.org")


async def test_who_is_disabled_is_out_at_once(alice: Person, database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("UPDATE users SET disabled_at = now()"))
    assert not await is_in(alice)
