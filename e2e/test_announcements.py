"""What a screen reader is told, as the browser's accessibility tree has it: names, states and live regions."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from e2e.hands import settled
from e2e.making import a_menu
from e2e.patience import sooner_or_later
from e2e.witness import Witness

Node = dict[str, Any]


def tree(page: Page) -> dict[str, Node]:
    """Every node by its id, ignored ones too: a live region may hold its words in one."""
    browser = page.context.new_cdp_session(page)
    nodes = browser.send("Accessibility.getFullAXTree")["nodes"]
    browser.detach()
    return {node["nodeId"]: node for node in nodes}


def told(page: Page, how: str = "polite") -> list[str]:
    """What the live regions of this kind say now."""
    nodes = tree(page)
    regions = [node for node in nodes.values() if _property(node, "live") == how and not node["ignored"]]
    return [said for region in regions if (said := _words(nodes, region))]


def is_told(page: Page, words: str, how: str = "polite") -> None:
    sooner_or_later(page, lambda: words in told(page, how), every=50)


def named(page: Page, role: str, name: str) -> Node:
    (found,) = (
        node
        for node in tree(page).values()
        if not node["ignored"] and node["role"]["value"] == role and node["name"]["value"] == name
    )
    return found


def _property(node: Node, name: str) -> Any:
    return next((each["value"].get("value") for each in node.get("properties", ()) if each["name"] == name), None)


def _words(nodes: dict[str, Node], node: Node) -> str:
    if node.get("role", {}).get("value") == "StaticText":
        return str(node["name"]["value"])
    parts = (_words(nodes, nodes[child]) for child in node.get("childIds", ()) if child in nodes)
    return " ".join(" ".join(parts).split())


def test_a_row_that_is_grabbed_moved_and_dropped_is_told_at_each_step(nora: Page) -> None:
    a_menu(nora, "Starters", "Dune Messiah", "Solaris")
    assert told(nora) == []
    grip = named(nora, "button", "Reorder Solaris")
    assert _property(grip, "pressed") in (None, "false")
    nora.get_by_role("button", name="Reorder Solaris", exact=True).focus()
    nora.keyboard.press("Space")
    is_told(nora, "Solaris grabbed. Place 2 of 2 in Starters.")
    grip = named(nora, "button", "Reorder Solaris")
    assert (_property(grip, "pressed"), _property(grip, "focused")) == ("true", True)
    nora.keyboard.press("ArrowUp")
    is_told(nora, "Place 1 of 2 in Starters.")
    nora.keyboard.press("Escape")
    is_told(nora, "Solaris is back. Place 2 of 2 in Starters.")
    for key in ("Space", "ArrowUp", "Space"):
        nora.keyboard.press(key)
    is_told(nora, "Moved to 1 of 2 in Starters.")
    settled(nora)
    sooner_or_later(nora, lambda: _property(named(nora, "button", "Reorder Solaris"), "focused"))
    expect(nora.get_by_role("region", name="Starters")).to_match_aria_snapshot("""
      - region "Starters":
        - heading "Starters" [level=3]
        - list:
          - listitem:
            - heading "Solaris" [level=4]
          - listitem:
            - heading "Dune Messiah" [level=4]
    """)


def test_a_form_that_is_refused_names_the_field_and_why(nora: Page, witness: Witness) -> None:
    witness.expect("422")
    a_menu(nora)
    nora.locator("#course-new-add").click()
    expect(nora.locator("#course-new-title")).to_be_focused()
    field = named(nora, "textbox", "Title")
    assert field["description"]["value"] == "This is needed."
    assert (_property(field, "invalid"), _property(field, "focused")) == ("true", True)


def test_a_line_that_breaks_is_told_at_once(nora: Page, witness: Witness) -> None:
    witness.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    a_menu(nora, "Starters", "Dune Messiah", "Solaris")
    nora.context.set_offline(True)
    nora.get_by_role("button", name="Move Solaris up").click()
    expect(nora.locator("#alerts")).to_contain_text("Nothing was lost")
    (alert,) = told(nora, "assertive")
    assert "Nothing was lost" in alert


def test_what_is_kept_of_a_search_has_the_focus_and_says_so(nora: Page) -> None:
    nora.goto("/search?q=solaris")
    settled(nora)
    nora.get_by_role("button", name="Keep Solaris", exact=True).first.click()
    expect(nora.locator(":focus")).to_have_id(re.compile("^kept-"))
    (focused,) = (
        node for node in tree(nora).values() if _property(node, "focused") and node["role"]["value"] == "link"
    )
    assert focused["name"]["value"].startswith("In your library: ")
