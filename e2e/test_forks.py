"""Going on with somebody's menu: a fork that takes over what changes upstream, and a menu that is cooked."""

from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.conftest import Visit
from e2e.hands import Keyboard, has_focus, settled
from e2e.making import a_menu
from e2e.people import register
from e2e.reflow import too_wide

KEYBOARD = Keyboard()


def is_sound(page: Page) -> None:
    assert violations(page) == []
    assert too_wide(page) == []


def publish(page: Page) -> str:
    """A week on Arrakis, with two works in one course: where anyone can read it."""
    a_menu(page, "Sand", "Dune Messiah", "Solaris")
    page.get_by_role("button", name="Publish", exact=True).click()
    place = page.locator("#publication a[href^='/menus/']").first
    expect(page.get_by_role("button", name="Unpublish")).to_be_visible()
    return str(place.get_attribute("href"))


def test_a_change_upstream_is_taken_over_and_another_left(visit: Visit, nora: Page) -> None:
    menu = publish(nora)
    context = visit(viewport={"width": 320, "height": 800})
    register(context, "Ben")
    ben = context.new_page()
    ben.goto(menu)
    KEYBOARD.press(ben.get_by_role("button", name="Fork"))
    expect(ben.get_by_role("status").filter(has_text="This one is yours")).to_be_visible()
    fork = ben.url.removesuffix("/edit")

    KEYBOARD.press(nora.get_by_role("button", name="Take Solaris off this course"))
    expect(nora.locator("#courses h4")).to_have_text(["Dune Messiah"])
    nora.locator("#course-new-title").fill("Water")
    nora.get_by_role("button", name="Add course").click()
    expect(nora.get_by_role("heading", level=3, name="Water")).to_be_visible()

    ben.goto(f"{fork}/upstream")
    pieces = ben.locator("#pieces h3")
    expect(pieces).to_have_text(["The course “Water” is new.", "“Solaris” is not served in “Sand” any more."])
    is_sound(ben)
    KEYBOARD.press(ben.get_by_role("button", name="Take over", exact=True).first)
    expect(ben.locator("#pieces-said")).to_have_text("Taken over.")
    settled(ben)
    expect(pieces).to_have_text(["“Solaris” is not served in “Sand” any more."])
    KEYBOARD.press(ben.get_by_role("button", name="Leave", exact=True))
    expect(ben.get_by_text("Nothing new: you took over or left it all.")).to_be_visible()
    editor = context.new_page()
    editor.goto(f"{fork}/edit")
    expect(editor.get_by_role("heading", level=3, name="Water")).to_be_visible()
    expect(editor.locator("#courses h4")).to_have_text(["Dune Messiah", "Solaris"])

    settled(ben)
    ben.locator("summary", has_text="What you left: 1 change").click()
    is_sound(ben)
    KEYBOARD.press(ben.get_by_role("button", name="Take over after all"))
    expect(ben.locator("#pieces-said")).to_have_text("Taken over.")
    expect(ben.locator("#pieces-left")).to_have_count(0)
    has_focus(ben, "pieces-said")
    editor.reload()
    expect(editor.locator("#courses h4")).to_have_text(["Dune Messiah"])
    nora.goto(menu)
    expect(nora.get_by_text("1 fork")).to_be_visible()


def test_a_menu_is_cooked_without_scripts_and_ticked_off(visit: Visit, nora: Page) -> None:
    menu = publish(nora)
    context = visit(java_script_enabled=False, viewport={"width": 320, "height": 800})
    register(context, "Ben")
    ben = context.new_page()
    ben.goto(menu)
    ben.get_by_role("button", name="Cook this menu").click()
    expect(ben.get_by_text("You are cooking this: 0 of 2 done.")).to_be_visible()
    ben.get_by_role("button", name="Tick off Solaris").click()
    expect(ben.get_by_text("You are cooking this: 1 of 2 done.")).to_be_visible()
    ben.get_by_role("button", name="Keep Dune Messiah").click()
    ben.goto("/menus/cooking")
    expect(ben.get_by_role("link", name="A week on Arrakis")).to_be_visible()
    expect(ben.get_by_role("listitem").filter(has_text="Sand 1 of 2").last).to_be_visible()


def test_who_begins_to_cook_can_tick_off_at_once_and_who_stops_cannot(visit: Visit, nora: Page) -> None:
    menu = publish(nora)
    context = visit()
    register(context, "Ben")
    ben = context.new_page()
    ben.goto(menu)
    ticks = ben.get_by_role("button", name="Tick off")
    KEYBOARD.press(ben.get_by_role("button", name="Cook this menu"))
    expect(ticks).to_have_count(2)
    has_focus(ben, "cooking-finish")
    KEYBOARD.press(ben.get_by_role("button", name="Stop cooking"))
    expect(ticks).to_have_count(0)
    has_focus(ben, "cooking-start")
