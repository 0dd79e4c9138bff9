"""Covers come from our own door, and where there is none its title is set in type."""

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import Visit
from e2e.patience import sooner_or_later
from e2e.people import log_in
from e2e.switchboard import Switchboard

COVERS = ("google_books", "open_library", "tmdb", "wikimedia", "tvmaze", "igdb", "steam", "lastfm", "itunes")
PLENTY = "/search?q={words}&outside=1"

# of every picture that came into sight: the widths and heights it has and says it has
SIZES = """() => [...document.images].filter((image) => image.complete).map((image) =>
  [image.naturalWidth / image.naturalHeight, image.getAttribute("width") / image.getAttribute("height")])"""

ALL_ARE_THERE = "[...document.querySelectorAll('.cover img')].every((image) => image.complete)"

# clear all over: what lies below is seen
IS_CLEAR = """async (image) => {
  await image.decode();
  const canvas = new OffscreenCanvas(2, 3), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0, 2, 3);
  return pen.getImageData(0, 0, 2, 3).data.every((value) => value === 0);
}"""


def seen(page: Page, words: str) -> None:
    """Everything the search finds, once it was scrolled past."""
    pictures = page.locator(".cover img")
    # sources that were too slow are asked again
    sooner_or_later(page, lambda: page.goto(PLENTY.format(words=words)) and pictures.count(), every=1000)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
    sooner_or_later(page, lambda: page.evaluate(ALL_ARE_THERE))


@pytest.mark.parametrize("has_script", [True, False])
def test_no_browser_talks_to_anybody_else(visit: Visit, address: str, has_script: bool) -> None:
    context = visit(java_script_enabled=has_script)
    log_in(context, "alice")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    seen(page, "solaris")
    assert [url for url in asked if not url.startswith((f"{address}/", "data:"))] == []
    assert any(url.startswith(f"{address}/covers/") for url in asked)


def test_pictures_have_the_shape_the_page_said(alice: Page) -> None:
    seen(alice, "homogenic")
    sizes = alice.evaluate(SIZES)
    assert sizes
    assert all(abs(true - said) < 0.02 for true, said in sizes)


@pytest.mark.parametrize(
    ("mode", "words"),  # works that nobody in the sample has and no other story finds: a picture once had stays
    [
        ("404", "coraline"),
        ("html", "parasite"),
        ("svg", "hades"),
        ("bomb", "foundation"),
        ("inward", "portal"),
        ("drop", "dracula"),
    ],
)
def test_where_there_is_no_picture_the_title_is_seen(
    alice: Page, switchboard: Switchboard, mode: str, words: str
) -> None:
    for provider in COVERS:
        switchboard.break_(f"{provider}_covers", mode)
    switchboard.break_("cover_art", mode)
    seen(alice, words)
    for picture in alice.locator(".cover img").all():
        assert picture.evaluate(IS_CLEAR)
    expect(alice.locator(".cover .label-title").first).to_be_visible()


def test_covers_that_hang_keep_nothing_else_waiting(alice: Page, switchboard: Switchboard) -> None:
    for provider in COVERS:
        switchboard.break_(f"{provider}_covers", "hang")
    alice.goto(PLENTY.format(words="silent"))
    alice.goto("/menus")
    expect(alice.get_by_role("heading", level=1)).to_be_visible()
