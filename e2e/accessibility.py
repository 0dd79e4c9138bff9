"""axe on a page as it stands: WCAG 2.2 AA and its makers' best practice, in both themes, narrow and wide."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # the only rule of 2.2, and off unless asked for
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
THEMES = {"light": OPTIONS, "dark": COLOURS}  # the second theme changes colours and nothing else
WIDTHS = {320: 640, 1280: 800}

axe = Axe()


def violations(page: Page) -> list[str]:
    """Of what is shown now, in words. Still, so that no colour is caught half way to another."""
    page.emulate_media(reduced_motion="reduce")
    found = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme, options in THEMES.items():
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for violation in axe.run(page, options=options).response["violations"]:
                places = ", ".join(str(node["target"]) for node in violation["nodes"][:3])
                found.append(f"{violation['id']} at {width} px, {theme}: {violation['help']} in {places}")
    return found
