"""The editor as one page: rows are grabbed and dragged, words save themselves, what was taken off comes back."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from e2e.accessibility import violations
from e2e.hands import Keyboard, has_focus, settled
from e2e.making import a_menu
from e2e.patience import sooner_or_later
from e2e.reflow import too_wide
from e2e.test_editor import titles
from e2e.witness import Witness

KEYBOARD = Keyboard()
TRIO = ("Dune Messiah", "Children of Dune", "Solaris")


def handle(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Reorder {name}", exact=True)


def said(page: Page) -> Locator:
    """What a screen reader is told: the polite region of the page."""
    return page.get_by_role("status").and_(page.locator("#said"))


def orders_of(page: Page) -> list[str]:
    """Fills as orders are sent."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "/order" in request.url else None)
    return sent


def with_a_second_course(page: Page, *texts: str) -> None:
    a_menu(page, "Starters", *texts)
    page.locator("#course-new-title").fill("Mains")
    page.locator("#course-new-add").click()
    expect(page.get_by_role("heading", level=3, name="Mains")).to_be_visible()
    settled(page)


def test_a_menu_is_composed_and_ordered_with_the_keyboard_alone_and_each_step_is_said(nora: Page) -> None:
    a_menu(nora)
    KEYBOARD.type(nora.locator("#course-new-title"), "Starters")
    nora.keyboard.press("Enter")
    KEYBOARD.press(nora.get_by_role("link", name="Add items to Starters"))
    has_focus(nora, "choices-q")
    for text in ("Dune Messiah", "Solaris"):
        nora.keyboard.insert_text(text)  # at once, so that nothing is found by its half
        button = nora.get_by_role("button", name=f"Add {text} to Starters").first
        expect(button).to_be_visible()
        settled(nora)
        nora.keyboard.press("ArrowDown")
        expect(button).to_be_focused()
        nora.keyboard.press("Enter")
        expect(nora.locator("#courses-said")).to_have_text(f"{text} added to Starters.")
        has_focus(nora, "choices-q")
    sent = orders_of(nora)
    grip = handle(nora, "Solaris")
    KEYBOARD.press(grip)
    expect(said(nora)).to_have_text("Solaris grabbed. Place 2 of 2 in Starters.")
    expect(grip).to_have_attribute("aria-pressed", "true")
    nora.keyboard.press("ArrowUp")
    expect(said(nora)).to_have_text("Place 1 of 2 in Starters.")
    nora.keyboard.press("Escape")
    expect(said(nora)).to_have_text("Solaris is back. Place 2 of 2 in Starters.")
    nora.keyboard.press("Enter")
    nora.keyboard.press("ArrowUp")
    expect(titles(nora)).to_have_text(["Solaris", "Dune Messiah"])
    nora.keyboard.press("Space")
    expect(said(nora)).to_have_text("Solaris dropped.")
    expect(nora.locator("#courses-said")).to_have_text("Moved to 1 of 2 in Starters.")
    settled(nora)
    expect(grip).to_be_focused()
    assert len(sent) == 1
    nora.reload()
    expect(titles(nora)).to_have_text(["Solaris", "Dune Messiah"])


def test_a_row_is_grabbed_into_the_next_course_and_dragged_back(nora: Page) -> None:
    nora.set_viewport_size({"width": 1100, "height": 1800})
    with_a_second_course(nora, *TRIO[:2])
    sent = orders_of(nora)
    handle(nora, "Children of Dune").focus()
    for key in ("Space", "ArrowDown", "Space"):
        nora.keyboard.press(key)
    expect(nora.locator("#courses-said")).to_have_text("Moved to 1 of 1 in Mains.")
    settled(nora)
    expect(handle(nora, "Children of Dune")).to_be_focused()
    drag(nora, handle(nora, "Children of Dune"), nora.locator("#courses li").first)
    expect(nora.locator("#courses-said")).to_have_text("Moved to 1 of 2 in Starters.")
    expect(titles(nora)).to_have_text(["Children of Dune", "Dune Messiah"])
    settled(nora)
    drag(nora, handle(nora, "Mains"), nora.locator("#courses > section").first)
    expect(nora.locator("#courses-said")).to_have_text("Moved to 1 of 2.")
    assert len(sent) == 3


def drag(page: Page, grip: Locator, onto: Locator) -> None:
    """Into the upper half of what it is dragged onto."""
    start, end = grip.bounding_box(), onto.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 10, start["y"] - 20, steps=3)
    page.mouse.move(end["x"] + 40, end["y"] + 12, steps=4)
    expect(onto).to_have_attribute("data-drop", "before")
    page.mouse.up()


