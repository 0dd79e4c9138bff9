"""Shut out and let in again; everything taken along; the account closed, and kept after all."""

import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.conftest import Visit
from e2e.hands import Hand, Keyboard, Mouse
from e2e.people import PASSWORD, log_in, new_email, register
from e2e.reflow import too_wide

HANDS = [pytest.param(Keyboard(), id="keyboard"), pytest.param(Mouse(has_script=False), id="no-javascript")]


@pytest.mark.parametrize("hand", HANDS)
def test_shut_out_let_in_closed_and_kept(visit: Visit, hand: Hand) -> None:
    email, context = new_email(), visit(java_script_enabled=hand.has_script, accept_downloads=True)
    register(context, "Nora", email)
    nora = context.new_page()
    operating = visit(java_script_enabled=hand.has_script)
    log_in(operating, "odile")
    odile = operating.new_page()
    finds(odile, hand, email)
    presses(odile, hand, "Disable")
    expect(odile.get_by_text("Nora is disabled, and logged out everywhere.")).to_be_visible()
    nora.goto("/library")
    expect(nora).to_have_url(re.compile("/login"))
    presses(odile, hand, "Enable")
    expect(odile.get_by_text("Nora may log in again.")).to_be_visible()
    logs_in(nora, hand, email)
    takes_everything(nora, hand)
    closes(nora, hand, email)
    logs_in(nora, hand, email)
    expect(nora.get_by_role("heading", level=1)).to_have_text("Your account is closed")
    if hand.has_script:
        is_sound(nora)
    nora.goto("/library")
    expect(nora.get_by_role("heading", level=1)).to_have_text("Your account is closed")
    presses(nora, hand, "Keep the account")
    expect(nora.get_by_text("Your account is kept.")).to_be_visible()
    nora.goto("/settings/activity")
    expect(nora.get_by_text("The account is kept after all")).to_be_visible()
    expect(nora.get_by_text("The account was disabled, by Odile")).to_be_visible()


def is_sound(page: Page) -> None:
    """axe needs scripts."""
    assert violations(page) == []
    assert too_wide(page) == []


def finds(page: Page, hand: Hand, email: str) -> None:
    page.goto("/ops/users")
    hand.type(page.get_by_label("Name or e-mail"), email)
    presses(page, hand, "Show")
    expect(page).to_have_url(re.compile("q="))  # others are called Nora too
    hand.press(page.get_by_role("main").get_by_role("link", name="Nora"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nora")


def takes_everything(page: Page, hand: Hand) -> None:
    page.goto("/settings/data")
    with page.expect_download() as downloading:
        presses(page, hand, "Download everything")
    with zipfile.ZipFile(downloading.value.path()) as archive:
        assert {"README.txt", "manifest.json", "library.jsonl", "menus.jsonl"} <= set(archive.namelist())


def closes(page: Page, hand: Hand, email: str) -> None:
    page.goto("/settings/data")
    hand.type(page.get_by_label("Your e-mail address"), email)
    presses(page, hand, "Close the account")
    expect(page.get_by_text("Your account is closed. Log in before")).to_be_visible()


def logs_in(page: Page, hand: Hand, email: str) -> None:
    page.goto("/login")
    hand.type(page.get_by_label("E-mail"), email)
    hand.type(page.get_by_label("Password"), PASSWORD)
    presses(page, hand, "Log in")
    expect(page).not_to_have_url(re.compile("/login"))


def presses(page: Page, hand: Hand, button: str) -> None:
    hand.press(page.get_by_role("main").get_by_role("button", name=button, exact=True))
