"""The sources in trouble: each a worded row of its own, and nothing the others lose."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.hands import settled
from e2e.switchboard import Switchboard
from e2e.witness import Witness

# each asks for what no other story asks for: a source's answer is remembered for minutes, and then it is not asked.
# These words are in titles of the sandbox's books, films, games and music alike.
BROKEN = [
    ("hang", "too slow", "dark"),
    ("500", "did not answer", "king"),
    ("drop", "did not answer", "witcher"),
    ("malformed", "did not answer", "metro"),
    ("html", "did not answer", "blade"),
    ("429", "resting", "last"),
    ("401", "did not answer", "and"),
]


@pytest.mark.parametrize(("mode", "state", "text"), BROKEN)
def test_a_source_in_trouble_is_a_row_in_words(
    nora: Page, switchboard: Switchboard, mode: str, state: str, text: str
) -> None:
    switchboard.break_("tmdb", mode)
    nora.goto(f"/search?q={text}")
    for well in ("google_books", "igdb", "lastfm"):
        expect(nora.locator(f"#outside-{well} li")).not_to_have_count(0)
    settled(nora)
    panel = nora.locator("#outside-tmdb")
    expect(panel).to_contain_text(state)
    expect(panel.locator("p").last).to_contain_text(re.compile(r"TMDB.*\."))
    expect(nora.locator("#results > ul > li")).not_to_have_count(0)


def test_without_javascript_a_hanging_source_costs_three_seconds(nora: Page, switchboard: Switchboard) -> None:
    switchboard.break_("tmdb", "hang")
    nora.goto("/search?q=in&outside=1")
    expect(nora.locator("#outside-tmdb")).to_contain_text("too slow")
    expect(nora.locator("#outside-igdb li")).not_to_have_count(0)


def test_asked_again_it_answers(nora: Page, switchboard: Switchboard) -> None:
    switchboard.break_("tmdb", "500")
    nora.goto("/search?q=to")
    settled(nora)
    switchboard.mend()
    nora.locator("#outside-tmdb").get_by_role("link", name="Ask again").click()
    expect(nora.locator("#outside-tmdb li")).not_to_have_count(0)


def test_one_quiet_sentence_says_what_came_from_outside(nora: Page) -> None:
    nora.goto("/search")
    nora.locator("#q").press_sequentially("dune")
    settled(nora)
    expect(nora.locator("#said")).to_have_text(re.compile(r"^\d+ more from .*TMDB.*\.$"))
    expect(nora.locator("#q")).to_be_focused()


def test_a_panel_that_cannot_be_fetched_says_so_in_its_place(nora: Page, witness: Witness) -> None:
    witness.expect("ERR_FAILED", "Failed to fetch")
    nora.route("**/search/outside/tmdb?*", lambda route: route.abort())
    nora.goto("/search?q=dune")
    expect(nora.locator("#outside-tmdb")).to_contain_text("did not answer")
    settled(nora)
    expect(nora.locator("#alerts")).to_be_empty()


def test_a_quick_typist_gets_the_answer_to_what_was_typed_last(nora: Page) -> None:
    nora.goto("/search")
    for text in ("sol", "solaris", "dune"):
        nora.locator("#q").fill(text)
    settled(nora)
    expect(nora.locator("#results-said")).to_contain_text("dune")
    expect(nora).to_have_url(re.compile(r"/search\?q=dune$"))
