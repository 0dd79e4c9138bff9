"""Where passkeys cannot be, it is said; and the pages of the second factor are sound. More in `test_account_story`."""

from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.authenticators import code_of
from e2e.conftest import Visit
from e2e.people import PASSWORD, new_email, register
from e2e.reflow import too_wide

SECURITY = "/settings/security"


def test_without_script_it_is_said_what_passkeys_need(visit: Visit, address: str) -> None:
    context = visit(base_url=address.replace("127.0.0.1", "localhost"), java_script_enabled=False)
    register(context, "Nora")
    page = context.new_page()
    page.goto(SECURITY + "/passkeys/new")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Make the passkey")).to_have_count(0)


def test_a_number_in_the_address_is_said_to_have_none(nora: Page) -> None:
    nora.goto(SECURITY + "/passkeys/new")
    expect(nora.get_by_text("in place of 127.0.0.1")).to_be_visible()


def test_every_page_of_it_is_sound(visit: Visit) -> None:
    email, context = new_email(), visit()
    register(context, "Nora", email)
    nora = context.new_page()

    def is_sound() -> None:
        assert violations(nora) == []
        assert too_wide(nora) == []

    nora.goto(SECURITY)
    nora.get_by_role("button", name="Set up an app").click()
    nora.get_by_text("Type it in instead").click()
    is_sound()
    secret = nora.locator("#secret").inner_text().replace(" ", "")
    nora.get_by_label("Code", exact=True).fill(code_of(secret))
    nora.get_by_role("button", name="Turn it on").click()
    expect(nora.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    is_sound()
    nora.get_by_role("link", name="I have kept them").click()
    is_sound()
    nora.goto(SECURITY + "/second-factor/removal")
    expect(nora.get_by_role("button", name="Remove the app")).to_be_visible()
    is_sound()
    nora.get_by_role("button", name="Log out", exact=True).click()
    expect(nora.get_by_role("heading", level=1)).to_have_text("Welcome back")
    nora.get_by_label("E-mail").fill(email)
    nora.get_by_label("Password").fill(PASSWORD)
    nora.locator("main").get_by_role("button", name="Log in", exact=True).click()
    expect(nora).to_have_url("/login/second")
    is_sound()
