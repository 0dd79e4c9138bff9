"""What a window cannot show without scrolling sideways: a narrow one, and one enlarged to 200 %."""

from playwright.sync_api import Page

WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const far = [...document.querySelectorAll("main *, header *, footer *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => `${element.tagName.toLowerCase()}#${element.id}.${element.classList}`);
  return [`the page is ${document.scrollingElement.scrollWidth} px wide at ${width} px`, ...far.slice(0, 5)];
}"""
LETTERS = 16  # pixels, as browsers have them


def too_wide(page: Page, width: int = 320) -> list[str]:
    page.set_viewport_size({"width": width, "height": 640})
    found: list[str] = page.evaluate(WIDER)
    return found


def too_wide_enlarged(page: Page) -> list[str]:
    """At 200 %, of a window 1280 px wide: all of it, which is a window half as wide, and the letters alone."""
    found = too_wide(page, 640)
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 2 * LETTERS}})
    return found + too_wide(page, 1280)
