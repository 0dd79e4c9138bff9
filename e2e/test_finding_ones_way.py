"""Getting about: the box by one key, back and forward, the skip link, and where a login leads."""

import re

from playwright.sync_api import Page, expect

from e2e.conftest import Visit
from e2e.hands import Keyboard, settled
from e2e.making import a_menu
from e2e.people import PASSWORD


def test_a_slash_goes_to_the_box_unless_one_is_typing(nora: Page) -> None:
    nora.goto("/search?q=dune")
    settled(nora)
    nora.keyboard.press("/")
    expect(nora.locator("#q")).to_be_focused()
    expect(nora.locator("#q")).to_have_value("dune")
    nora.keyboard.type("solaris/2")
    expect(nora.locator("#q")).to_have_value("solaris/2")


def test_back_and_forward_work_after_searching_as_one_types(nora: Page) -> None:
    nora.goto("/")
    nora.get_by_role("link", name="Search", exact=True).click()
    nora.wait_for_load_state()
    nora.locator("#q").press_sequentially("solaris")
    expect(nora).to_have_url(re.compile(r"q=solaris$"))
    settled(nora)
    hit = nora.locator("#hits > li h3 a").first
    title = hit.inner_text()
    hit.click()
    expect(nora.get_by_role("heading", level=1)).to_have_text(title)
    nora.go_back()
    expect(nora.locator("#q")).to_have_value("solaris")
    expect(nora.locator("#results-said")).to_contain_text("solaris")
    nora.go_back()
    expect(nora.get_by_role("heading", level=1)).to_contain_text("What are you in the mood for")
    nora.go_forward()
    expect(nora.locator("#results-said")).to_contain_text("solaris")
    nora.go_forward()
    expect(nora.get_by_role("heading", level=1)).to_have_text(title)


def test_filters_and_pages_are_addresses(nora: Page) -> None:
    nora.goto("/search?q=dune")
    settled(nora)
    nora.get_by_role("navigation", name="Filter by type").get_by_role("link", name="Games").click()
    expect(nora).to_have_url(re.compile("type=game"))
    expect(nora.locator("#hits > li")).not_to_have_count(0)
    expect(nora.locator("#outside-lastfm")).to_have_count(0)
    nora.go_back()
    expect(nora.locator("#outside-lastfm")).to_have_count(1)
    settled(nora)


def test_a_filter_writes_into_the_box_and_leaves_one_where_one_was(nora: Page) -> None:
    nora.goto("/search")
    nora.locator("#q").press_sequentially("dune")
    expect(nora).to_have_url(re.compile(r"q=dune$"))
    settled(nora)
    nora.get_by_text("Filter and sort").first.click()
    nora.evaluate("window.still = true")
    newest = nora.locator("#filters").get_by_role("link", name="Newest")
    newest.press("Enter")
    expect(nora.locator("#q")).to_have_value("dune sort:newest")
    expect(newest).to_have_attribute("aria-current", "true")
    expect(newest).to_be_focused()
    nora.locator("#filters").get_by_role("link", name="Relevance").press("Enter")
    expect(nora.locator("#q")).to_have_value("dune")
    nora.locator("#q").press("End")
    nora.locator("#q").press_sequentially(" messiah")
    expect(nora).to_have_url(re.compile(r"q=dune\+messiah$"))  # and does not ask to wait, as without JavaScript
    settled(nora)
    assert nora.evaluate("window.still")
    nora.go_back()
    expect(nora.locator("#q")).to_have_value("dune sort:newest")
    settled(nora)


def test_the_first_stop_skips_to_the_content(nora: Page) -> None:
    nora.goto("/library")
    nora.keyboard.press("Tab")
    expect(nora.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(nora.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    nora.keyboard.press("Enter")
    expect(nora.locator("main")).to_be_focused()


def test_every_stop_of_a_page_shows_the_focus(nora: Page) -> None:
    a_menu(nora, "Sand", "Dune Messiah", "Solaris")
    Keyboard().press(nora.get_by_role("link", name="Delete this menu"))
    expect(nora.get_by_role("heading", level=1, name="Delete this menu?")).to_be_visible()


def test_logging_in_leads_to_where_one_wanted_to_go(page: Page) -> None:
    page.goto("/library?type=book")
    expect(page).to_have_url(re.compile("/login"))
    page.get_by_label("E-mail").fill("bob@tastebuds.example")
    page.get_by_label("Password").fill("a table for four")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(re.compile(r"/library\?type=book"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Library")


def test_a_password_may_be_pasted(visit: Visit) -> None:
    context = visit(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/register")
    page.evaluate("(text) => navigator.clipboard.writeText(text)", PASSWORD)
    page.get_by_label("Password").focus()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.get_by_label("Password")).to_have_value(PASSWORD)
    expect(page.get_by_label("Password")).to_have_attribute("autocomplete", "new-password")
