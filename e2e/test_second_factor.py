"""A second factor on, in by a code, by a recovery code, by a passkey: with the keyboard, and without JavaScript."""

import base64
import hmac
import re
import struct
import time

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from e2e.accessibility import violations
from e2e.conftest import Visit
from e2e.hands import Hand, Keyboard, Mouse
from e2e.people import PASSWORD, new_email
from e2e.reflow import too_wide
from e2e.witness import Witness

SECURITY = "/settings/security"
STEP = 30
HANDS = [pytest.param(Keyboard(), id="keyboard"), pytest.param(Mouse(has_script=False), id="no-javascript")]


def code_of(secret: str, steps: int = 0) -> str:
    """As the app on a phone makes it (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // STEP + steps)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[19] & 0xF)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.mark.parametrize("hand", HANDS)
def test_in_by_a_code_and_by_one_on_paper(visit: Visit, witness: Witness, hand: Hand) -> None:
    witness.expect("422")
    page = visit(java_script_enabled=hand.has_script).new_page()
    email = registers(page, hand)
    secret, codes = sets_up_an_app(page, hand)
    gives_the_password(page, hand, email)
    says(page, hand, "Code", "000000", "Log in")
    expect(page.get_by_role("alert").first).to_contain_text("not the code of this moment")
    says(page, hand, "Code", code_of(secret), "Log in")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora")
    gives_the_password(page, hand, email)
    hand.press(page.get_by_text("The phone is not here"))
    says(page, hand, "Recovery code", codes[3], "Log in with this code")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora")
    page.goto(SECURITY)
    expect(page.get_by_text("9 left")).to_be_visible()


def registers(page: Page, hand: Hand) -> str:
    email = new_email()
    page.goto("/register")
    hand.type(page.get_by_label("Name"), "Nora")
    hand.type(page.get_by_label("E-mail"), email)
    hand.type(page.get_by_label("Password"), PASSWORD)
    hand.press(page.get_by_role("main").get_by_role("button", name="Register"))
    expect(page.get_by_text("Welcome, Nora.")).to_be_visible()
    return email


def sets_up_an_app(page: Page, hand: Hand) -> tuple[str, list[str]]:
    page.goto(SECURITY)
    hand.press(page.get_by_role("button", name="Set up an app"))
    picture = page.get_by_role("img", name=re.compile("QR code"))
    expect(picture).to_be_visible()
    hand.press(page.get_by_text("Type it in instead"))
    secret = page.locator("#secret").inner_text().replace(" ", "")
    says(page, hand, "Code", code_of(secret, -1), "Turn it on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = page.locator("#codes code").all_inner_texts()
    assert len(codes) == 10
    hand.press(page.get_by_role("link", name="I have kept them"))
    expect(page.get_by_text("10 left")).to_be_visible()
    return secret, codes


def gives_the_password(page: Page, hand: Hand, email: str) -> None:
    hand.press(page.get_by_role("button", name="Log out"))
    hand.type(page.get_by_label("E-mail"), email)
    hand.type(page.get_by_label("Password"), PASSWORD)
    hand.press(page.get_by_role("main").get_by_role("button", name="Log in", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")


def says(page: Page, hand: Hand, label: str, text: str, button: str) -> None:
    hand.type(page.get_by_label(label, exact=True), text)
    hand.press(page.get_by_role("main").get_by_role("button", name=button, exact=True))


class Device:
    """What a laptop with a fingerprint sensor has in it. `touched`: a finger lies on it."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.cdp: CDPSession = context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        options = kind | {"isUserVerified": True, "automaticPresenceSimulation": False}
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def is_touched(self, enabled: bool) -> None:
        touch = {"authenticatorId": self.id, "enabled": enabled}
        self.cdp.send("WebAuthn.setAutomaticPresenceSimulation", touch)


def test_in_by_a_passkey_and_nothing_else(visit: Visit, address: str) -> None:
    """At a name: an address that is a number has no passkeys."""
    hand = Keyboard()
    context = visit(base_url=address.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    device = Device(context, page)
    registers(page, hand)
    sets_up_an_app(page, hand)
    hand.press(page.get_by_role("link", name="Add a passkey"))
    hand.type(page.get_by_label("Name"), "Laptop")
    device.is_touched(True)
    hand.press(page.get_by_role("button", name="Make the passkey"))
    expect(page.get_by_text("Laptop logs you in from now on.")).to_be_visible()
    device.is_touched(False)
    hand.press(page.get_by_role("button", name="Log out"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome back")
    hand.press(page.get_by_role("button", name="Log in with a passkey"))
    device.is_touched(True)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora")
    page.goto(SECURITY)
    expect(page.locator("#passkeys")).to_contain_text("last used")
    hand.press(page.get_by_role("button", name="Remove Laptop"))
    expect(page.get_by_text("Laptop is removed, and logs nobody in any more.")).to_be_visible()


def test_without_script_it_is_said_what_passkeys_need(visit: Visit, address: str) -> None:
    page = visit(base_url=address.replace("127.0.0.1", "localhost"), java_script_enabled=False).new_page()
    registers(page, Mouse(has_script=False))
    page.goto(SECURITY + "/passkeys/new")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Make the passkey")).to_have_count(0)


def test_a_number_in_the_address_is_said_to_have_none(nora: Page) -> None:
    nora.goto(SECURITY + "/passkeys/new")
    expect(nora.get_by_text("in place of 127.0.0.1")).to_be_visible()


def test_every_page_of_it_is_sound(nora: Page) -> None:
    def is_sound() -> None:
        assert violations(nora) == []
        assert too_wide(nora) == []

    nora.goto(SECURITY)
    nora.get_by_role("button", name="Set up an app").click()
    nora.get_by_text("Type it in instead").click()
    is_sound()
    secret = nora.locator("#secret").inner_text().replace(" ", "")
    says(nora, Mouse(), "Code", code_of(secret), "Turn it on")
    expect(nora.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    is_sound()
    nora.get_by_role("link", name="I have kept them").click()
    is_sound()
