"""Keeping a log: a book is read twice, a series is ticked off, and the year shows it."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.conftest import Visit
from e2e.hands import Keyboard, has_focus, settled
from e2e.making import open_work
from e2e.patience import sooner_or_later
from e2e.people import register
from e2e.reflow import too_wide

KEYBOARD = Keyboard()


def is_sound(page: Page) -> None:
    assert violations(page) == []
    assert too_wide(page) == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "none"])
def test_a_book_is_read_and_read_again(visit: Visit, script: bool) -> None:
    context = visit(java_script_enabled=script)
    register(context, "Nora")
    page = context.new_page()
    open_work(page, "Solaris")
    log = page.locator("#log")
    for amount, day, button in (
        ("", "2026-01-02", "Started"),
        ("102", "2026-01-05", "Log it"),
        ("", "2026-01-09", "Finished"),
        ("", "2026-03-01", "Started again"),
    ):
        page.get_by_label("How far").fill(amount)
        page.get_by_label("Day").fill(day)
        log.get_by_role("button", name=button, exact=True).click()
        expect(log.locator("time").first).to_have_attribute("datetime", day)
    expect(log).to_contain_text("page 102")
    expect(log).to_contain_text("Second time")
    log.get_by_role("button", name=re.compile("^Take off the log: Started again")).click()
    expect(log).to_contain_text("is off the log.")
    log.get_by_role("button", name="Put it back").click()
    expect(log.locator("time").first).to_have_attribute("datetime", "2026-03-01")
    page.goto("/log?year=2026")
    expect(page.get_by_role("img", name=re.compile("2026 day by day: 4 lines of the log on 4 days"))).to_be_visible()
    if script:
        is_sound(page)


HEARS = """() => {
  const said = document.querySelector("#log-said");
  window.heard = [];
  new MutationObserver(() => heard.push(said.textContent.trim())).observe(said, {childList: true, subtree: true});
}"""


def test_what_is_said_twice_is_heard_twice(nora: Page) -> None:
    open_work(nora, "Solaris")
    log = nora.locator("#log")
    for amount in ("10", "20"):
        nora.get_by_label("How far").fill(amount)
        log.get_by_role("button", name="Log it").click()
        expect(log).to_contain_text(f"page {amount}")
        if amount == "10":
            settled(nora)
            said = nora.locator("#log-said").inner_text()
            nora.evaluate(HEARS)
    sooner_or_later(nora, lambda: nora.evaluate("heard.at(-1)") == said)
    assert "" in nora.evaluate("heard")
    entry = nora.locator("#entry")
    entry.get_by_role("button", name="Keep", exact=True).click()
    expect(entry).to_contain_text("In my library")
    settled(nora)
    log.get_by_role("button", name="Finished", exact=True).click()
    expect(nora.locator("#log-said")).to_have_text("On your log. It is moved to Read.")
    expect(entry.get_by_label("Status")).to_have_value("done")
    settled(nora)
    has_focus(nora, "log-finished")
    log.get_by_role("button", name=re.compile("^Take off the log: Finished")).click()
    expect(nora.locator("#log-said")).to_have_text("Taken off your log. The status stays Read.")


def test_a_series_is_marked_up_to_here_and_what_is_next_is_said(nora: Page) -> None:
    open_work(nora, "The Wire")
    sooner_or_later(nora, lambda: nora.reload() and nora.locator("#season-1").count())  # asked for as it is opened
    nora.locator("#season-2 > summary").click()
    KEYBOARD.press(nora.get_by_role("button", name="Mark up to season 2, episode 3"))
    expect(nora.locator("#episodes-said")).to_have_text("15 episodes marked as seen.")
    expect(nora.locator("#episodes")).to_contain_text("S2 E4")
    settled(nora)
    KEYBOARD.press(nora.locator("#next-seen"))
    expect(nora.locator("#episodes-said")).to_have_text("1 episode marked as seen.")
    settled(nora)
    has_focus(nora, "next-seen")
    is_sound(nora)
    nora.goto("/log")
    expect(nora.get_by_text("S1 E1 to S2 E4, 16 episodes")).to_be_visible()