def test_a_finger_drags_too(nora: Page) -> None:
    nora.set_viewport_size({"width": 500, "height": 1800})
    a_menu(nora, "Starters", *TRIO[:2])
    start, end = handle(nora, "Dune Messiah").bounding_box(), nora.locator("#courses li").last.bounding_box()
    assert start
    assert end
    finger = nora.context.new_cdp_session(nora)
    x, top, bottom = start["x"] + 20, start["y"] + 20, end["y"] + end["height"] - 5
    for kind, y in (("touchStart", top), ("touchMove", top + 30), ("touchMove", bottom), ("touchEnd", None)):
        points = [] if y is None else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(nora.locator("#courses-said")).to_have_text("Moved to 2 of 2 in Starters.")


def test_an_order_that_is_refused_is_taken_back_and_said(nora: Page, witness: Witness) -> None:
    witness.expect("500")
    a_menu(nora, "Starters", *TRIO[:2])
    nora.route("**/order?**", lambda route: route.fulfill(status=500, body=""))
    handle(nora, "Dune Messiah").focus()
    for key in ("Space", "ArrowDown", "Space"):
        nora.keyboard.press(key)
    expect(said(nora)).to_have_text("Dune Messiah could not be moved. Place 1 of 2 in Starters.")
    expect(titles(nora)).to_have_text(list(TRIO[:2]))


def note_of(page: Page) -> Locator:
    page.locator("[id^=item-][id$=-summary]").first.click()
    return page.locator("[id^=item-][id$=-note]").first


def test_what_is_typed_saves_itself_and_leaves_the_caret_alone(nora: Page) -> None:
    a_menu(nora, "Sand", "Solaris")
    note = note_of(nora)
    note.press_sequentially("Read it by window.")
    for _ in "window.":
        nora.keyboard.press("ArrowLeft")
    expect(nora.locator("[data-state=note]").first).to_have_text("Saved")
    nora.keyboard.type("a ")
    expect(note).to_have_value("Read it by a window.")
    expect(note).to_be_focused()
    expect(nora.locator("#courses li p", has_text="Read it by a window.")).to_be_visible()
    nora.locator("#menu-head-summary").click()
    nora.locator("#menu-title").fill("A night on Solaris")
    nora.locator("#menu-intent").focus()
    expect(nora.get_by_role("heading", level=1)).to_have_text("A night on Solaris")
    nora.reload()
    expect(nora.locator("[id^=item-][id$=-note]").first).to_have_value("Read it by a window.")


def test_what_is_typed_offline_is_kept_through_a_reload_and_sent_when_the_line_is_back(
    nora: Page, witness: Witness
) -> None:
    witness.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "503")
    a_menu(nora, "Sand", "Solaris")
    state = nora.locator("[data-state=note]").first
    note = note_of(nora)
    nora.context.set_offline(True)
    note.fill("Half a sen")
    expect(state).to_contain_text("Not saved: kept here, trying again.")
    expect(state.get_by_role("button", name="Retry")).to_be_visible()
    nora.context.set_offline(False)
    expect(state).to_have_text("Saved")
    nora.route("**/items/*?**", lambda route: route.fulfill(status=503, body=""))
    note.fill("Half a sentence")
    expect(state).to_contain_text("Not saved")
    nora.reload()
    expect(note).to_be_visible()
    expect(note).to_have_value("Half a sentence")
    expect(state.get_by_role("button", name="Retry")).to_be_visible()
    nora.unroute("**/items/*?**")
    state.evaluate("(state) => state.querySelector('button')?.click()")  # it may have tried again by itself
    expect(state).to_have_text("Saved")
    nora.reload()
    expect(note).to_have_value("Half a sentence")
    assert nora.evaluate("sessionStorage.length") == 0


def test_who_leaves_while_words_are_saved_sends_the_last_and_who_logs_out_leaves_none(
    nora: Page, witness: Witness
) -> None:
    witness.expect("503")
    a_menu(nora, "Sand", "Solaris")
    editor, note, state = nora.url, note_of(nora), nora.locator("[data-state=note]").first
    nora.route("**/items/*?**", lambda route: None if route.request.resource_type == "fetch" else route.continue_())
    note.fill("Half a sen")
    expect(state).to_have_text("Saving…")
    note.fill("Half a sentence")
    nora.goto("/menus")
    nora.evaluate("sessionStorage.clear()")
    nora.unroute_all(behavior="ignoreErrors")
    kept = nora.locator("[id^=item-][id$=-note]").first
    # the browser sends it when it likes, and nobody waits for it
    sooner_or_later(nora, lambda: nora.goto(editor) and kept.input_value() == "Half a sentence")
    nora.route("**/items/*?**", lambda route: route.fulfill(status=503, body=""))
    note_of(nora).fill("A secret")
    expect(state).to_contain_text("Not saved")
    assert nora.evaluate("sessionStorage.length") == 1
    nora.get_by_role("button", name="Log out").click()
    expect(nora.get_by_role("button", name="Log out")).to_have_count(0)
    assert nora.evaluate("sessionStorage.length") == 0


