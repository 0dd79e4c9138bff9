"""One app, one sandbox, one browser; a fresh context for every test, which fails when its browser complains."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from e2e import programs
from e2e.browsers import HOW_TO_GET_ONE, find_chromium, launch_options
from e2e.patience import PATIENCE
from e2e.people import log_in, new_address, register
from e2e.switchboard import Switchboard
from e2e.witness import Witness

Visit = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        if executable is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW_TO_GET_ONE)
        browser = playwright.chromium.launch(**launch_options(executable))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def outside() -> Iterator[str]:
    with programs.world() as address:
        yield address


@pytest.fixture(scope="session")
def address(browser: Browser, outside: str) -> Iterator[str]:
    """After the browser: without one there is nothing to start the app for."""
    with programs.tastebuds(outside) as address:
        yield address


@pytest.fixture
def switchboard(outside: str, address: str) -> Iterator[Switchboard]:
    switchboard = Switchboard(outside, address)
    switchboard.begin_anew()
    yield switchboard
    switchboard.mend()
    switchboard.begin_anew()


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def visit(browser: Browser, address: str, witness: Witness) -> Iterator[Visit]:
    """Opens a window of its own: `visit()`, `visit(java_script_enabled=False)`, `visit(color_scheme="dark")`."""
    contexts: list[BrowserContext] = []

    def visiting(**options: Any) -> BrowserContext:
        said = {"X-Forwarded-For": new_address()} | options.pop("extra_http_headers", {})
        context = browser.new_context(**{"base_url": address, "extra_http_headers": said} | options)
        context.set_default_timeout(PATIENCE)
        witness.watch(context)
        contexts.append(context)
        return context

    yield visiting
    for context in contexts:
        context.close()
    assert witness.complaints() == []


@pytest.fixture
def page(visit: Visit) -> Page:
    """Of somebody who is not signed in."""
    return visit().new_page()


@pytest.fixture
def nora(visit: Visit) -> Page:
    """Of somebody who registered a moment ago and keeps nothing yet."""
    context = visit()
    register(context, "Nora")
    return context.new_page()


@pytest.fixture
def alice(visit: Visit) -> Page:
    """Of the sample's host. Only to be looked at: others read her library and menus after you."""
    context = visit()
    log_in(context, "alice")
    return context.new_page()
