"""axe on a page as it stands: WCAG 2.2 AA and its makers' best practice, in both themes, narrow and wide."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # the only rule of 2.2, and off unless asked for
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
HEIGHTS = {320: 640, 1280: 800}

Look = tuple[int, str, dict[str, Any]]
# the second theme changes colours and nothing else
FULLY: tuple[Look, ...] = tuple(
    (width, theme, options) for width in HEIGHTS for theme, options in (("light", OPTIONS), ("dark", COLOURS))
)
ONCE: tuple[Look, ...] = ((320, "light", OPTIONS), (1280, "dark", COLOURS))

AXE = Axe().axe_script
RUN = "(options) => axe.run(options).then((found) => found.violations)"


def violations(page: Page, looks: tuple[Look, ...] = FULLY) -> list[str]:
    """Of what is shown now, in words: a whole page. Still, so that no colour is caught half way to another."""
    page.wait_for_load_state()
    page.emulate_media(reduced_motion="reduce")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = []
    for width, theme, options in looks:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for violation in page.evaluate(RUN, options):
            places = ", ".join(str(node["target"]) for node in violation["nodes"][:3])
            found.append(f"{violation['id']} at {width} px, {theme}: {violation['help']} in {places}")
    return found
