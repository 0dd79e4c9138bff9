"""The editor: where the focus is, what is said, what is kept of what was typed."""

from playwright.sync_api import Locator, Page, expect

from e2e.hands import Keyboard, has_focus, settled
from e2e.making import a_menu
from e2e.witness import Witness

KEYBOARD = Keyboard()
TRIO = ("Dune Messiah", "Children of Dune", "Solaris")


def titles(page: Page) -> Locator:
    return page.locator("#courses h4")


def test_the_focus_stays_on_the_moved_items_button_and_the_move_is_said(nora: Page) -> None:
    a_menu(nora, "Sand", *TRIO)
    expect(titles(nora)).to_have_text(list(TRIO))
    down = nora.get_by_role("button", name="Move Dune Messiah down")
    id_ = down.get_attribute("id") or ""
    KEYBOARD.press(down)
    expect(nora.locator("#courses-said")).to_have_text("Moved to 2 of 3 in Sand.")
    settled(nora)
    has_focus(nora, id_)
    KEYBOARD.press(down)
    expect(nora.locator("#courses-said")).to_have_text("Moved to 3 of 3 in Sand.")
    settled(nora)
    has_focus(nora, id_)
    expect(down).to_have_attribute("aria-disabled", "true")
    expect(titles(nora)).to_have_text(["Children of Dune", "Solaris", "Dune Messiah"])


def test_two_quick_moves_both_count(nora: Page) -> None:
    a_menu(nora, "Sand", *TRIO)
    nora.get_by_role("button", name="Move Dune Messiah down").dblclick()
    expect(titles(nora)).to_have_text(["Children of Dune", "Solaris", "Dune Messiah"])


def test_any_order_can_be_made_by_clicks_alone(nora: Page) -> None:
    a_menu(nora, "Sand", *TRIO)
    for name in ("Move Solaris up", "Move Solaris up", "Move Children of Dune up"):
        nora.get_by_role("button", name=name).click()
        settled(nora)
    expect(titles(nora)).to_have_text(["Solaris", "Children of Dune", "Dune Messiah"])


def test_what_would_move_an_item_shuts_when_it_has_or_cannot_any_more(nora: Page) -> None:
    a_menu(nora, "Sand", *TRIO)
    nora.get_by_role("button", name="Move to… (Solaris)").click()
    expect(nora.locator("#move-course_to")).to_be_focused()
    nora.locator("#move-to").fill("1")
    KEYBOARD.press(nora.locator("#move-now"))
    expect(titles(nora)).to_have_text(["Solaris", "Dune Messiah", "Children of Dune"])
    expect(nora.locator("#move-now")).to_have_count(0)
    settled(nora)
    expect(nora.locator(":focus")).to_have_accessible_name("Reorder Solaris")
    nora.get_by_role("button", name="Move to… (Solaris)").click()
    expect(nora.locator("#move-course_to")).to_be_focused()
    nora.get_by_role("button", name="Take Solaris off this course").click()
    expect(nora.locator("#move-now")).to_have_count(0)
    nora.get_by_role("link", name="Add items to Sand").click()
    nora.locator("#choices-q").fill("solaris")
    add = nora.get_by_role("button", name="Add Solaris to Sand").first
    expect(add).to_be_visible()
    settled(nora)
    add.click()
    expect(titles(nora)).to_have_count(3)
    settled(nora)
    expect(nora.locator("#choices-q")).to_have_value("solaris")  # what adds stays open


def test_a_saved_note_is_shown_and_its_form_shuts(nora: Page) -> None:
    a_menu(nora, "Sand", "Solaris")
    summary = nora.locator("[id^=item-][id$=-summary]")
    KEYBOARD.press(summary)
    KEYBOARD.type(nora.get_by_label("Note"), "Read it by a window.")
    KEYBOARD.press(nora.get_by_role("button", name="Save note"))
    expect(nora.locator("#courses").get_by_role("paragraph").get_by_text("Read it by a window.")).to_be_visible()
    expect(summary).to_be_focused()
    expect(nora.get_by_role("button", name="Save note")).to_be_hidden()


def test_a_refused_course_keeps_what_was_typed_and_says_why_beside_it(nora: Page, witness: Witness) -> None:
    witness.expect("422")
    a_menu(nora, "Sand")
    KEYBOARD.type(nora.locator("#course-new-intent"), "Slow, and with salt.")
    KEYBOARD.press(nora.locator("#course-new-add"))
    title = nora.locator("#course-new-title")
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_be_focused()
    expect(title).to_have_accessible_description("This is needed.")
    expect(nora.locator("#course-new-intent")).to_have_value("Slow, and with salt.")
    KEYBOARD.type(title, "Salt")
    KEYBOARD.press(nora.locator("#course-new-add"))
    expect(nora.get_by_role("heading", level=3, name="Salt")).to_be_visible()
    expect(nora.get_by_role("region", name="Salt").get_by_role("paragraph").first).to_have_text("Slow, and with salt.")
    expect(title).to_have_value("")


def test_a_refused_form_elsewhere_keeps_what_was_begun_here(nora: Page, witness: Witness) -> None:
    witness.expect("422")
    a_menu(nora, "Sand", "Solaris")
    nora.locator("[id^=item-][id$=-summary]").click()
    nora.get_by_label("Note").fill("Half a sentence")
    nora.locator("#course-new-add").click()
    expect(nora.locator("#course-new-title")).to_be_focused()
    expect(nora.get_by_label("Note")).to_have_value("Half a sentence")
    expect(nora.get_by_label("Note")).to_be_visible()


def test_a_move_keeps_a_note_half_written(nora: Page) -> None:
    a_menu(nora, "Sand", *TRIO)
    nora.locator("[id^=item-][id$=-summary]").first.click()
    nora.locator("[id^=item-][id$=-note]").first.fill("Half a sentence")
    nora.get_by_role("button", name="Move Solaris up").click()
    expect(titles(nora)).to_have_text(["Dune Messiah", "Solaris", "Children of Dune"])
    expect(nora.locator("[id^=item-][id$=-note]").first).to_have_value("Half a sentence")


def test_the_title_is_edited_in_place(nora: Page) -> None:
    a_menu(nora)
    KEYBOARD.press(nora.locator("#menu-head-summary"))
    nora.locator("#menu-title").fill("A night on Solaris")
    KEYBOARD.press(nora.locator("#menu-save"))
    expect(nora.get_by_role("heading", level=1)).to_have_text("A night on Solaris")
    expect(nora.locator("#menu-head-summary")).to_be_focused()


def test_deleting_asks_first(nora: Page) -> None:
    a_menu(nora, "Sand", "Solaris")
    nora.get_by_role("link", name="Delete this menu").click()
    nora.get_by_role("link", name="Keep it").click()
    expect(titles(nora)).to_have_text(["Solaris"])
    nora.get_by_role("link", name="Delete this menu").click()
    nora.get_by_role("button", name="Delete it").click()
    expect(nora.get_by_text("A week on Arrakis is deleted.")).to_be_visible()
    nora.get_by_role("button", name="Undo").click()
    expect(titles(nora)).to_have_text(["Solaris"])
