"""How people reach things: with a mouse, or with nothing but the keyboard."""

import re
from typing import Any, Protocol

from playwright.sync_api import Locator, Page, expect

STOPS_MAX = 150  # places a person would tab through before giving up

# The focus is seen if the element, or the frame drawn around it, has an outline (the one box: a thicker line), and
# nothing covers it. `way` leads from there to the target.
FOCUS = """(target) => {
  const at = document.activeElement;
  const before = at.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING;
  const way = at === target ? "" : before ? "Shift+Tab" : "Tab";
  const name = `${at.tagName.toLowerCase()}#${at.id} "${(at.ariaLabel ?? at.textContent).trim().slice(0, 40)}"`;
  if (at === document.body) return {name, way, outlined: false, uncovered: false};
  let outlined = false;
  for (let frame = at, up = 0; frame && up < 3; frame = frame.parentElement, up++) {
    const style = getComputedStyle(frame);
    outlined ||= style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    outlined ||= frame.matches(".box") && style.boxShadow !== "none";
  }
  const box = at.getClientRects()[0] ?? at.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const label = at.closest("label");
  return {name, way, outlined, uncovered: !!top && (at.contains(top) || top.contains(at) || !!label?.contains(top))};
}"""


class Hand(Protocol):
    has_script: bool

    def press(self, control: Locator) -> None: ...

    def type(self, field: Locator, text: str) -> None: ...

    def rate(self, page: Page, halves: int) -> None: ...

    def lands(self, page: Page, id_: str | re.Pattern[str]) -> None:
        """After a swap the focus is there, where it can be seen. Without script there is no swap."""


class Mouse:
    def __init__(self, *, has_script: bool = True) -> None:
        self.has_script = has_script

    def press(self, control: Locator) -> None:
        is_there(control)
        control.click()

    def type(self, field: Locator, text: str) -> None:
        is_there(field)
        field.click()
        field.press_sequentially(text)

    def rate(self, page: Page, halves: int) -> None:
        page.locator(f"#rating-{halves}").check()

    def lands(self, page: Page, id_: str | re.Pattern[str]) -> None:
        if self.has_script:
            has_focus(page, id_)


class Keyboard:
    """Every stop on the way shows where the focus is, in a place nothing lies over."""

    has_script = True

    def press(self, control: Locator) -> None:
        self._go(control)
        is_link = control.evaluate("(element) => element.matches('a, input[type=search]')")
        control.page.keyboard.press("Enter" if is_link else "Space")

    def type(self, field: Locator, text: str) -> None:
        self._go(field)
        field.page.keyboard.type(text)

    def rate(self, page: Page, halves: int) -> None:
        """The arrows go round: after "no rating", the last, comes half a star."""
        self._go(page.locator("[name=rating]:checked"))
        for _ in range(halves):
            page.keyboard.press("ArrowRight")

    def lands(self, page: Page, id_: str | re.Pattern[str]) -> None:
        has_focus(page, id_)
        is_seen(page.locator(":focus").evaluate(FOCUS))

    def _go(self, target: Locator) -> None:
        """Once nothing is under way that would put the focus elsewhere."""
        is_there(target)
        settled(target.page)
        focus = target.evaluate(FOCUS)
        for _ in range(STOPS_MAX):
            if not focus["way"]:
                return
            target.page.keyboard.press(focus["way"])
            focus = target.evaluate(FOCUS)
            is_seen(focus)
        raise AssertionError(f"{target} cannot be reached with the keyboard.")


def is_there(target: Locator) -> None:
    """With the scripts of its page: a hand that is quicker is one of a page without any."""
    expect(target).to_be_visible()
    target.page.wait_for_load_state()


def is_seen(focus: dict[str, Any]) -> None:
    assert focus["outlined"], f"No sign of the focus on {focus['name']}."
    assert focus["uncovered"], f"Something lies over {focus['name']}, which has the focus."


def has_focus(page: Page, id_: str | re.Pattern[str]) -> None:
    expect(page.locator(":focus")).to_have_id(id_)


def settled(page: Page) -> None:
    """Nothing is being asked for any more."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
