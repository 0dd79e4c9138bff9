"""Codes of an authenticator app (RFC 6238): SHA-1, six digits, steps of 30 seconds, a secret of 160 bits."""

import base64
import hmac
import os
from datetime import datetime
from urllib.parse import quote, urlencode

from app.kit import clock

STEP = 30  # seconds
DIGITS = 6
SECRET = 20  # bytes, as long as SHA-1's output (RFC 4226 §4)
EARLY_OR_LATE = 1  # steps that a clock and a hand may be off (RFC 6238 §5.2)
ANOTHER_TIME = 10  # steps within which a code tells that the clocks differ


def new_secret() -> str:
    """In base32, as apps want it typed."""
    return base64.b32encode(os.urandom(SECRET)).decode()


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP


def code_at(secret: str, step: int) -> str:
    """RFC 4226 §5.3."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: str, code: str) -> int | None:
    """Which step it is the code of, the nearest first and of nearly now; `None` where it is of none."""
    now = step_at(clock.now())
    nearest = sorted(range(now - ANOTHER_TIME, now + ANOTHER_TIME + 1), key=lambda step: abs(step - now))
    matching = [step for step in nearest if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]
    return matching[0] if matching else None


def is_now(step: int) -> bool:
    return abs(step - step_at(clock.now())) <= EARLY_OR_LATE


def address(secret: str, site: str, account: str) -> str:
    """What the QR code says: `otpauth://`, as every app reads it."""
    said = urlencode({"secret": secret, "issuer": site, "algorithm": "SHA1", "digits": DIGITS, "period": STEP})
    return f"otpauth://totp/{quote(f'{site}:{account}')}?{said.replace('+', '%20')}"