def test_of_two_editors_the_second_chooses_whose_words_stay_with_one_press(nora: Page, witness: Witness) -> None:
    witness.expect("409")
    a_menu(nora, "Sand", "Solaris")
    other = nora.context.new_page()
    other.goto(nora.url)
    note_of(other).fill("Hers.")
    expect(other.locator("[data-state=note]").first).to_have_text("Saved")
    note = note_of(nora)
    note.fill("Mine.")
    row = nora.locator("#courses li").first
    expect(row.get_by_role("alert")).to_contain_text("changed elsewhere while you were writing")
    expect(row.locator("q")).to_have_text("Hers.")
    expect(note).to_have_value("Mine.")
    expect(note).to_be_focused()
    row.get_by_role("button", name="Take theirs").click()
    expect(row.locator("q")).to_have_count(0)
    expect(note).to_have_value("Hers.")
    note_of(nora).fill("Ours.")
    expect(nora.locator("[data-state=note]").first).to_have_text("Saved")


def test_a_field_that_was_left_alone_follows_though_one_types_on_while_another_is_saved(nora: Page) -> None:
    a_menu(nora, "Sand", "Solaris")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    for page in (nora, other := nora.context.new_page()):
        if page is other:
            page.goto(nora.url)
        page.locator("summary", has_text="Edit course").click()
    other.locator("#courses section [name=title]").first.fill("Dust")
    expect(other.locator("#courses [data-state=title]").first).to_have_text("Saved")
    nora.route(re.compile(r"/courses/[^/]+\?_method=PUT$"), hold_the_first)
    intent = nora.locator("#courses section [name=intent]").first
    intent.fill("Dry")
    sooner_or_later(nora, lambda: len(held) == 1)
    intent.fill("Dry and hot.")
    held[0].continue_()
    expect(nora.locator("#courses h3").first).to_have_text("Dust")
    expect(nora.locator("#courses section [name=title]").first).to_have_value("Dust")
    expect(nora.locator("#courses q")).to_have_count(0)
    nora.reload()
    expect(nora.locator("#courses h3").first).to_have_text("Dust")
    expect(nora.locator("#courses h3 + p").first).to_have_text("Dry and hot.")


def test_what_is_taken_off_comes_back_where_it_was(nora: Page) -> None:
    a_menu(nora, "Sand", *TRIO)
    KEYBOARD.press(nora.get_by_role("button", name="Take Children of Dune off this course"))
    expect(nora.locator("#courses-said")).to_have_text("Children of Dune taken off. It can be brought back.")
    expect(titles(nora)).to_have_text([TRIO[0], TRIO[2]])
    undo = nora.get_by_role("button", name="Undo: bring back Children of Dune")
    expect(undo).to_be_focused()
    nora.keyboard.press("Enter")
    expect(titles(nora)).to_have_text(list(TRIO))
    settled(nora)
    expect(handle(nora, "Children of Dune")).to_be_focused()
    nora.locator("summary", has_text="Edit course").click()
    nora.get_by_role("button", name="Duplicate course Sand").click()
    expect(titles(nora)).to_have_count(6)
    nora.get_by_role("button", name=re.compile("^Remove course Sand")).first.click()
    expect(titles(nora)).to_have_count(3)
    nora.reload()
    nora.locator("#removals-summary").click()
    nora.get_by_role("button", name="Undo: bring back Sand").click()
    expect(titles(nora)).to_have_count(6)


def test_with_everything_open_nothing_overflows_and_axe_is_content(nora: Page) -> None:
    a_menu(nora, "Sand", *TRIO[:2])
    nora.get_by_role("button", name="Take Children of Dune off this course").click()
    expect(nora.locator("#undo")).to_be_focused()
    note_of(nora)
    nora.locator("summary", has_text="Edit course").click()
    expect(nora.locator("[data-course] [name=title]")).to_be_focused()
    nora.get_by_role("button", name="Move to… (Dune Messiah)").click()
    has_focus(nora, "move-course_to")
    handle(nora, "Dune Messiah").focus()
    nora.keyboard.press("Space")
    assert too_wide(nora) == []
    assert violations(nora) == []
