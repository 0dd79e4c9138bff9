"""Errors say what to do and nothing of how we are made (XS-6); a database that is away is a moment's wait."""

import logging
import re
import uuid

import httpx
import pytest
from litestar.types import ASGIApp

from app.kit.db import Database
from app.kit.settings import Settings
from app.main import create_app
from tests.cast import Browser, Person
from tests.markup import read
from tests.web.failing import SECRETS, BrokenSearch

REFERENCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INNARDS = ("Traceback", "SELECT", ".py", "sqlalchemy", "litestar", "asyncpg", *SECRETS)


@pytest.fixture(scope="module")
def broken(settings: Settings, migrated: Database) -> ASGIApp:
    return create_app(settings, migrated, engine=BrokenSearch(), sources={})


@pytest.fixture(scope="module")
def away(settings: Settings) -> ASGIApp:
    """No Postgres listens on this port."""
    return create_app(settings, Database("postgresql+asyncpg://nobody@127.0.0.1:9/none"), sources={})


def at(app: ASGIApp, person: Person) -> Browser:
    browser = Browser(app)
    browser.carry(person.cookie or "")
    return browser


@pytest.mark.parametrize("target", ["", "results"], ids=["page", "htmx"])
async def test_a_fault_of_ours_gives_a_reference_and_no_innards(
    broken: ASGIApp, alice: Person, target: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await at(broken, alice).get("/search?q=dune", target=target)
    assert answer.status_code == 500
    for word in INNARDS:
        assert word not in answer.text
    assert "The fault is ours." in answer.text
    (reference,) = REFERENCE.findall(answer.text)
    (logged,) = [record for record in caplog.records if reference in record.getMessage()]
    assert logged.levelno == logging.ERROR
    assert logged.exc_info
    assert "hunter2" in str(logged.exc_info[1])


async def test_htmx_is_told_of_a_fault_in_a_fragment_with_a_sentence(broken: ASGIApp, alice: Person) -> None:
    (error,) = read((await at(broken, alice).get("/search?q=dune", target="results")).text).roots
    assert error.attributes["id"] == "error"
    assert any("data-sentence" in element.attributes for element in error.every("p"))


async def test_an_address_there_is_not_is_a_page_that_leads_on(alice: Person, nobody: Browser) -> None:
    for browser in (alice, nobody):
        answer = await browser.get("/nothing/of/the/kind")
        page = read(answer.text)
        assert answer.status_code == 404
        assert page.one("h1").text == "Nothing here"
        assert page.one("title").text == "Nothing here · Tastebuds"
        assert page.has("a", href="/")
    assert "Alice" in (await alice.get("/nothing")).text


async def test_a_method_there_is_not_says_which_there_are(alice: Person) -> None:
    answer = await alice.delete("/library")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "does not take that kind of request" in answer.text


@pytest.mark.parametrize("path", ["/", "/library", "/menus/new", "/menus/some-slug", "/search?q=x", "/login"])
@pytest.mark.parametrize("signed_in", [True, False], ids=["alice", "nobody"])
async def test_a_database_that_is_away_is_a_moments_wait(
    away: ASGIApp, alice: Person, path: str, signed_in: bool
) -> None:
    """Also where who is asking cannot be found out."""
    browser = at(away, alice) if signed_in else Browser(away)
    answer = await browser.get(path)
    if not signed_in and path not in ("/", "/menus/some-slug"):
        assert answer.status_code in (200, 303)  # nothing of these asks the database who nobody is
        return
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "The database does not answer. What was saved is safe" in answer.text
    assert "content-security-policy" in answer.headers
    for word in INNARDS:
        assert word not in answer.text


async def test_a_form_sent_while_the_database_is_away_is_answered_in_words(away: ASGIApp, alice: Person) -> None:
    browser = at(away, alice)
    said = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
    plain = await browser.client.post("/menus", content="title=Winter", headers=said)
    htmx = await browser.client.post("/menus", content="title=Winter", headers=said | {"hx-request": "true"})
    assert (plain.status_code, htmx.status_code) == (503, 503)
    assert read(htmx.text).roots[0].attributes["id"] == "error"


async def test_programs_are_told_in_problem_json(away: ASGIApp, alice: Person) -> None:
    transport = httpx.ASGITransport(app=away)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://tastebuds.test") as client:
        answer = await client.get("/api/library", headers={"authorization": f"Bearer {alice.cookie}"})
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.headers["retry-after"] == "5"
    problem = answer.json()
    assert problem["status"] == 503
    assert uuid.UUID(problem["instance"].removeprefix("urn:uuid:"))


async def test_health_tells_probes_that_the_database_is_away(away: ASGIApp) -> None:
    assert (await Browser(away).get("/health")).status_code == 503


async def test_assets_are_served_while_the_database_is_away(away: ASGIApp) -> None:
    page = read((await Browser(away).get("/login")).text)
    style = page.one("link", rel="stylesheet").attributes["href"]
    assert (await Browser(away).get(style)).status_code == 200
