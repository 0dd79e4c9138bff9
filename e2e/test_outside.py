"""The catalog at once, the sources as they answer; one in trouble costs a worded row, and nothing of the others'."""

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.conftest import Visit
from e2e.hands import settled
from e2e.patience import sooner_or_later
from e2e.people import register
from e2e.switchboard import Switchboard
from e2e.witness import Witness

# these words are in titles of the sandbox's books, films, games and music alike
BROKEN = [
    ("tmdb", "hang", "too slow", "dark"),
    ("igdb", "500", "did not answer", "king"),
    ("lastfm", "drop", "did not answer", "witcher"),
    ("google_books", "malformed", "did not answer", "metro"),
    ("itunes", "html", "did not answer", "blade"),
    ("steam", "429", "resting", "last"),
    ("tvmaze", "wrong", "did not answer", "and"),
]
pytestmark = pytest.mark.usefixtures("switchboard")  # none was asked or is resting from the stories before
COMING = re.compile("/search/(stream|found)")  # how answers come to a page that is open already
# in one task, so that no pause is in it which the machine made
TYPED_AT_ONCE = """(box, text) => {
  for (let end = 1; end <= text.length; end++) {
    box.value = text.slice(0, end);
    box.dispatchEvent(new Event("input", {bubbles: true}));
  }
}"""


def of(page: Page, source: str) -> str:
    return page.locator(f"#outside-{source}").get_attribute("data-state") or ""


def have_answered(page: Page, *sources: str) -> bool:
    return all(of(page, source) in ("asked", "cached") for source in sources)


@pytest.mark.parametrize(("source", "mode", "state", "text"), BROKEN)
def test_a_source_in_trouble_is_a_row_in_words(
    nora: Page, switchboard: Switchboard, source: str, mode: str, state: str, text: str
) -> None:
    switchboard.break_(source, mode)

    def is_told() -> bool:
        """Unless the machine stalls, which makes all too slow."""
        switchboard.begin_anew()
        nora.goto(f"/search?q={text}")
        settled(nora)
        row = nora.locator(f"#outside-{source}", has_text=state)
        return row.count() == 1 and have_answered(nora, *({"google_books", "igdb", "tmdb"} - {source}))

    sooner_or_later(nora, is_told, every=1000)
    expect(nora.locator("#hits > li")).not_to_have_count(0)
    nora.locator("#sources > summary").click()
    expect(nora.locator(f"#outside-{source}")).to_contain_text(state)
    expect(nora.locator(f"#outside-{source} + li")).to_contain_text(re.compile(r"\w+ .*\."))


def test_the_catalog_is_there_while_sources_hang(nora: Page, switchboard: Switchboard) -> None:
    for source in ("wikidata", "musicbrainz", "open_library"):
        switchboard.break_(source, "hang")
    nora.route(COMING, lambda route: None)  # what they have to say never comes, however slow the story is told
    nora.goto("/search?q=blue")
    expect(nora.locator("#found[aria-busy=true] #hits > li")).not_to_have_count(0)
    nora.unroute_all()
    nora.reload()
    settled(nora)
    expect(nora.locator("#hits > li")).not_to_have_count(0)


def test_each_comes_as_it_answers(nora: Page, switchboard: Switchboard) -> None:
    switchboard.break_("lastfm", "delay", ms=1500)

    def comes_last() -> bool:
        """Unless the machine stalls: until both are there, or until one is too slow."""
        switchboard.begin_anew()
        nora.goto("/search?q=the")
        expect(nora.locator("#outside-igdb:not([data-state=asking])")).to_have_count(1)
        is_first = of(nora, "lastfm") == "asking" and have_answered(nora, "igdb")
        settled(nora)
        return is_first and have_answered(nora, "lastfm")

    sooner_or_later(nora, comes_last)


def test_half_typed_words_are_not_asked(nora: Page) -> None:
    nora.goto("/search")
    asked: list[str] = []
    nora.on("request", lambda request: asked.append(request.url) if "/search/stream" in request.url else None)
    nora.locator("#q").evaluate(TYPED_AT_ONCE, "interstellar")
    expect(nora.locator("#results-said")).to_contain_text("interstellar")
    settled(nora)
    assert {url.partition("q=")[2].partition("&")[0] for url in asked} == {"interstellar"}


