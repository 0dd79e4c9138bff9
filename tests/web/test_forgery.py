"""Requests other sites make in a visitor's name are refused, and change nothing (CS-1 of the security bar)."""

import itertools
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import func, select

from app.accounts.models import User, UserSession
from app.kit.db import Database
from app.kit.settings import Settings
from app.menus.models import Menu
from app.web.forgery import is_ours
from tests.cast import ADDRESS, PASSWORD, Browser, MakeApp, Person

SITES = ("cross-site", "same-site", "none", "same-origin", None)
ORIGINS = {"ok": ADDRESS, "evil": "https://evil.example", "null": "null", "absent": None}
TOKENS = ("ok", "another's", "absent")
FORM = "application/x-www-form-urlencoded"


def headers(site: str | None, origin: str | None) -> dict[str, str]:
    said = {"content-type": FORM}
    if site:
        said["sec-fetch-site"] = site
    if origin:
        said["origin"] = origin
    return said


async def menus(database: Database) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(Menu)) or 0


@pytest.mark.parametrize(("site", "origin", "token"), [*itertools.product(SITES, ORIGINS, TOKENS)])
async def test_only_our_own_pages_with_our_own_token_may_write(
    alice: Person, bob: Person, database: Database, site: str | None, origin: str, token: str
) -> None:
    form = {"title": "Planted"}
    if token != "absent":
        form["_csrf_token"] = await (alice if token == "ok" else bob).token()
    answer = await alice.client.post("/menus", content=urlencode(form), headers=headers(site, ORIGINS[origin]))
    ours = site in ("same-origin", "none") or (site is None and origin in ("ok", "absent"))
    if ours and token == "ok":
        assert (answer.status_code, await menus(database)) == (303, 1)
    else:
        assert (answer.status_code, await menus(database)) == (403, 0)
        assert "did not come from a page of ours" in answer.text or "written with another account" in answer.text


@pytest.mark.parametrize(("site", "origin"), [*itertools.product(SITES, ORIGINS)])
async def test_nobody_is_signed_in_from_elsewhere(
    alice: Person, nobody: Browser, database: Database, site: str | None, origin: str
) -> None:
    form = urlencode({"email": alice.email, "password": PASSWORD})
    answer = await nobody.client.post("/login", content=form, headers=headers(site, ORIGINS[origin]))
    ours = site in ("same-origin", "none") or (site is None and origin == "ok")
    assert answer.status_code == (303 if ours else 403)
    assert (nobody.cookie is not None) is ours
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(UserSession)) == (2 if ours else 1)


async def test_nobody_is_registered_from_elsewhere(nobody: Browser, database: Database) -> None:
    form = urlencode({"email": "mallory@example.org", "name": "Mallory", "password": PASSWORD})
    answer = await nobody.client.post("/register", content=form, headers=headers("cross-site", None))
    assert answer.status_code == 403
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 0


async def test_nobody_is_signed_out_from_elsewhere(alice: Person) -> None:
    answer = await alice.client.post("/logout", headers=headers("cross-site", None))
    assert answer.status_code == 403
    assert (await alice.get("/library")).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_an_overridden_method_is_as_unsafe_as_the_post_it_is(alice: Person, method: str) -> None:
    answer = await alice.client.post(f"/menus?_method={method}", headers=headers("cross-site", None))
    assert answer.status_code in (403, 405)


async def test_the_token_may_come_in_a_header_as_htmx_sends_it(alice: Person, bob: Person) -> None:
    said = headers("same-origin", None) | {"hx-request": "true"}
    with_hers = await alice.client.post(
        "/menus", content="title=Hers", headers=said | {"x-csrf-token": await alice.token()}
    )
    assert with_hers.status_code == 303
    with_his = await alice.client.post(
        "/menus", content="title=His", headers=said | {"x-csrf-token": await bob.token()}
    )
    assert with_his.status_code == 403


async def test_an_old_token_is_worth_nothing_after_signing_in_anew(alice: Person) -> None:
    old = await alice.token()
    await alice.post("/login", {"email": alice.email, "password": PASSWORD})
    alice.forget_token()
    assert await alice.token() != old
    stale = urlencode({"title": "Stale", "_csrf_token": old})
    answer = await alice.client.post("/menus", content=stale, headers=headers("same-origin", None))
    assert answer.status_code == 403


async def test_a_planted_token_cookie_opens_nothing(alice: Person, bob: Person) -> None:
    """The double-submit that Litestar's own check falls for."""
    token = await bob.token()
    alice.client.cookies.set("csrftoken", token)
    form = urlencode({"title": "Planted", "_csrf_token": token})
    said = headers("cross-site", "https://evil.example") | {"x-csrftoken": token, "x-csrf-token": token}
    assert (await alice.client.post("/menus", content=form, headers=said)).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/json", ""])
async def test_what_is_no_form_is_not_taken(alice: Person, kind: str) -> None:
    said = {"sec-fetch-site": "same-origin", "x-csrf-token": await alice.token()}
    said |= {"content-type": kind} if kind else {}
    answer = await alice.client.post("/menus", content=b'{"title": "x"}', headers=said)
    assert answer.status_code == 415


async def test_reading_needs_no_token_and_may_come_from_anywhere(alice: Person) -> None:
    answer = await alice.client.get("/library", headers=headers("cross-site", "https://evil.example"))
    assert answer.status_code == 200


@pytest.mark.parametrize("said", ["http://[", "https://[::1", "https://evil.example", "null", "", "//tastebuds.test"])
def test_an_origin_that_cannot_be_read_is_not_ours(said: str) -> None:
    assert is_ours({"origin": said, "referer": said}, ADDRESS) is not True


@pytest.mark.parametrize("said", [ADDRESS, "https://TASTEBUDS.TEST", ADDRESS + "/menus/new?x=1"])
def test_an_origin_is_compared_as_browsers_write_it(said: str) -> None:
    assert is_ours({"referer": said}, ADDRESS)


async def test_where_an_address_was_told_it_is_the_only_origin(
    make_app: MakeApp, settings: Settings, alice: Person
) -> None:
    """Behind a proxy that ends TLS the request's own scheme and host are not what browsers see."""
    told = make_app(settings=settings.model_copy(update={"base_url": "https://food.example"}))
    transport = httpx.ASGITransport(app=told)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://food.example:8000") as client:
        form = urlencode({"email": alice.email, "password": PASSWORD})
        ours = await client.post("/login", content=form, headers=headers(None, "https://food.example"))
        theirs = await client.post("/login", content=form, headers=headers(None, ADDRESS))
        plain = await client.post("/login", content=form, headers=headers(None, "http://food.example:8000"))
    assert (ours.status_code, theirs.status_code, plain.status_code) == (303, 403, 403)


async def test_on_the_machine_itself_pages_come_from_where_they_were_asked(
    make_app: MakeApp, settings: Settings, alice: Person
) -> None:
    """Through a tunnel, beside the name the others use."""
    transport = httpx.ASGITransport(app=make_app())  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9000") as client:
        form = urlencode({"email": alice.email, "password": PASSWORD})
        ours = await client.post("/login", content=form, headers=headers(None, "http://localhost:9000"))
        theirs = await client.post("/login", content=form, headers=headers(None, "http://localhost:9001"))
    assert (ours.status_code, theirs.status_code) == (303, 403)
