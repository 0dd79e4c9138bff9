"""Who uses it: the sample's people, and newcomers, signed in without walking through the forms each time."""

from uuid import uuid4

from playwright.sync_api import BrowserContext

from app.ops.sample import personas
from app.web.page import FLASH

FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "a table by the window"


def log_in(context: BrowserContext, name: str) -> None:
    """As one of the sample's people."""
    _send(context, "/login", {"email": f"{name}@tastebuds.example", "password": personas.cast().password})


def register(context: BrowserContext, name: str, email: str = "") -> None:
    _send(context, "/register", {"name": name, "email": email or new_email(), "password": PASSWORD})


def new_address() -> str:
    """One that nobody has (RFC 3849), in a network of its own."""
    number = uuid4().hex
    return f"2001:db8:{number[:4]}:{number[4:8]}::1"


def new_email() -> str:
    return f"{uuid4().hex[:12]}@tastebuds.example"


def _send(context: BrowserContext, path: str, form: dict[str, str | float | bool]) -> None:
    answer = context.request.post(path, form=form, headers=FROM_OUR_PAGE, max_redirects=0)
    assert answer.status == 303, answer.text()
    context.clear_cookies(name=FLASH)
