"""`python -m e2e.screenshots FOLDER [PAGE …]`: the main pages at three widths in both themes, to look at.

`python -m e2e.screenshots --readme` makes the two pictures the README shows.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from e2e import programs
from e2e.browsers import HOW_TO_GET_ONE, find_chromium, launch_options
from e2e.hands import settled
from e2e.making import a_menu
from e2e.people import log_in, register

IMAGES = programs.ROOT / "docs" / "images"
WIDTHS = (320, 768, 1440)
THEMES = ("light", "dark")

Way = Callable[[Page], object]


def to(path: str) -> Way:
    return lambda page: page.goto(path)


def search(text: str) -> Way:
    def searching(page: Page) -> None:
        page.goto(f"/search?q={text}")
        settled(page)

    return searching


def an_item(page: Page) -> None:
    page.goto("/library")
    page.get_by_role("link", name="In the Mood for Love").click()


def the_editor(page: Page) -> None:
    page.goto("/menus")
    page.get_by_role("link", name="Desert Power", exact=True).click()


def the_adder(page: Page) -> None:
    a_menu(page, "Sand", "Dune Messiah", "Solaris")
    page.get_by_role("link", name="Add items to Sand").click()
    page.locator("#choices-q").press_sequentially("solaris")
    page.locator("#choices [data-row]").first.wait_for()
    settled(page)


def a_refused_form(page: Page) -> None:
    page.goto("/register")
    page.get_by_label("E-mail").fill("not an address")
    page.get_by_role("button", name="Register").click()


# who looks (None: nobody is signed in; "Nora" registers first), and the way there
PAGES: dict[str, tuple[str | None, Way]] = {
    "welcome": (None, to("/")),
    "register": (None, to("/register")),
    "refused": (None, a_refused_form),
    "missing": (None, to("/menus/nothing")),
    "menu": (None, to("/menus/desert-power")),
    "dashboard-new": ("Nora", to("/")),
    "library-new": ("Nora", to("/library")),
    "menus-new": ("Nora", to("/menus")),
    "adder": ("Nora", the_adder),
    "dashboard": ("alice", to("/")),
    "search-empty": ("alice", to("/search")),
    "search": ("alice", search("dune")),
    "item": ("alice", an_item),
    "library": ("alice", to("/library")),
    "menus": ("alice", to("/menus")),
    "editor": ("alice", the_editor),
    "api": (None, to("/api/docs")),
    "patterns": ("odile", to("/ops/patterns")),
    "sources": ("odile", to("/ops/sources")),
}


README: dict[str, tuple[str | None, Way]] = {
    "search": ("alice", search("dune")),
    "menu": (None, to("/menus/desert-power")),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("page", nargs="*", help=", ".join(PAGES))
    parser.add_argument("--readme", action="store_true", help="write docs/images")
    wanted = parser.parse_args()
    with sync_playwright() as playwright, programs.world() as outside, programs.tastebuds(outside) as address:
        executable = find_chromium(playwright)
        if executable is None:
            raise SystemExit(HOW_TO_GET_ONE)
        browser = playwright.chromium.launch(**launch_options(executable))
        if wanted.readme:
            for_the_readme(browser, address)
        if wanted.folder:
            wanted.folder.mkdir(parents=True, exist_ok=True)
            for name in wanted.page or PAGES:
                everywhere(arrive(browser, address, *PAGES[name]), name, wanted.folder)
        browser.close()


def everywhere(page: Page, name: str, folder: Path) -> None:
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            show_all(page)
            page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
    page.context.close()


def for_the_readme(browser: Browser, address: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (who, way) in README.items():
        page = arrive(browser, address, who, way)
        page.set_viewport_size({"width": 1280, "height": 800})
        show_all(page)
        page.screenshot(path=IMAGES / f"{name}.png")
        page.context.close()


def arrive(browser: Browser, address: str, who: str | None, way: Way) -> Page:
    context = browser.new_context(base_url=address, color_scheme="light")
    if who:
        (register if who.istitle() else log_in)(context, who)
    page = context.new_page()
    way(page)
    return page


def show_all(page: Page) -> None:
    """Pictures below the fold load when they are come to."""
    page.evaluate("document.querySelectorAll('img').forEach((picture) => { picture.loading = 'eager'; })")
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
