"""The editor where no script runs: every way to order, take off, bring back and choose words is a form and a page."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import Visit
from e2e.making import a_menu
from e2e.people import register
from e2e.test_editor import titles
from e2e.witness import Witness


@pytest.fixture
def page(visit: Visit) -> Page:
    context = visit(java_script_enabled=False)
    register(context, "Nora")
    return context.new_page()


def test_a_menu_is_composed_ordered_and_mended(page: Page, witness: Witness) -> None:
    witness.expect("409")
    a_menu(page, "Starters", "Dune Messiah", "Solaris")
    page.locator("#course-new-title").fill("Mains")
    page.get_by_role("button", name="Add course").click()
    expect(page.get_by_role("heading", level=3, name="Mains")).to_be_visible()
    page.get_by_role("link", name="Add items to Mains").click()
    page.locator("#choices-q").fill("children of dune")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("outside=1"))
    page.get_by_role("button", name="Add Children of Dune to Mains").first.click()
    expect(titles(page)).to_have_text(["Dune Messiah", "Solaris", "Children of Dune"])
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 720})
        assert (titles(page).first.bounding_box() or {"width": 0})["width"] > 120  # no handle, and nothing in its place

    page.get_by_role("button", name="Move to… (Solaris)").click()
    page.get_by_label("Course", exact=True).select_option("Mains")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("region", name="Mains").get_by_role("heading", name="Solaris")).to_be_visible()
    page.get_by_role("button", name="Move course Mains up").click()
    expect(page.locator("#courses h3[id$=-name]")).to_have_text(["Mains", "Starters"])

    page.get_by_role("button", name="Take Solaris off this course").click()
    expect(titles(page)).to_have_text(["Children of Dune", "Dune Messiah"])
    page.get_by_role("button", name="Undo: bring back Solaris").click()
    expect(titles(page)).to_have_count(3)

    other = page.context.new_page()
    other.goto(page.url)
    for each, words in ((other, "Hers."), (page, "Mine.")):
        each.locator("[id^=item-][id$=-summary]").first.click()
        each.locator("[id^=item-][id$=-note]").first.fill(words)
        each.get_by_role("button", name="Save note").first.click()
    expect(page.locator("#courses q")).to_have_text("Hers.")
    expect(page.locator("[id^=item-][id$=-note]").first).to_have_value("Mine.")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#courses li p", has_text="Mine.")).to_be_visible()

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Unpublish")).to_be_visible()
