"""What becomes of what one types when one is not logged in any more. Where one is: `test_account_story`."""

from playwright.sync_api import BrowserContext, Page, expect

from e2e.conftest import Visit
from e2e.hands import Keyboard, has_focus
from e2e.making import a_menu
from e2e.people import FROM_OUR_PAGE, PASSWORD, new_email
from e2e.witness import Witness


def register(context: BrowserContext) -> str:
    email = new_email()
    send(context, "/register", {"name": "Nora", "email": email, "password": PASSWORD})
    return email


def send(context: BrowserContext, path: str, form: dict[str, str | float | bool]) -> None:
    answer = context.request.post(path, form=form, headers=FROM_OUR_PAGE, max_redirects=0)
    assert answer.status == 303, answer.text()


def log_in(context: BrowserContext, email: str) -> Page:
    send(context, "/login", {"email": email, "password": PASSWORD, "remember": "1"})
    return context.new_page()


def log_in_here(page: Page, email: str, hand: Keyboard) -> None:
    """In the dialog."""
    dialog = page.get_by_role("dialog", name="Welcome back")
    has_focus(page, "asked-email")
    expect(dialog).to_contain_text("Only a page of its own can ask for the provider in a box: use it in another tab")
    expect(dialog.get_by_role("button")).to_have_text(["Log in", "Not now"])
    hand.type(dialog.get_by_label("E-mail"), email)
    hand.type(dialog.get_by_label("Password"), PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


def test_a_session_that_ends_mid_edit_goes_on_in_place_by_keyboard(visit: Visit, witness: Witness) -> None:
    witness.expect("401")
    hand, context, elsewhere = Keyboard(), visit(), visit()
    email = register(context)
    page = context.new_page()
    a_menu(page, "Sand", "Dune Messiah")
    page.locator("#course-new-title").fill("Pudding")
    other = log_in(elsewhere, email)
    other.goto("/settings/sessions")
    other.get_by_role("button", name="Log out everywhere else").click()
    expect(other.get_by_text("You are logged in nowhere else.")).to_be_visible()

    hand.press(page.locator("#course-new-add"))
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#alerts")).to_contain_text("What you typed is still here")
    has_focus(page, "course-new-add")
    expect(page.locator("#course-new-title")).to_have_value("Pudding")

    hand.press(page.locator("#course-new-add"))
    log_in_here(page, email, hand)
    expect(page.locator("#courses-said")).to_have_text("Course Pudding added.")
    expect(page.get_by_role("heading", name="Pudding")).to_be_visible()
    page.locator("#course-new-title").fill("Coffee")
    hand.press(page.locator("#course-new-add"))
    expect(page.locator("#courses-said")).to_have_text("Course Coffee added.")


def test_without_script_what_was_sent_is_sent_after_the_login(visit: Visit, witness: Witness) -> None:
    witness.expect("401")
    context = visit(java_script_enabled=False)
    email = register(context)
    page = context.new_page()
    page.goto("/menus/new")
    page.get_by_label("Title").fill("Winter")
    page.get_by_label("Intent").fill("Long nights,\nwarm lamps.")
    context.clear_cookies(name="__Host-session")
    page.get_by_role("button", name="Make the menu").click()
    expect(page.get_by_text("What you sent is kept")).to_be_visible()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", name="Winter")).to_be_visible()
    expect(page.get_by_text("Long nights, warm lamps.").first).to_be_visible()


def test_after_logging_out_the_way_back_shows_nothing(nora: Page) -> None:
    nora.goto("/settings")
    expect(nora.get_by_label("Name")).to_have_value("Nora")
    nora.get_by_role("button", name="Log out", exact=True).click()
    expect(nora.get_by_text("You are logged out.")).to_be_visible()
    nora.go_back()
    expect(nora).to_have_url("/login?next=/settings")