def test_without_a_stream_a_poll_brings_the_rest(nora: Page, switchboard: Switchboard, witness: Witness) -> None:
    witness.expect("ERR_FAILED", "Failed to fetch")
    nora.route("**/search/stream?*", lambda route: route.abort())

    def comes_by_a_poll() -> bool:
        """Unless the machine stalls, which makes it too slow."""
        switchboard.begin_anew()
        nora.goto("/search?q=night")
        expect(nora.locator("#outside-tmdb:not([data-state=asking])")).to_have_count(1)
        return have_answered(nora, "tmdb")

    sooner_or_later(nora, comes_by_a_poll)
    expect(nora.locator("#alerts")).to_be_empty()


def test_without_javascript_a_hanging_source_costs_three_seconds(visit: Visit, switchboard: Switchboard) -> None:
    switchboard.break_("lastfm", "hang")
    context = visit(java_script_enabled=False)
    register(context, "Nora")
    page = context.new_page()

    def costs_no_other_its_answer() -> bool:
        """Unless the machine stalls, which makes all too slow."""
        switchboard.begin_anew()
        page.goto("/search")
        page.locator("#q").fill("in")
        started = time.monotonic()
        page.locator("#q").press("Enter")
        expect(page.locator("#hits > li")).not_to_have_count(0)
        assert time.monotonic() - started > 2.5
        return have_answered(page, "igdb")

    sooner_or_later(page, costs_no_other_its_answer)
    switchboard.mend()
    again = page.get_by_role("link", name="Ask again").last

    def answers_again() -> bool:
        """A failure is remembered for five seconds. Who failed too often rests, and there is nothing to press."""
        if again.count():
            again.click()
        else:
            switchboard.begin_anew()
            page.reload()
        return have_answered(page, "lastfm")

    sooner_or_later(page, answers_again, every=1000)


def test_asked_again_it_answers(nora: Page, switchboard: Switchboard) -> None:
    switchboard.break_("google_books", "empty")
    nora.goto("/search?q=to")
    settled(nora)
    switchboard.mend()

    def answers_again() -> bool:
        """Who failed too often rests, and there is nothing to press."""
        if nora.locator("#ask-again").count():
            nora.locator("#sources > summary").click()
            nora.locator("#ask-again").click()
        else:
            switchboard.begin_anew()
            nora.reload()
        settled(nora)
        return have_answered(nora, "google_books")

    sooner_or_later(nora, answers_again, every=1000)


def test_rows_that_were_reached_do_not_jump(nora: Page) -> None:
    """What is new says so, and comes when it is asked for; the focus stays."""
    held: list[Route] = []
    nora.route(COMING, lambda route: held.append(route))  # until a row was reached
    nora.goto("/search?q=blue&type=music")
    first = nora.locator("#hits > li h3 a").first
    first.focus()
    before = nora.locator("#hits > li").evaluate_all("rows => rows.map((row) => row.id)")
    sooner_or_later(nora, lambda: held)
    for route in held:
        route.continue_()
    nora.unroute(COMING)
    expect(nora.locator("#more")).to_contain_text(re.compile(r"^\d+ more from \w"))
    assert nora.locator("#hits > li").evaluate_all("rows => rows.map((row) => row.id)") == before
    expect(first).to_be_focused()
    nora.wait_for_timeout(4_500)
    assert nora.locator("#hits > li").evaluate_all("rows => rows.map((row) => row.id)") == before
    nora.locator("#more button").focus()
    nora.keyboard.press("Enter")
    expect(nora.locator("#more")).to_have_count(0)
    expect(nora.locator("#hits > li").nth(len(before))).to_be_attached()
    settled(nora)
    expect(nora.locator("#hits :focus")).to_have_count(1)


def test_one_quiet_sentence_says_what_came_from_outside(nora: Page) -> None:
    nora.goto("/search")
    nora.locator("#q").press_sequentially("dune")
    settled(nora)
    expect(nora.locator("#outside-said")).to_have_text(re.compile(r"^\d+ from outside: \w.*\.$"))
    expect(nora.locator("#q")).to_be_focused()


def test_a_quick_typist_gets_the_answer_to_what_was_typed_last(nora: Page) -> None:
    nora.goto("/search")
    for text in ("sol", "solaris", "dune"):
        nora.locator("#q").fill(text)
    settled(nora)
    expect(nora.locator("#results-said")).to_contain_text("dune")
    expect(nora).to_have_url(re.compile(r"/search\?q=dune$"))
