"""Security headers stand on every kind of answer (XS-2, XS-3)."""

import pytest
from litestar.types import ASGIApp

from app.kit.db import Database
from app.kit.settings import Settings
from app.main import create_app
from tests.cast import Browser, MakeApp, Person
from tests.markup import read
from tests.web.failing import BrokenSearch

KINDS = {
    "page": ("GET", "/library", 200),
    "public page": ("GET", "/api/docs", 200),
    "redirect": ("GET", "/register", 303),
    "missing": ("GET", "/nothing-here", 404),
    "missing asset": ("GET", "/assets/nothing.css", 404),
    "asset": ("GET", "/assets/fonts/eb-garamond-roman.800b0683.woff2", 200),
    "cover": ("GET", "/covers/nothing", 404),
    "health": ("GET", "/health", 200),
    "head": ("HEAD", "/library", 200),
    "hidden": ("GET", "/ops/patterns", 404),
    "forged": ("POST", "/logout", 403),
    "wrong method": ("DELETE", "/library", 405),
    "options": ("OPTIONS", "/library", 204),
    "fault": ("GET", "/search?q=x", 500),
    "problem": ("GET", "/api/library", 401),
    "missing problem": ("GET", "/api/nothing", 404),
    "description": ("GET", "/api/openapi.json", 200),
}
ONCE = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "x-robots-tag",
)


@pytest.fixture(scope="module")
def broken(settings: Settings, migrated: Database) -> ASGIApp:
    return create_app(settings, migrated, engine=BrokenSearch(), sources={})


@pytest.mark.parametrize("kind", KINDS)
async def test_every_answer_carries_them_once(broken: ASGIApp, alice: Person, kind: str) -> None:
    method, path, status = KINDS[kind]
    browser = Browser(broken)
    browser.carry(alice.cookie or "")
    answer = await browser.client.request(method, path)
    assert answer.status_code == status
    for name in ONCE:
        assert len(answer.headers.get_list(name)) == 1, name
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["x-request-id"]
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers


async def test_the_policy_lets_in_nothing_that_is_not_named(nobody: Browser) -> None:
    policy = (await nobody.get("/")).headers["content-security-policy"]
    said = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert said["default-src"] == said["object-src"] == said["base-uri"] == said["frame-ancestors"] == "'none'"
    for own in ("script-src", "style-src", "connect-src", "font-src", "form-action", "manifest-src"):
        assert said[own] == "'self'"
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert said["img-src"] == "'self' data:"
    assert said["require-trusted-types-for"] == "'script'"
    assert said["trusted-types"] == "htmx app"


async def test_search_engines_find_the_door_and_published_menus_alone(alice: Person, nobody: Browser) -> None:
    async def said(browser: Browser, path: str) -> list[str]:
        return (await browser.get(path)).headers.get_list("x-robots-tag")

    edit = (await alice.post("/menus", {"title": "Winter"})).headers["location"]
    menu = edit.removesuffix("/edit")
    (page,) = [link.attributes["href"] for link in (await alice.see(edit)).every("a") if link.text == "Preview"]
    assert await said(alice, page) == ["noindex"]
    await alice.post(f"{menu}/publication")
    assert await said(nobody, page) == ["all"]
    assert await said(nobody, "/") == ["all"]
    for path in ("/about", "/login", "/register", "/api/docs"):
        assert await said(nobody, path) == ["noindex"]
    assert await said(alice, "/") == ["noindex"]


async def test_only_over_tls_browsers_are_told_to_stay_there(make_app: MakeApp, settings: Settings) -> None:
    secure = Browser(make_app())
    plain = Browser(make_app(settings=settings.model_copy(update={"base_url": None})), address="http://localhost")
    said = (await secure.get("/login")).headers["strict-transport-security"]
    assert int(said.partition("max-age=")[2].partition(";")[0]) >= 365 * 24 * 3600
    assert "includeSubDomains" in said
    assert "strict-transport-security" not in (await plain.get("/login")).headers


async def test_pages_say_by_what_they_differ(alice: Person) -> None:
    answer = await alice.get("/library")
    assert answer.headers["vary"] == "HX-Request, HX-Target"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_what_people_wrote_is_text_and_never_markup(alice: Person) -> None:
    """XS-1, on the pages that show it back."""
    nasty = '"><svg onload=alert(1)><b hx-get=/x hx-trigger=load>{{7*7}}</script><script>x</script>'
    answer = await alice.post("/menus", {"title": nasty, "intent": nasty})
    editor = await alice.follow(answer)
    assert nasty in editor.text
    await alice.post(answer.headers["location"].removesuffix("/edit") + "/courses", {"title": nasty, "intent": nasty})
    for path in (answer.headers["location"], "/menus", "/", f"/search?q={nasty}"):
        page = read((await alice.get(path)).text)
        assert not page.has("svg", onload="alert(1)")
        assert not [element for element in page.every() if element.attributes.get("hx-get") == "/x"]
        assert all("src" in script.attributes for script in page.every("script"))
        assert "49" not in page.text
