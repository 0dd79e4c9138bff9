"""An account from its first evening to its last, in one go, as it is lived; and the same door by keyboard and
without JavaScript, where password managers read along (PW-4, PW-9)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.accessibility import violations
from e2e.authenticators import FingerprintReader, code_of
from e2e.conftest import Visit
from e2e.hands import Hand, Keyboard, Mouse
from e2e.people import PASSWORD, log_in, new_email
from e2e.witness import Witness

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
ANOTHER = "a lantern at the garden gate"
SECURITY, SESSIONS, DATA = "/settings/security", "/settings/sessions", "/settings/data"
MAY_BE_PASTED = """(field) => !field.matches('[onpaste], [readonly], [maxlength="6"]')
  && field.dispatchEvent(new ClipboardEvent("paste", {bubbles: true, cancelable: true}))"""
HANDS = [pytest.param(Keyboard(), id="keyboard"), pytest.param(Mouse(has_script=False), id="no-javascript")]


def test_an_account_from_its_first_evening_to_its_last(visit: Visit, witness: Witness, address: str) -> None:
    """At a name: an address that is a number has no passkeys."""
    witness.expect("404")
    hand, email, here = Mouse(), new_email(), address.replace("127.0.0.1", "localhost")
    laptop = visit(base_url=here).new_page()
    phone, tablet = (
        visit(base_url=here, user_agent=SAFARI).new_page(),
        visit(base_url=here, user_agent=FIREFOX).new_page(),
    )
    odile = operating(visit, here)

    laptop.goto("/register")
    registers(laptop, hand, email)
    secret, codes = sets_up_an_app(laptop, hand)
    logs_out(laptop, hand)
    logs_in(laptop, hand, email)
    gives(laptop, hand, "Code", code_of(secret, 1), "Log in")
    is_home(laptop)

    for page, code in ((phone, codes[3]), (tablet, codes[7])):
        logs_in(page, hand, email)
        gives_paper(page, hand, code)
        is_home(page)
    laptop.goto(SECURITY)
    expect(laptop.locator("#codes-left")).to_have_text("8 left")

    ends_the_other_sessions(laptop, phone, tablet)
    comes_in_by_a_passkey(laptop, Keyboard())

    link = makes_a_link(odile, hand, email)
    sets_by(link, tablet, hand)
    laptop.goto("/library")
    expect(laptop).to_have_url("/login?next=/library")
    tablet.goto(link)
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Nothing here")
    logs_in(tablet, hand, email, ANOTHER)
    tablet.goto("/library")
    expect(tablet).to_have_url("/login?next=/library")
    tablet.goto("/login/second")
    gives_paper(tablet, hand, codes[5])
    is_home(tablet)

    closes(tablet, hand, email)
    logs_in(tablet, hand, email, ANOTHER)
    gives_paper(tablet, hand, codes[0])
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Your account is closed")
    presses(tablet, hand, "Keep the account")
    expect(tablet.get_by_text("Your account is kept.")).to_be_visible()
    tablet.goto("/settings/activity")
    for what in ("The account is kept after all", "The password was set by a link", "A passkey was added", "by Odile"):
        expect(tablet.get_by_role("listitem").filter(has_text=what).first).to_be_visible()
    closes(tablet, hand, email)
    finds(odile, hand, email)
    expect(odile.get_by_text("Closed by themselves")).to_be_visible()


@pytest.fixture
def invited_only(visit: Visit) -> Iterator[Page]:
    """Where the operator looks; anybody may register again afterwards."""
    page = operating(visit)
    may_register(page, "Who was invited")
    yield page
    may_register(page, "Anybody")


@pytest.mark.parametrize("hand", HANDS)
def test_invited_and_forgetful(visit: Visit, witness: Witness, invited_only: Page, hand: Hand) -> None:
    """A link does what a link may, and not more: the second factor is still asked for."""
    witness.expect("422")
    page, email, odile = visit(java_script_enabled=hand.has_script).new_page(), new_email(), invited_only
    page.goto("/register")
    expect(page.get_by_text("Registering here takes an invitation.")).to_be_visible()
    page.goto(invitation_by(odile))
    is_for_managers(page.get_by_label("Password"), "new-password")
    is_for_managers(page.get_by_label("E-mail"), "username", kind="email")
    registers(page, hand, email)
    secret, codes = sets_up_an_app(page, hand)
    logs_out(page, hand)

    link = makes_a_link(odile, Mouse(), email)
    sets_by(link, page, hand)
    is_for_managers(page.get_by_label("Password"), "current-password")
    is_for_managers(page.get_by_label("E-mail"), "username webauthn", kind="email")
    logs_in(page, hand, email, ANOTHER)
    is_for_managers(page.get_by_label("Code", exact=True), "one-time-code", kind="text")
    gives(page, hand, "Code", "000000", "Log in")
    expect(page.get_by_role("alert").first).to_contain_text("not the code of this moment")
    gives(page, hand, "Code", code_of(secret, 1), "Log in")
    is_home(page)
    logs_out(page, hand)
    logs_in(page, hand, email, ANOTHER)
    gives_paper(page, hand, codes[3])
    is_home(page)


def operating(visit: Visit, here: str = "") -> Page:
    context = visit(base_url=here) if here else visit()
    log_in(context, "odile")
    return context.new_page()


def registers(page: Page, hand: Hand, email: str) -> None:
    hand.type(page.get_by_label("Name"), "Nora")
    hand.type(page.get_by_label("E-mail"), email)
    hand.type(page.get_by_label("Password"), PASSWORD)
    presses(page, hand, "Register")
    expect(page.get_by_text("Welcome, Nora.")).to_be_visible()


def sets_up_an_app(page: Page, hand: Hand) -> tuple[str, list[str]]:
    """What the app keeps, and what is kept on paper."""
    page.goto(SECURITY)
    presses(page, hand, "Set up an app")
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    hand.press(page.get_by_text("Type it in instead"))
    secret = page.locator("#secret").inner_text().replace(" ", "")
    gives(page, hand, "Code", code_of(secret), "Turn it on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    expect(page.locator("#codes code")).to_have_count(10)
    codes = page.locator("#codes code").all_inner_texts()
    hand.press(page.get_by_role("link", name="I have kept them"))
    expect(page.locator("#codes-left")).to_have_text("10 left")
    return secret, codes


def logs_out(page: Page, hand: Hand) -> None:
    hand.press(page.get_by_role("button", name="Log out", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome back")


def logs_in(page: Page, hand: Hand, email: str, password: str = PASSWORD) -> None:
    """As far as the second step."""
    page.goto("/login")
    hand.type(page.get_by_label("E-mail"), email)
    hand.type(page.get_by_label("Password"), password)
    presses(page, hand, "Log in")
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")


def gives_paper(page: Page, hand: Hand, code: str) -> None:
    hand.press(page.get_by_text("The phone is not here"))
    gives(page, hand, "Recovery code", code, "Log in with this code")


def gives(page: Page, hand: Hand, label: str, text: str, button: str) -> None:
    hand.type(page.get_by_label(label, exact=True), text)
    presses(page, hand, button)


def presses(page: Page, hand: Hand, button: str) -> None:
    hand.press(page.get_by_role("main").get_by_role("button", name=button, exact=True))


def is_home(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora")


def ends_the_other_sessions(laptop: Page, phone: Page, tablet: Page) -> None:
    laptop.goto(SESSIONS)
    rows = laptop.locator("#sessions li")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("this one")
    rows.filter(has_text="Safari on iPhone").get_by_role("button", name="Log out there").click()
    expect(rows).to_have_count(2)
    expect(laptop.locator("#sessions-said")).to_have_text("Logged out there.")
    phone.goto("/library")
    expect(phone).to_have_url("/login?next=/library")
    tablet.goto("/library")
    expect(tablet).to_have_url("/library")
    laptop.get_by_role("button", name="Log out everywhere else").click()
    expect(laptop.get_by_text("You are logged in nowhere else.")).to_be_visible()
    tablet.reload()
    expect(tablet).to_have_url("/login?next=/library")


def comes_in_by_a_passkey(page: Page, hand: Hand) -> None:
    """It is two factors: nothing else is asked for."""
    reader = FingerprintReader(page)
    page.goto(SECURITY)
    hand.press(page.get_by_role("link", name="Add a passkey"))
    hand.type(page.get_by_label("Name"), "Laptop")
    reader.is_touched(True)
    presses(page, hand, "Make the passkey")
    expect(page.get_by_text("Laptop logs you in from now on.")).to_be_visible()
    reader.is_touched(False)
    logs_out(page, hand)
    presses(page, hand, "Log in with a passkey")
    reader.is_touched(True)
    is_home(page)
    page.goto(SECURITY)
    expect(page.locator("#passkeys")).to_contain_text("last used")
    hand.press(page.locator("#passkeys").get_by_role("link").first)
    expect(page.get_by_label("Name")).to_have_value("Laptop")
    assert violations(page) == []
    reader.is_touched(False)


def finds(odile: Page, hand: Hand, email: str) -> None:
    odile.goto("/ops/users")
    hand.type(odile.get_by_label("Name or e-mail"), email)
    presses(odile, hand, "Show")
    expect(odile).to_have_url(re.compile("q="))  # others are called Nora too
    hand.press(odile.get_by_role("main").get_by_role("link", name="Nora"))
    expect(odile.get_by_role("heading", level=1)).to_have_text("Nora")


def makes_a_link(odile: Page, hand: Hand, email: str) -> str:
    """To set another password, for who asked the operator; without its host."""
    finds(odile, hand, email)
    presses(odile, hand, "Make a link")
    return without_host(odile.locator("#link"))


def sets_by(link: str, page: Page, hand: Hand) -> None:
    answer = page.goto(link)
    assert answer is not None
    assert answer.headers["referrer-policy"] == "no-referrer"
    is_for_managers(page.get_by_label("New password"), "new-password")
    hand.type(page.get_by_label("New password"), ANOTHER)
    presses(page, hand, "Set it")
    expect(page.get_by_text("Your password is set. Log in with it.")).to_be_visible()


def closes(page: Page, hand: Hand, email: str) -> None:
    page.goto(DATA)
    hand.type(page.get_by_label("Your e-mail address"), email)
    presses(page, hand, "Close the account")
    expect(page.get_by_text("Your account is closed. Log in before")).to_be_visible()


def may_register(odile: Page, who: str) -> None:
    odile.goto("/ops/settings")
    odile.get_by_role("radio", name=who).check()
    odile.get_by_role("button", name="Save").click()
    expect(odile.get_by_role("status").first).to_contain_text("Saved")


def invitation_by(odile: Page) -> str:
    odile.goto("/ops/invitations")
    odile.get_by_label("Whom it is for").fill("Nora")
    odile.get_by_role("button", name="Make a link").click()
    return without_host(odile.locator("#link"))


def without_host(link: Locator) -> str:
    return re.sub(r"^https?://[^/]+", "", link.inner_text())


def is_for_managers(field: Locator, autocomplete: str, *, kind: str = "password") -> None:
    """Named for a password manager, and pasted into (3.3.8)."""
    expect(field).to_have_attribute("autocomplete", autocomplete)
    expect(field).to_have_attribute("type", kind)
    assert field.evaluate(MAY_BE_PASTED)
