"""The page keeps still while it fills, and grows with its reader's letters."""

import pytest
from playwright.sync_api import Page, expect

from e2e.hands import settled
from e2e.making import Sender
from e2e.patience import sooner_or_later
from e2e.reflow import too_wide

STILL_ENOUGH = 0.02
STILL_ENOUGH_WHILE_IT_FILLS = 0.1  # good, by Core Web Vitals: a better hit comes between those that are there

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts.push(shift.value);
}).observe({type: "layout-shift", buffered: true});
"""

# what a reader may set for themselves: WCAG 2.2, 1.4.12
WIDE_LETTERS = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* {
    line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
  }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

# what people wrote may break anywhere, but not where there is room for the word
TORN = """() => {
  const torn = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!text.parentElement.offsetParent || !text.parentElement.closest("h1, bdi, [dir=auto]")) continue;
    for (const { 0: word, index } of text.data.matchAll(/\\p{L}{3,20}/gu)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const seen = [...range.getClientRects()].filter(({ width }) => width > 1);
      if (new Set(seen.map(({ top }) => Math.round(top))).size > 1) torn.push(word);
    }
  }
  return torn;
}"""


def shifted(page: Page) -> float:
    return float(page.evaluate("window.shifts.reduce((sum, value) => sum + value, 0)"))


@pytest.mark.parametrize(("width", "still_enough"), [(320, STILL_ENOUGH_WHILE_IT_FILLS), (1280, STILL_ENOUGH)])
def test_search_keeps_still_while_the_sources_answer(alice: Page, width: int, still_enough: float) -> None:
    alice.add_init_script(WATCH_SHIFTS)
    alice.set_viewport_size({"width": width, "height": 800})
    alice.goto("/search?q=dune")
    expect(alice.locator("[data-source][data-found]")).not_to_have_count(0)
    settled(alice)
    alice.wait_for_load_state("networkidle")
    assert shifted(alice) <= still_enough


@pytest.mark.parametrize("view", ["", "?view=story"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_public_menu_keeps_still(page: Page, width: int, view: str) -> None:
    page.add_init_script(WATCH_SHIFTS)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/menus/desert-power{view}")
    page.mouse.wheel(0, 3000)
    page.wait_for_load_state("networkidle")
    assert shifted(page) <= STILL_ENOUGH


@pytest.mark.parametrize("path", ["/", "/search?q=dune&outside=1", "/library", "/menus", "/menus/desert-power"])
def test_wider_letters_fit_too(alice: Page, path: str) -> None:
    alice.goto(path)
    alice.evaluate(WIDE_LETTERS)
    assert too_wide(alice) == []


def test_the_longest_word_fits_too(nora: Page) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    sender = Sender(nora.context)
    menu = sender.send("/menus", title=word, intent=word).removesuffix("/edit")
    course = sender.send(f"{menu}/courses", title=word, intent=word).rpartition("#course-")[2]
    work = sender.send("/items/by-hand", type="book", title=word, creators=word).partition("?")[0]
    sender.send(f"{menu}/courses/{course}/items", item=work.rpartition("/")[2])
    for path in (f"{menu}/edit", f"{menu}/pairings", f"{menu}/delete", work, f"{work}/edit", f"{work}/sources"):
        nora.goto(path)
        expect(nora.get_by_text(word).first).to_be_visible()
        assert too_wide(nora) + too_wide(nora, 1100) == [], path


@pytest.mark.parametrize("width", [320, 550, 1100])
def test_no_word_is_torn_that_has_room(alice: Page, width: int) -> None:
    alice.set_viewport_size({"width": width, "height": 800})
    alice.goto("/menus/desert-power")
    assert alice.evaluate(TORN) == []
    alice.get_by_role("link", name="Edit", exact=True).click()
    expect(alice.locator("#courses h3").first).to_be_visible()
    assert alice.evaluate(TORN) == []


def test_the_ruler_sees_what_moves(page: Page) -> None:
    page.add_init_script(WATCH_SHIFTS)
    page.goto("/menus/desert-power")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelector('main').prepend(Object.assign(document.createElement('p'), {id: 'late'}))")
    page.evaluate("document.querySelector('#late').style.height = '300px'")
    sooner_or_later(page, lambda: shifted(page) > STILL_ENOUGH)
