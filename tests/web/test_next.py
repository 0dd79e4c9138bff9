"""Where a login leads: to a path of ours and nowhere else (RD-1)."""

from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.cast import ADDRESS, HOST, PASSWORD, Browser, Person

LEAVES = (
    "//evil.com",
    "///evil.com",
    "////evil.com",
    "/\\evil.com",
    "\\/evil.com",
    "\\\\evil.com",
    "/\t/evil.com",
    "/\n/evil.com",
    "/\r/evil.com",
    "\t//evil.com",
    " //evil.com",
    "/ /evil.com",
    "\x01//evil.com",
    "/\x00/evil.com",
    "https://evil.com",
    "https:///evil.com",
    "https:evil.com",
    "http://tastebuds.test@evil.com/",
    "https://tastebuds.test.evil.com",
    f"http://{HOST}/library",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//[::1]",
    "//[",
    "//evil.com℀",
    "https://evil。com",
    "//evil.com\\@tastebuds.test",
    "/.//evil.com",
    "/..//evil.com",
    "/./\\evil.com",
    ".//evil.com",
    "/library/..//evil.com",
    "evil.com",
    "",
    "x" * 10_000,
)
STAYS = {
    "/library?x=1#y": "/library?x=1#y",
    "/%2f/evil.com": "/%2f/evil.com",
    "/search?q=a//b": "/search?q=a//b",
    "/search?q=漢字&type=book": "/search?q=%E6%BC%A2%E5%AD%97&type=book",
    "/menus/été": "/menus/%C3%A9t%C3%A9",
    "/": "/",
}


async def led_to(browser: Browser, person: Person, wanted: str) -> str:
    form = {"email": person.email, "password": PASSWORD}
    answer = await browser.post(f"/login?next={quote(wanted, safe='')}", form)
    assert answer.status_code == 303
    return answer.headers["location"]


@pytest.mark.parametrize("wanted", LEAVES)
async def test_no_login_leads_elsewhere(alice: Person, wanted: str) -> None:
    """Asked while signed in, so that no password is checked; both ways go through one function."""
    answer = await alice.get("/login", next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("wanted", STAYS)
async def test_a_login_leads_to_where_one_wanted_to_go(alice: Person, wanted: str) -> None:
    answer = await alice.get("/login", next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, STAYS[wanted])
    assert urlsplit(urljoin(f"{ADDRESS}/login", answer.headers["location"])).netloc == HOST


@pytest.mark.parametrize("wanted", ["//evil.com", "/\\evil.com", "/library?x=1", "//[", "/漢"])
async def test_the_form_leads_as_the_link_does(alice: Person, nobody: Browser, wanted: str) -> None:
    shown = (await alice.get("/login", next=wanted)).headers["location"]
    assert await led_to(nobody, alice, wanted) == shown


async def test_a_page_behind_the_door_is_shown_after_it(alice: Person, nobody: Browser) -> None:
    asked = await nobody.get("/search", q="dune & ampersand", type="book")
    login = asked.headers["location"]
    page = await nobody.see(login)
    (form,) = [form for form in page.every("form") if form.attributes["action"].startswith("/login?")]
    answer = await nobody.post(form.attributes["action"], {"email": alice.email, "password": PASSWORD})
    assert answer.headers["location"] == "/search?q=dune+%26+ampersand&type=book"


async def test_a_wrong_password_keeps_where_one_wanted_to_go(alice: Person, nobody: Browser) -> None:
    answer = await nobody.post("/login?next=/menus", {"email": alice.email, "password": "wrong"})
    assert 'action="/login?next=/menus"' in answer.text or 'action="/login?next=%2Fmenus"' in answer.text
