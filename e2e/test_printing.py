"""A menu on paper: a card on each sheet, with all of its words, and nothing of the site around it."""

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import Visit
from e2e.paper import sheets

SIZES = {"A4": (595, 842), "Letter": (612, 792)}
COURSES = ("HEAT", "THE PLANET, THREE WAYS", "WATER", "WHAT THE DESERT WAS ASKED TO PROVE")

HEADS = """courses => courses.map((course) => (
  ["h2", ".course-intent", "h3 > span"].map((place) => course.querySelector(place).innerText)
))"""


@pytest.mark.parametrize("paper", SIZES)
def test_a_menu_fits_the_paper_it_is_printed_on_and_says_all_it_says(page: Page, address: str, paper: str) -> None:
    page.goto("/menus/desert-power")
    served = page.locator("article h3 > span:first-child").all_inner_texts()
    assert len(served) == 10
    heads = page.locator("article .course").evaluate_all(HEADS)
    assert len(heads) == len(COURSES)
    printed = sheets(page.pdf(format=paper))
    assert 2 <= len(printed) <= 4
    for sheet in printed:
        assert (sheet.width, sheet.height) == pytest.approx(SIZES[paper], abs=1)
        assert len(sheet.text) > 100
    text = " ".join(sheet.text for sheet in printed)
    places = [text.index(words) for words in ("Desert Power", "a menu by Alice", *COURSES)]
    assert places == sorted(places)
    assert [title for title in served if title not in text] == []
    assert [course for course in heads if not any(_has_all(sheet.text, course) for sheet in printed)] == []
    assert f"{address}/menus/desert-power" in printed[-1].text
    for around in ("Skip to", "Log in", "Download", "Search"):
        assert around not in text


def test_a_menu_is_printed_as_a_card_without_the_site_around_it(visit: Visit) -> None:
    page = visit(color_scheme="dark").new_page()
    page.goto("/menus/desert-power")
    page.emulate_media(media="print")
    for gone in (".masthead", ".colophon", ".cover"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("h1")).to_have_css("color", "rgb(42, 33, 27)")


def _has_all(text: str, head: list[str]) -> bool:
    """Title, intent and the first that is served, on one sheet."""
    return all(words in text for words in head)
