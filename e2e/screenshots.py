"""`python -m e2e.screenshots FOLDER [PAGE …]`: the main pages at three widths in both themes, to look at.

`python -m e2e.screenshots --readme` makes the two pictures the README shows, `--guide` those of docs/guide.md.
"""

import argparse
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from e2e import programs
from e2e.browsers import HOW_TO_GET_ONE, find_chromium, launch_options
from e2e.hands import settled
from e2e.making import a_menu
from e2e.people import log_in, register

IMAGES = programs.ROOT / "docs" / "images"
WIDTHS = (320, 768, 1440)
THEMES = ("light", "dark")
COLOURS = 128  # of a picture in the docs, which makes it a third of what it was

Way = Callable[[Page], object]


def to(path: str) -> Way:
    return lambda page: page.goto(path)


def search(text: str) -> Way:
    def searching(page: Page) -> None:
        page.goto(f"/search?q={text}")
        settled(page)

    return searching


def below(way: Way, selector: str, above: int = 48) -> Way:
    """As far down as this is at the top, so many pixels `above` it."""

    def scrolling(page: Page) -> None:
        way(page)
        show_all(page)
        page.locator(selector).first.evaluate(f"it => scrollBy(0, it.getBoundingClientRect().top - {above})")

    return scrolling


def an_item(page: Page) -> None:
    page.goto("/library")
    page.get_by_role("link", name="Journey", exact=True).click()


def the_editor(page: Page) -> None:
    page.goto("/menus")
    page.get_by_role("link", name="Desert Power", exact=True).click()


def the_sharing(page: Page) -> None:
    the_editor(page)
    page.get_by_role("main").get_by_role("link", name="Share", exact=True).click()


def the_upstream(page: Page) -> None:
    page.goto("/menus")
    page.get_by_role("link", name="What changed there").click()


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
GUIDE: dict[str, tuple[str | None, Way]] = {
    "item": ("alice", an_item),
    "dashboard": ("alice", to("/")),
    "log": ("alice", to("/log")),
    "shelf": ("alice", below(to("/library?view=table&sort=rating"), "main nav:has(a[href*=type])", 12)),
    "editor": ("alice", below(the_editor, "#courses section")),
    "story": (None, below(to("/menus/desert-power?view=story"), "article h2")),
    "share": ("alice", the_sharing),
    "upstream": ("bob", the_upstream),
    "host": (None, to("/hosts/alice")),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("page", nargs="*", help=", ".join(PAGES))
    parser.add_argument("--readme", action="store_true", help="write those of the README into docs/images")
    parser.add_argument("--guide", action="store_true", help="write those of the guide there")
    wanted = parser.parse_args()
    with sync_playwright() as playwright, programs.world() as outside, programs.tastebuds(outside) as address:
        executable = find_chromium(playwright)
        if executable is None:
            raise SystemExit(HOW_TO_GET_ONE)
        browser = playwright.chromium.launch(**launch_options(executable))
        if wanted.readme:
            for_the_docs(browser, address, README, {"width": 1280, "height": 800})
        if wanted.guide:
            for_the_docs(browser, address, GUIDE, {"width": 1100, "height": 760})
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


def for_the_docs(browser: Browser, address: str, pages: dict[str, tuple[str | None, Way]], size: ViewportSize) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (who, way) in pages.items():
        page = arrive(browser, address, who, way)
        page.set_viewport_size(size)
        show_all(page)
        with Image.open(BytesIO(page.screenshot())) as picture:
            few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(IMAGES / f"{name}.png", optimize=True)
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
