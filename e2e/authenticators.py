"""What proves who one is besides a password: the app on a phone, and what a laptop has built in."""

import base64
import hmac
import struct
import time

from playwright.sync_api import CDPSession, Page

STEP = 30  # seconds


def code_of(secret: str, steps: int = 0) -> str:
    """As the app on a phone makes it (RFC 6238), now or that many steps later.

    Taken for a step before and after its own: who is slow with one of the step before is refused.
    """
    counter = struct.pack(">Q", int(time.time()) // STEP + steps)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[19] & 0xF)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


class FingerprintReader:
    """What a laptop has in it to make passkeys. `touched`: a finger lies on it."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        options = kind | {"isUserVerified": True, "automaticPresenceSimulation": False}
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def is_touched(self, enabled: bool) -> None:
        touch = {"authenticatorId": self.id, "enabled": enabled}
        self.cdp.send("WebAuthn.setAutomaticPresenceSimulation", touch)
