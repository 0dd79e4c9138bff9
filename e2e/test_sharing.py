"""Handing a menu on: guests without an account or scripts, links that end, and what can be copied."""

import re

from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.conftest import Visit
from e2e.hands import Keyboard, settled
from e2e.making import a_menu
from e2e.planting import let_guest_links_expire
from e2e.reflow import too_wide
from e2e.witness import Witness

KEYBOARD = Keyboard()
ENDED = "This link has ended."


def is_sound(page: Page) -> None:
    assert violations(page) == []
    assert too_wide(page) == []


def share(page: Page) -> None:
    a_menu(page, "Sand", "Dune Messiah")
    page.get_by_role("link", name="Share", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A week on Arrakis")


def a_link(page: Page, whom: str) -> str:
    page.get_by_label("For whom").fill(whom)
    KEYBOARD.press(page.get_by_role("button", name="Make a guest link"))
    expect(page.get_by_text(whom, exact=True)).to_be_visible()
    settled(page)
    link = page.get_by_label("The new guest link")
    expect(link).to_be_focused()
    return link.input_value()


def test_guests_read_a_draft_until_its_link_is_ended_or_over(
    visit: Visit, nora: Page, address: str, witness: Witness
) -> None:
    witness.expect("404")
    share(nora)
    bobs, carols = a_link(nora, "Bob"), a_link(nora, "Carol")
    assert bobs != carols
    is_sound(nora)
    guest = visit(java_script_enabled=False).new_page()
    for link in (bobs, carols):
        guest.goto(link)
        expect(guest.get_by_role("heading", level=1)).to_have_text("A week on Arrakis")
        expect(guest.get_by_text("Dune Messiah")).to_be_visible()
    guest.get_by_role("link", name="Story").click()
    expect(guest.get_by_text("Dune Messiah")).to_be_visible()

    KEYBOARD.press(nora.get_by_role("button", name="End the link for Bob"))
    expect(nora.locator("#guest-links-said")).to_have_text("Ended. Whoever opens the link is told so.")
    settled(nora)
    expect(nora.get_by_role("heading", name="Guest links")).to_be_focused()
    guest.goto(bobs)
    expect(guest.get_by_role("heading", level=1)).to_have_text(ENDED)

    let_guest_links_expire(address)
    guest.goto(carols)
    expect(guest.get_by_role("heading", level=1)).to_have_text(ENDED)
    nora.reload()
    expect(nora.locator("#guest-links li")).to_have_text(
        [re.compile("Expired on .*opened 1 time"), re.compile("Ended on")]
    )


def test_what_is_copied_is_said(nora: Page) -> None:
    nora.context.grant_permissions(["clipboard-read", "clipboard-write"])
    share(nora)
    KEYBOARD.press(nora.get_by_role("button", name="Copy the address"))
    expect(nora.locator("#said")).to_have_text("The address is copied.")
    copied = nora.evaluate("() => navigator.clipboard.readText()")
    assert copied == nora.get_by_label("Public address").input_value()
    nora.get_by_text("Choose another address").click()
    nora.get_by_label("Address", exact=True).fill(f"sand-{copied[-8:]}")
    KEYBOARD.press(nora.get_by_role("button", name="Save the address"))
    expect(nora.locator("#address-said")).to_have_text(f"It is at /menus/sand-{copied[-8:]} from now on.")
    settled(nora)
    expect(nora.get_by_label("Public address")).to_have_value(re.compile(f"/menus/sand-{copied[-8:]}$"))
