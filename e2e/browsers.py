"""Which browser, and how it is started."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# what a browser says to its maker by itself; the tests' only host is the loopback
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
START_WAIT = 120_000  # milliseconds; the first start of a new machine reads all of it from the disk
HOW_TO_GET_ONE = (
    "No browser for the end-to-end tests. Install Chromium (`apt-get install chromium`), or Playwright's own "
    "(`playwright install chromium`), or name one in CHROMIUM."
)


def find_chromium(playwright: Playwright, environment: Mapping[str, str] = os.environ) -> str | None:
    """`$CHROMIUM`, else the system's, else the one Playwright downloaded."""
    if named := environment.get("CHROMIUM"):
        return named
    for name in SYSTEM:
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def launch_options(executable: str) -> dict[str, Any]:
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses to start for root
    return {"executable_path": executable, "args": [*QUIET, *alone], "timeout": START_WAIT}
