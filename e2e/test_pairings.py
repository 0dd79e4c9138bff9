"""Two that belong together: paired by keyboard, read on the card and in the story."""

from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.hands import has_focus, settled
from e2e.making import a_menu
from e2e.reflow import too_wide

SENTENCE = "Read the one slowly, then let the other do the talking."


def is_sound(page: Page) -> None:
    assert violations(page) == []
    assert too_wide(page) == []


def paired(page: Page) -> None:
    """The two it serves."""
    page.locator("[id$=-pair]").first.click()
    page.locator("#pairing-new-second").select_option(index=1)
    page.locator("#pairing-new-sentence").fill(SENTENCE)
    page.locator("#pairing-new-save").click()
    expect(page.locator("#pairings li")).to_contain_text(SENTENCE)


def test_two_are_paired_by_keyboard_and_read_together(nora: Page) -> None:
    a_menu(nora, "Sand", "Dune", "Solaris")
    nora.locator("[id$=-pair]").first.focus()
    nora.keyboard.press("Enter")
    expect(nora.locator("#pairing-new-second")).to_be_focused()
    nora.keyboard.press("ArrowDown")  # the one it is to go with is not in the list
    nora.keyboard.press("Tab")
    nora.keyboard.type(SENTENCE)
    is_sound(nora)
    nora.keyboard.press("Tab")
    nora.keyboard.press("Enter")
    expect(nora.locator("#pairings li")).to_contain_text(SENTENCE)
    expect(nora.locator("#pairings-said")).to_have_text("Paired.")
    settled(nora)
    has_focus(nora, "pairing-add")
    is_sound(nora)
    nora.locator("#pairings [id$=-summary]").click()
    sentence = nora.locator("#pairings textarea")
    sentence.fill("Not sent yet.")
    nora.get_by_role("button", name="Move Solaris up").click()  # what the courses serve is told anew around it
    expect(nora.locator("#pairings li")).to_have_count(1)
    expect(sentence).to_have_value("Not sent yet.")
    nora.get_by_role("button", name="Take Solaris off this course").click()
    expect(nora.locator("#pairings li")).to_have_count(0)
    expect(nora.locator("#undo")).to_be_focused()
    nora.keyboard.press("Enter")
    expect(nora.locator("#pairings li")).to_contain_text(SENTENCE)
    nora.get_by_role("link", name="Preview").click()
    expect(nora.get_by_text(SENTENCE)).to_have_count(2)
    is_sound(nora)
    nora.get_by_role("link", name="Story").click()
    expect(nora.get_by_text(SENTENCE)).to_have_count(1)
    is_sound(nora)


def test_unpairing_asks_first_and_leaves_the_focus_on_the_pairings(nora: Page) -> None:
    a_menu(nora, "Sand", "Dune", "Solaris")
    paired(nora)
    unpair = nora.locator("#pairings [id$=-unpair]")
    unpair.locator("summary").focus()
    nora.keyboard.press("Enter")
    expect(nora.locator("#pairings li")).to_contain_text(SENTENCE)
    is_sound(nora)
    unpair.get_by_role("button", name="Unpair").focus()
    nora.keyboard.press("Enter")
    expect(nora.locator("#pairings-said")).to_have_text("Not paired any more.")
    settled(nora)
    has_focus(nora, "pairings-title")
