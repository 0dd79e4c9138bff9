"""What a narrow window cannot show without scrolling sideways."""

from playwright.sync_api import Page

WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const far = [...document.querySelectorAll("main *, header *, footer *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => `${element.tagName.toLowerCase()}#${element.id}.${element.classList}`);
  return [`the page is ${document.scrollingElement.scrollWidth} px wide`, ...far.slice(0, 5)];
}"""


def too_wide(page: Page, width: int = 320) -> list[str]:
    page.set_viewport_size({"width": width, "height": 640})
    found: list[str] = page.evaluate(WIDER)
    return found
