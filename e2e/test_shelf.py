"""The shelf by keyboard: quick keys, many at once, a view that is saved, and the table on a narrow screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.conftest import Visit
from e2e.hands import settled
from e2e.people import log_in
from e2e.reflow import too_wide


@pytest.fixture
def bob(visit: Visit) -> Page:
    """Nobody reads his library after this."""
    context = visit()
    log_in(context, "bob")
    return context.new_page()


def test_one_letter_moves_marks_and_chooses(bob: Page) -> None:
    bob.goto("/library?view=grid&sort=title")
    bob.keyboard.press("j")
    bob.keyboard.press("j")
    bob.keyboard.press("k")
    title = bob.locator("[data-entry] [data-title]").first
    expect(title).to_be_focused()
    bob.keyboard.press("f")
    expect(bob.locator("#shelf-said")).to_contain_text("favourite")
    expect(title).to_be_focused()
    bob.keyboard.press("s")
    expect(bob.get_by_role("dialog")).to_contain_text(re.compile("Reading|Watching|Playing|Hearing"))
    expect(bob.locator("dialog button[aria-current]")).to_be_focused()
    bob.get_by_role("dialog").get_by_role("button", name="Paused").press("Enter")
    expect(bob.locator("#shelf-said")).to_contain_text("Paused")
    settled(bob)
    bob.keyboard.press("?")
    expect(bob.get_by_role("dialog", name="Quick keys")).to_contain_text("favourite")
    expect(bob.get_by_role("dialog").get_by_role("button", name="Close")).to_be_focused()
    assert violations(bob) == []
    bob.keyboard.press("j")  # asks nothing of the page beneath
    bob.keyboard.press("Escape")
    expect(title).to_be_focused()
    bob.keyboard.press("/")
    expect(bob.locator("#narrow-title")).to_be_focused()
    bob.keyboard.type("fjsk?")
    expect(bob.locator("#narrow-title")).to_have_value("fjsk?")


def test_many_are_changed_and_a_view_is_saved_by_keyboard(bob: Page) -> None:
    bob.goto("/library?view=grid&type=movie&sort=title")
    for _ in range(2):
        bob.keyboard.press("j")
        bob.keyboard.press("x")
    expect(bob.locator("#picked")).to_have_text("2 chosen")
    expect(bob.locator("#said")).to_have_text("2 chosen")
    bob.locator("#bulk-action").select_option("Paused")
    bob.locator("#bulk-now").press("Enter")
    expect(bob.locator("#shelf-said")).to_contain_text("changed.")
    expect(bob.locator("#picked")).to_have_text("2 chosen")
    expect(bob.locator("#bulk-now")).to_be_focused()
    bob.keyboard.press("Tab")
    expect(bob.get_by_role("button", name="Undo the last change")).to_be_focused()
    assert violations(bob) == []
    bob.keyboard.press("Enter")
    expect(bob.locator("#shelf-said")).to_contain_text("Undone for")
    expect(bob.locator("#shelf-undo")).to_have_count(0)
    expect(bob.locator("#shelf")).to_be_focused()
    bob.locator("#bulk-action").select_option("Add to a menu…")
    bob.locator("#bulk-now").press("Enter")
    expect(bob.locator("#serving")).to_be_focused()
    assert violations(bob) == []
    chosen = bob.locator(".pick input:checked").count()
    bob.get_by_role("link", name="Not now").press("Enter")
    expect(bob.locator("#many > summary")).to_be_focused()
    expect(bob.locator("#serving")).to_have_count(0)
    expect(bob.locator(".pick input:checked")).to_have_count(chosen)
    bob.locator("#bulk-action").select_option("Add to a menu…")
    bob.locator("#bulk-now").press("Enter")
    expect(bob.locator("#serving")).to_be_focused()
    bob.locator("#serving-course").select_option(label="Rain on Neon: Home")
    bob.locator("#serving-now").press("Enter")
    expect(bob.locator("#shelf-said")).to_contain_text("added to Rain on Neon: Home")
    expect(bob.locator("#shelf-menu")).to_be_focused()
    bob.get_by_text("Save this view").press("Enter")
    bob.locator("#view-name").fill("Films by title")
    bob.locator("#view-name").press("Enter")
    expect(bob.get_by_role("link", name="Films by title")).to_have_attribute("aria-current", "page")
    bob.goto("/library")
    expect(bob).to_have_url(re.compile(r"view=grid&type=movie&sort=title$"))
    bob.get_by_role("link", name="Change views").click()
    bob.get_by_text("Rename or delete").click()
    assert violations(bob) == []
    bob.get_by_role("button", name="Delete the view").click()
    expect(bob.locator("main")).to_contain_text("No view saved yet")


def test_the_table_scrolls_in_its_own_region_or_fits_and_everything_is_open_to_all(bob: Page) -> None:
    bob.goto("/library?view=table&sort=title")
    region = bob.get_by_role("region", name="Table of what I keep")
    hidden = "element => element.scrollWidth - element.clientWidth"
    bob.locator(".ledger tbody th a").evaluate_all(
        "(all) => all.forEach((each) => each.append(' and how it ended'.repeat(40)))"
    )
    bob.locator(".ledger td:nth-child(7)").first.evaluate("(cell) => cell.append(...Array(9).fill('a tag '))")
    tags = bob.get_by_role("columnheader", name="Tags").bounding_box()
    assert too_wide(bob, 1100) == []
    assert tags
    assert tags["width"] >= 176  # beside titles however long
    assert too_wide(bob, 700) == []
    expect(region).to_have_attribute("tabindex", "0")
    assert region.evaluate(hidden) > 0
    assert too_wide(bob) == []
    assert region.evaluate(hidden) == 0
    row = bob.get_by_role("row").nth(1)
    assert row.evaluate("element => getComputedStyle(element).display") == "grid"  # and a row of cells all the same
    expect(row.get_by_role("rowheader")).to_have_count(1)
    expect(row.get_by_role("cell")).to_have_count(7)
    expect(bob.get_by_role("columnheader")).to_have_count(8)
    expect(bob.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "ascending")
    for summary in ("Filter and sort", "Change many"):
        bob.get_by_text(summary).click()
    assert violations(bob) == []
    bob.locator(".pick input").first.check()
    bob.locator("#bulk-action").select_option("Take out of the library")
    bob.locator("#bulk-now").click()
    expect(bob.locator("#leaving")).to_be_focused()
    assert violations(bob) == []
    bob.goto("/library?view=grid")


def test_without_script_many_are_changed_all_the_same(visit: Visit) -> None:
    context = visit(java_script_enabled=False)
    log_in(context, "bob")
    page = context.new_page()
    page.goto("/library?view=grid&sort=title")
    page.get_by_text("Change many").click()
    page.locator(".pick input").first.check()
    cover, tick = page.locator(".shelf .cover").first.bounding_box(), page.locator(".pick").first.bounding_box()
    assert cover
    assert tick
    assert cover["y"] + cover["height"] <= tick["y"] + 1  # no cover's title lies beneath what it is chosen by
    page.locator("#bulk-action").select_option("Add to a menu…")
    page.get_by_role("button", name="Do it").click()
    page.get_by_label("Menu and course").select_option(label="Rain on Neon: Home")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("added to Rain on Neon: Home")).to_be_visible()
    expect(page.get_by_role("link", name="Edit the menu they are on")).to_be_visible()
    page.get_by_text("Change many").click()
    page.locator(".pick input").first.check()
    page.locator("#bulk-action").select_option("Take out of the library")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#leaving")).to_contain_text("Take 1 entry out of the library?")
    page.get_by_role("link", name="Keep them").click()
    page.goto("/library?view=grid")
