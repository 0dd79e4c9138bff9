"""How long a story waits for what must come."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

PATIENCE = 20_000  # milliseconds; who waits less sees a machine that stalls as a fault of ours
TRIES = 10  # at least, however long each takes


def sooner_or_later(page: Page, is_so: Callable[[], object], *, every: int = 100) -> None:
    """Until it is so, looking `every` milliseconds. For what no locator tells: `expect` waits for the rest.

    Playwright's `wait_for_function` looks with `eval` from the page's own tasks, which our Content-Security-Policy
    refuses: it only ever finds what is so at the first look.
    """
    deadline, tries = time.monotonic() + PATIENCE / 1000, 1
    while not is_so():
        assert time.monotonic() < deadline or tries < TRIES, "It never was."
        page.wait_for_timeout(every)
        tries += 1
