"""In by an account elsewhere: linked in the settings, then one press at the door; with scripts and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.conftest import Visit
from e2e.people import register
from e2e.witness import Witness

NAME = "the provider in a box"
LEFT_THERE = "favicon"  # the provider has none, and the browser asks for it


def say_who(page: Page, who: str) -> None:
    """At the provider's own page."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Provider in a box")
    if who:
        page.get_by_label("Who are you?").fill(who)
        page.get_by_role("button", name="Log in").click()
    else:
        page.get_by_role("button", name="Cancel").click()


def go_there(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("button", name=f"Log in with {NAME}").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_account_elsewhere_is_linked_and_logs_in(visit: Visit, witness: Witness, scripts: bool) -> None:
    witness.expect(LEFT_THERE)
    who = f"nora{scripts}"
    context = visit(java_script_enabled=scripts)
    register(context, "Nora")
    mine = context.new_page()
    mine.goto("/settings/security")
    mine.get_by_role("button", name="Link an account").click()
    say_who(mine, who)
    expect(mine).to_have_url(re.compile(r"/settings/security$"))
    expect(mine.get_by_text("Linked. From now on")).to_be_visible()
    expect(mine.locator("#identities")).to_contain_text(f"{who}@provider.example")
    if scripts:
        assert violations(mine) == []

    elsewhere = visit(java_script_enabled=scripts).new_page()
    go_there(elsewhere)
    say_who(elsewhere, who)
    expect(elsewhere).to_have_url(re.compile(r"^http://127\.0\.0\.1:\d+/$"))
    elsewhere.goto("/settings/security")
    expect(elsewhere.locator("#identities")).to_contain_text("last used")
    elsewhere.get_by_role("button", name=f"Unlink {who}").click()
    expect(elsewhere.get_by_text("Unlinked.")).to_be_visible()


def test_who_is_not_linked_or_changes_their_mind_is_told_so_at_the_door(visit: Visit, witness: Witness) -> None:
    witness.expect(LEFT_THERE)
    page = visit().new_page()
    go_there(page)
    say_who(page, "stranger")
    expect(page).to_have_url(re.compile(r"/login$"))
    expect(page.get_by_text("opens none here yet")).to_be_visible()
    go_there(page)
    say_who(page, "")
    expect(page).to_have_url(re.compile(r"/login$"))
    expect(page.get_by_text("Nothing was changed")).to_be_visible()
