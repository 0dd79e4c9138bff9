"""An authenticator app as tests have one: reads the secret off the page and makes codes of it (RFC 6238)."""

import base64
import hmac
import struct
import time

from tests.cast import Person
from tests.markup import read

SECURITY = "/settings/security"
APP = SECURITY + "/second-factor"
STEP = 30


class Phone:
    """`code(n)`: of the n-th step from now."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.raw = base64.b32decode(secret)

    def code(self, steps: int = 0) -> str:
        counter = struct.pack(">Q", int(time.time()) // STEP + steps)
        digest = hmac.digest(self.raw, counter, "sha1")
        (number,) = struct.unpack_from(">I", digest, digest[19] & 0xF)
        return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"

    def wrong(self) -> str:
        """A code of no moment near."""
        near = {self.code(step) for step in range(-15, 16)}
        return next(code for code in (f"{n:06}" for n in range(1_000_000)) if code not in near)


def wait_for_room(seconds: float = 2) -> None:
    """Until no new step begins within the next seconds."""
    left = STEP - time.time() % STEP
    if left < seconds:
        time.sleep(left + 0.1)


async def set_up(person: Person) -> tuple[Phone, list[str]]:
    """The app on this account, confirmed with the code of the step before, and the recovery codes."""
    wait_for_room()
    assert (await person.post(APP)).status_code == 303
    page = await person.see(APP)
    phone = Phone(page.at("secret").text.replace(" ", ""))
    answer = await person.put(APP, {"code": phone.code(-1)})
    if answer.status_code == 422:  # a new step has begun all the same
        answer = await person.put(APP, {"code": phone.code(-1)})
    assert answer.status_code == 200, answer.text
    person.forget_token()
    return phone, [code.text for code in read(answer.text).at("codes").every("code")]
