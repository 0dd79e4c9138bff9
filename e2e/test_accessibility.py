"""Pages in states of their own: nothing axe finds fault with, and nothing to scroll sideways for at 320 px.

Each page as one comes to it is in `test_every_page`.
"""

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.conftest import Visit
from e2e.hands import settled
from e2e.making import a_menu
from e2e.patience import sooner_or_later
from e2e.people import log_in
from e2e.reflow import too_wide
from e2e.switchboard import Switchboard
from e2e.witness import Witness


def is_sound(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    assert violations(page) == []
    assert too_wide(page) == []


@pytest.mark.parametrize("path", ["/menus/desert-power", "/menus/desert-power?view=story", "/api/docs"])
def test_what_a_visitor_reads(page: Page, path: str) -> None:
    page.goto(path)
    is_sound(page)


@pytest.mark.parametrize("path", ["/register", "/login"])
def test_a_refused_form(page: Page, witness: Witness, path: str) -> None:
    witness.expect("422")
    page.goto(path)
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("alert").first).to_be_focused()
    is_sound(page)


def test_an_address_where_nothing_is(page: Page, witness: Witness) -> None:
    witness.expect("404")
    page.goto("/menus/nothing-of-the-kind")
    is_sound(page)


@pytest.mark.parametrize("path", ["/", "/library", "/menus", "/search"])
def test_a_newcomers_empty_house(nora: Page, path: str) -> None:
    nora.goto(path)
    is_sound(nora)


@pytest.mark.parametrize(
    "path", ["/", "/library", "/library?type=movie&status=done", "/library?status=paused&type=book", "/menus"]
)
def test_a_house_one_lives_in(alice: Page, path: str) -> None:
    alice.goto(path)
    is_sound(alice)


def test_ones_own_menu(alice: Page) -> None:
    alice.goto("/menus/desert-power")
    is_sound(alice)
    alice.get_by_role("link", name="Edit", exact=True).click()
    alice.get_by_text("Edit title and intent").click()
    alice.locator("[id^=course-][id$=-summary]").first.click()
    alice.locator("[id^=item-][id$=-summary]").first.click()
    is_sound(alice)
    alice.get_by_role("link", name="Delete this menu").click()
    is_sound(alice)


def test_search_as_it_goes(alice: Page, switchboard: Switchboard) -> None:
    switchboard.break_("lastfm", "hang")
    switchboard.break_("tmdb", "500")

    def is_under_way() -> int:
        """Unless the machine stalls until all are over."""
        switchboard.begin_anew()
        alice.goto("/search?q=star")
        expect(alice.locator("#outside-igdb:not([data-state=asking])")).to_have_count(1)
        return alice.locator("#outside-lastfm[data-state=asking]").count()

    sooner_or_later(alice, is_under_way)
    is_sound(alice)
    settled(alice)

    def joins_what_two_tell_of() -> bool:
        """Unless the machine stalled, which made one of them too slow."""
        if alice.locator("[id^=why-]").count():
            return True
        switchboard.begin_anew()
        alice.reload()
        settled(alice)
        return False

    sooner_or_later(alice, joins_what_two_tell_of)
    for summary in ("#sources", "#filters", "#join", "[id^=why-]"):
        alice.locator(f"{summary} > summary").first.click()
    expect(alice.get_by_text("too slow")).to_be_visible()
    is_sound(alice)


def test_search_without_hits(alice: Page) -> None:
    alice.goto("/search?q=qqqqzzzz")
    settled(alice)
    is_sound(alice)


def test_a_search_for_too_much(alice: Page, witness: Witness) -> None:
    witness.expect("422")
    alice.goto("/search?q=" + "dune " * 50)
    is_sound(alice)


def test_an_item_with_my_entry(alice: Page) -> None:
    alice.goto("/library")
    alice.get_by_role("link", name="Lawrence of Arabia").click()
    is_sound(alice)
    alice.get_by_text("Remove from my library").click()
    is_sound(alice)


def test_the_editor_with_its_adder_open(nora: Page) -> None:
    a_menu(nora, "Sand", "Dune")
    nora.get_by_role("link", name="Add items to Sand").click()
    expect(nora.locator("#choices-q")).to_be_focused()
    is_sound(nora)
    nora.locator("#choices-q").press_sequentially("solaris")
    expect(nora.locator("#choices [data-row]")).not_to_have_count(0)
    settled(nora)
    is_sound(nora)


def test_a_refused_course(nora: Page, witness: Witness) -> None:
    witness.expect("422")
    a_menu(nora, "Sand")
    nora.locator("#course-new-add").click()
    expect(nora.locator("#course-new-title")).to_be_focused()
    is_sound(nora)


def test_an_empty_menu_as_its_host_previews_it(nora: Page) -> None:
    a_menu(nora)
    nora.get_by_role("link", name="Preview").click()
    is_sound(nora)


def test_a_message_that_something_failed(nora: Page, witness: Witness) -> None:
    a_menu(nora)
    nora.context.set_offline(True)
    witness.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    nora.locator("#publication-button").click()
    expect(nora.locator("#alerts .toast")).to_be_visible()
    is_sound(nora)


def test_a_source_the_operator_switches_off_and_on(visit: Visit) -> None:
    context = visit()
    log_in(context, "odile")
    page = context.new_page()
    page.goto("/ops/sources")
    itunes = page.locator("#source-itunes")
    itunes.get_by_role("button", name="Switch it off").click()
    expect(itunes.get_by_role("status")).to_have_text("iTunes is switched off. Nobody asks it.")
    expect(itunes.get_by_role("button", name="Ask it again now")).to_be_focused()
    is_sound(page)
    itunes.get_by_role("button", name="Ask it again now").click()
    expect(itunes.get_by_role("status")).to_have_text("iTunes is asked again.")
    expect(itunes.get_by_role("button", name="Switch it off")).to_be_focused()
