"""The main job, from nothing to a menu a guest reads: with the mouse, by keyboard alone, without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.conftest import Visit
from e2e.hands import Hand, Keyboard, Mouse, settled
from e2e.patience import sooner_or_later
from e2e.people import PASSWORD, new_email
from e2e.switchboard import Switchboard

TELLERS = ("Google Books", "TMDB", "IGDB", "Last.fm")
HANDS = [
    pytest.param(Mouse(), id="mouse"),
    pytest.param(Keyboard(), id="keyboard"),
    pytest.param(Mouse(has_script=False), id="no-javascript"),
]


@pytest.mark.parametrize("hand", HANDS)
def test_a_newcomer_finds_keeps_and_serves(visit: Visit, switchboard: Switchboard, hand: Hand) -> None:
    page = visit(java_script_enabled=hand.has_script).new_page()
    registers(page, hand)
    looks_for_dune(page, hand, switchboard)
    keeps_a_book_and_a_film_from_outside(page, hand)
    gives_the_film_four_stars_and_a_note(page, hand)
    composes_a_menu(page, hand)
    reorders_it(page, hand)
    address = publishes(page, hand)
    for script in (True, False):
        a_guest_reads(visit(java_script_enabled=script).new_page(), address)


def registers(page: Page, hand: Hand) -> None:
    page.goto("/")
    hand.press(page.get_by_role("main").get_by_role("link", name="Register"))
    hand.type(page.get_by_label("Name"), "Nora Newcomer")
    hand.type(page.get_by_label("E-mail"), new_email())
    hand.type(page.get_by_label("Password"), PASSWORD)
    hand.press(page.get_by_role("button", name="Register"))
    expect(page.get_by_text("Welcome, Nora Newcomer.")).to_be_visible()


def looks_for_dune(page: Page, hand: Hand, switchboard: Switchboard) -> None:
    hand.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Search"))
    search(page, hand, page.locator("#q"), "dune")
    expect(page.locator("#hits > li")).not_to_have_count(0)
    expect(page.locator("#results-said")).to_contain_text("in the catalog")

    def told_by_all() -> bool:
        """Unless the machine stalls, which makes some too slow; what they said is remembered."""
        badges = page.locator("#hits .badges")
        if all(badges.get_by_text(source).count() for source in TELLERS):
            return True
        switchboard.begin_anew()
        page.reload()
        if hand.has_script:
            settled(page)
        return False

    sooner_or_later(page, told_by_all)


def search(page: Page, hand: Hand, box: Locator, text: str) -> None:
    """With script the answers come while one types; without, the page waits for them."""
    if hand.has_script:
        with page.expect_response(re.compile(rf"[?&]q={text}(&|$)")):  # which is not that to its half
            hand.type(box, text)
        settled(page)
        expect(box).to_be_focused()
    else:
        hand.type(box, text)
        box.press("Enter")


def keeps_a_book_and_a_film_from_outside(page: Page, hand: Hand) -> None:
    found = page.url
    for source, title in (("Google Books", "Dune Messiah"), ("TMDB", "Frank Herbert's Dune")):
        page.goto(found)
        settled(page)
        row = page.locator("#hits > li").filter(has=page.get_by_role("button", name=f"Keep {title}", exact=True)).first
        expect(row.locator(".badges")).to_contain_text(source)
        hand.press(row.get_by_role("button", name=f"Keep {title}", exact=True))
        if hand.has_script:
            hand.lands(page, re.compile("^kept-"))
        else:
            expect(page.get_by_text(f"{title} is in your library.")).to_be_visible()
    hand.press(page.get_by_role("link", name="Library", exact=True))
    expect(page.locator("#entries li h3")).to_have_text(["Frank Herbert's Dune", "Dune Messiah"])


def gives_the_film_four_stars_and_a_note(page: Page, hand: Hand) -> None:
    hand.press(page.get_by_role("link", name="Frank Herbert's Dune"))
    expect(page.get_by_role("heading", level=1, name="Frank Herbert's Dune")).to_be_visible()
    hand.rate(page, 8)
    hand.type(page.get_by_label("Notes"), "Three evenings, well spent.")
    hand.press(page.locator("#entry-save"))
    expect(page.get_by_text("Saved.").first).to_be_visible()
    hand.lands(page, "entry-save")
    page.reload()
    expect(page.locator("#rating-8")).to_be_checked()
    expect(page.get_by_label("Notes")).to_have_value("Three evenings, well spent.")


def composes_a_menu(page: Page, hand: Hand) -> None:
    hand.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Menus"))
    hand.press(page.get_by_role("link", name="Write the first menu"))
    hand.type(page.get_by_label("Title"), "A week on Arrakis")
    hand.type(page.get_by_label("Intent"), "Thirst first.")
    hand.press(page.get_by_role("button", name="Make the menu"))
    expect(page.get_by_role("heading", level=1, name="A week on Arrakis")).to_be_visible()
    for title in ("Sand", "Water"):
        hand.type(page.locator("#course-new-title"), title)
        hand.press(page.locator("#course-new-add"))
        expect(page.get_by_role("heading", level=3, name=title)).to_be_visible()
        settled(page)
        hand.lands(page, "course-new-add")
    adds(page, hand, "Sand", "dune", "Catalog", "Dune Messiah")
    adds(page, hand, "Sand", "dune", "TMDB", "Dune: Part Two")
    adds(page, hand, "Water", "dune", "IGDB", "Dune: Spice Wars")
    expect(page.locator("#courses h4")).to_have_text(["Dune Messiah", "Dune: Part Two", "Dune: Spice Wars"])


def adds(page: Page, hand: Hand, course: str, text: str, where: str, title: str) -> None:
    """From the editor's own search: a work that `where` tells of."""
    hand.press(page.get_by_role("link", name=f"Add items to {course}"))
    box = page.locator("#choices-q")
    expect(page.get_by_role("heading", level=2, name=f"Add to {course}")).to_be_visible()
    hand.lands(page, "choices-q")
    search(page, hand, box, text)
    row = page.locator("#choices [data-row]").filter(has=page.get_by_role("button", name=f"Add {title} to {course}"))
    expect(row.first.locator(".badges")).to_contain_text(where)
    button = row.first.get_by_role("button", name=f"Add {title} to {course}")
    button_id = button.get_attribute("id") or ""
    hand.press(button)
    expect(page.locator("#courses").get_by_role("heading", level=4, name=title)).to_be_visible()
    settled(page)
    if hand.has_script:
        expect(page.locator("#courses-said")).to_have_text(f"{title} added to {course}.")
        hand.lands(page, "choices-q" if isinstance(hand, Keyboard) else button_id)


