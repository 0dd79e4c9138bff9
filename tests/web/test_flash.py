"""What is said after a form: once, in its own browser, and only in our words."""

import pytest

from app.kit.keys import Key, mark
from app.web.page import FLASH
from tests.cast import HOST, Browser, Person


def says(page_text: str) -> bool:
    return "is deleted." in page_text


async def test_it_is_said_once(alice: Person) -> None:
    menu = (await alice.post("/menus", {"title": "Winter"})).headers["location"].removesuffix("/edit")
    there = (await alice.delete(menu)).headers["location"]
    assert says((await alice.see(there)).text)
    assert not says((await alice.see(there)).text)


async def test_it_is_not_lost_to_a_fragment_that_is_fetched_first(alice: Person) -> None:
    menu = (await alice.post("/menus", {"title": "Winter"})).headers["location"].removesuffix("/edit")
    await alice.delete(menu)
    await alice.get("/library", target="entries")
    assert says((await alice.see("/menus")).text)


@pytest.mark.parametrize(
    "value",
    [
        "You are rich",
        "x.You are rich",
        f"{mark(Key('', b'another key'), 'You are rich')}.You are rich",
        ".",
        "",
        "%",
        "%FF",
        "é.ü",
        "a" * 3000,
    ],
)
async def test_words_we_did_not_sign_are_not_said(nobody: Browser, value: str) -> None:
    nobody.client.cookies.set(FLASH, value.encode("ascii", "replace").decode(), domain=HOST, path="/")
    answer = await nobody.get("/login")
    assert answer.status_code == 200
    assert "You are rich" not in answer.text


async def test_a_title_of_many_long_letters_still_fits_a_cookie(alice: Person) -> None:
    """RFC 6265bis: a browser drops a cookie of more than 4,096 bytes, and nothing would be said."""
    menu = (await alice.post("/menus", {"title": "🍷" * 200})).headers["location"].removesuffix("/edit")
    course = await alice.post(f"{menu}/courses", {"title": "🍞" * 200})
    deleted = await alice.delete(menu)
    for answer in (course, deleted):
        (cookie,) = answer.headers.get_list("set-cookie")
        assert len(cookie.partition(";")[0]) <= 4096
    assert "🍷🍷🍷" in (await alice.follow(deleted)).text


async def test_the_cookie_is_short_lived_and_not_for_scripts(alice: Person) -> None:
    answer = await alice.post("/logout")
    (cookie,) = [line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{FLASH}=")]
    assert "HttpOnly" in cookie
    assert "Max-Age=60" in cookie
    assert "SameSite=lax" in cookie
