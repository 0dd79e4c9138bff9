"""A token for a script, made by hand and by keyboard, on every width."""

from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.reflow import too_wide
from e2e.witness import Witness


def is_sound(page: Page) -> None:
    assert violations(page) == []
    assert too_wide(page) == []


def test_somebody_makes_a_token_uses_it_and_withdraws_it(nora: Page, witness: Witness) -> None:
    witness.expect("422")
    nora.goto("/settings/tokens")
    is_sound(nora)
    nora.get_by_role("link", name="Make a token").click()
    is_sound(nora)
    nora.get_by_role("button", name="Make the token").click()
    expect(nora.get_by_role("alert").first).to_be_focused()
    is_sound(nora)
    nora.get_by_label("Name", exact=True).fill("Nightly copy")
    nora.get_by_label("Read your library").press("Space")
    nora.get_by_label("How long it counts").select_option("7 days")
    nora.get_by_role("button", name="Make the token").press("Enter")
    expect(nora.get_by_role("heading", name="Your new token")).to_be_visible()
    is_sound(nora)
    token = nora.locator("#token").inner_text()
    with nora.expect_request("**/api/library"):
        said = nora.evaluate(
            "token => fetch('/api/library', {headers: {authorization: `Bearer ${token}`}}).then(r => r.status)", token
        )
    assert said == 200
    nora.get_by_role("link", name="I have kept it").click()
    is_sound(nora)
    nora.get_by_text("Withdraw Nightly copy").press("Enter")
    nora.get_by_role("button", name="Withdraw").press("Enter")
    expect(nora.get_by_text("Nightly copy is withdrawn. It works no more.")).to_be_visible()