def reorders_it(page: Page, hand: Hand) -> None:
    move(page, hand, "Move Dune: Part Two up", "Moved to 1 of 2 in Sand.")
    expect(page.locator("#courses h4")).to_have_text(["Dune: Part Two", "Dune Messiah", "Dune: Spice Wars"])
    move(page, hand, "Move course Water up", "Moved to 1 of 2.")
    expect(page.locator("#courses h3[id^=course-][id$=-name]")).to_have_text(["Water", "Sand"])


def move(page: Page, hand: Hand, name: str, said: str) -> None:
    button = page.get_by_role("button", name=name)
    button_id = button.get_attribute("id") or ""
    hand.press(button)
    if hand.has_script:
        expect(page.locator("#courses-said")).to_have_text(said)
        settled(page)
        hand.lands(page, button_id)
    else:
        expect(page.get_by_text(said).first).to_be_visible()


def publishes(page: Page, hand: Hand) -> str:
    hand.press(page.get_by_role("button", name="Publish"))
    link = page.locator("#publication").get_by_role("link").first
    expect(page.get_by_role("button", name="Unpublish")).to_be_visible()
    if hand.has_script:
        settled(page)
        hand.lands(page, "publication-button")
    return link.inner_text()


def a_guest_reads(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("A week on Arrakis")
    expect(page.get_by_text("a menu by Nora Newcomer")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_text(["Water", "Sand"])
    expect(page.locator("article h3 > span:first-child")).to_have_text(
        ["Dune: Spice Wars", "Dune: Part Two", "Dune Messiah"]
    )
    expect(page.get_by_role("link", name="Log in", exact=True)).to_be_visible()
