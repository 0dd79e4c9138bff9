"""`/search`: the catalog at once, each outside source as it answers, and a row in words for those that do not."""

import asyncio
import re
from contextlib import suppress
from typing import Any

import pytest
from litestar.types import ASGIApp
from sqlalchemy import func, select, text

from app.catalog.candidates import Candidate, ItemType
from app.catalog.models import MediaItem
from app.kit.db import Database
from app.kit.settings import Settings
from app.main import create_app
from app.search.contract import Answer, Question
from app.search.quota import QUESTIONS
from app.sources.errors import SourceDown
from app.sources.source import Source
from tests.cast import Browser, MakeApp, Person
from tests.fair_loop import lived
from tests.markup import Element, read
from tests.pages.conftest import Evening, Stock
from tests.pages.streaming import streamed
from tests.pages.works import ARRIVAL, DUNE, HYPERION, Shelf, work

HANGS = 60.0


class Held(Shelf):
    """Answers once it may."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.may = asyncio.Event()

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        found = await super().search(text, item_type, page)
        await self.may.wait()
        return found


def sources() -> dict[str, Source]:
    shelves = (
        Shelf("books", HYPERION, DUNE),
        Shelf("broken", failure=SourceDown("broken", "down", label="Broken")),
        Shelf("odd", failure=KeyError("title")),
        Shelf("keyless", keys=("TMDB_KEY",)),
        Shelf("hanging", delay=HANGS),
    )
    return {shelf.name: shelf for shelf in shelves}


@pytest.fixture(scope="module")
def outside(make_app: MakeApp) -> ASGIApp:
    return make_app(sources())


@pytest.fixture(scope="module")
def without_hanging(make_app: MakeApp) -> ASGIApp:
    return make_app({name: source for name, source in sources().items() if name != "hanging"})


def at(app: ASGIApp, person: Person) -> Browser:
    browser = Browser(app)
    browser.carry(person.cookie or "")
    return browser


def titles(page: Element) -> list[str]:
    return [heading.text for heading in page.at("found").every("h3") if heading.attributes.get("class") == "title"]


def row(page: Element, title: str) -> Element:
    return next(row for row in page.at("found").every("li") if "data-row" in row.attributes and title in row.text)


async def test_the_catalog_s_hits_are_in_the_first_answer(alice: Person, evening: Evening) -> None:
    page = await alice.see("/search", q="dune")
    assert row(page, "Dune").has("a", href=f"/items/{evening.dune}")
    assert page.at("results-said").text == "1 item in the catalog for dune"
    assert page.value("q") == "dune"


async def test_half_a_word_and_a_slip_find_it_too(alice: Person, evening: Evening) -> None:
    for typed in ("arriv", "arival", "DUNE", "disco elysum"):
        assert "1 item" in (await alice.see("/search", q=typed)).at("results-said").text, typed


async def test_what_i_keep_carries_my_mark_and_what_i_do_not_a_button(alice: Person, evening: Evening) -> None:
    page = await alice.see("/search", q="dune")
    assert "Read" in page.at(f"kept-{evening.dune}").text
    page = await alice.see("/search", q="arrival")
    form = page.form(f"/items/{evening.arrival}/entry")
    assert form.attributes["method"] == "post"


async def test_nothing_typed_asks_what_one_is_hungry_for(alice: Person) -> None:
    page = await alice.see("/search")
    assert "What are you hungry for?" in page.text
    assert not page.has(id="found")


async def test_a_filter_keeps_the_question_and_counts_across_types(alice: Person, stock: Stock) -> None:
    await stock(DUNE, work("Dune again"), work("Dune for the screen", ARRIVAL.facts))
    page = await alice.see("/search", q="dune", type="movie")
    nav = page.one("nav", **{"aria-label": "Filter by type"})
    assert nav.at("type-movie").attributes["aria-current"] == "true"
    assert nav.at("type-book").text == "Books 2"
    assert nav.at("type-book").attributes["href"] == "/search?q=dune&type=book"
    assert page.at("results-said").text == "1 item in the catalog for dune"


async def test_pages_are_turned_and_no_hit_is_on_two(alice: Person, stock: Stock) -> None:
    await stock(*(work(f"Ring {number:02}") for number in range(45)))
    seen: list[str] = []
    path: str | None = "/search?q=ring"
    while path:
        page = await alice.see(path)
        seen += [link.text for link in page.at("results").every("a") if link.attributes["href"].startswith("/items/")]
        path = next((link.attributes["href"] for link in page.every("a", rel="next")), None)
    assert len(seen) == len(set(seen)) == 45


async def test_htmx_gets_the_results_alone(alice: Person, evening: Evening) -> None:
    answer = await alice.get("/search", q="dune", target="results")
    assert [element.attributes["id"] for element in read(answer.text).roots] == ["results"]
    assert "set-cookie" not in answer.headers


async def test_the_sources_are_not_waited_for(make_app: MakeApp, alice: Person) -> None:
    """The page tells which are to be asked; one without a key is not, and a stream and a poll bring the rest."""
    shelves = sources()
    started = lived()
    page = await at(make_app(shelves), alice).see("/search", q="hyperion")
    assert lived() - started < 2
    for name in ("books", "broken", "odd", "hanging"):
        assert page.at(f"outside-{name}").attributes["data-state"] == "asking"
    assert "needs a key" in page.at("outside-keyless").text
    assert page.at("found").attributes["aria-busy"] == "true"
    (stream,) = page.every("div", **{"hx-sse:close": "done"})
    assert stream.attributes["hx-sse:connect"] == "/search/stream?q=hyperion&page=1"
    (poll,) = page.every("div", **{"hx-trigger": "load delay:4s"})
    assert poll.attributes["hx-get"] == "/search/found?q=hyperion&page=1&tries=1"
    assert [shelf.asked for shelf in shelves.values() if isinstance(shelf, Shelf)] == [[]] * 5


SAID = {
    "books": ("2 titles, asked in", ""),
    "broken": ("did not answer", "Broken is not working at the moment."),
    "odd": ("did not answer", "We could not make sense of what odd said."),
    "keyless": ("needs a key", "keyless cannot be asked at the moment; whoever runs this Tastebuds can see why."),
}


async def test_the_stream_brings_each_as_it_answers(outside: ASGIApp, alice: Person, evening: Evening) -> None:
    browser = at(outside, alice)
    started = lived()
    lists = await streamed(browser, "/search/stream", q="hyperion")
    assert 3 < lived() - started < 6
    assert "Hyperion" in titles(lists[-2])  # while another hangs
    assert lists[-2].at("outside-hanging").attributes["data-state"] == "asking"
    last = lists[-1]
    assert "too slow" in last.at("outside-hanging").text
    assert "hanging did not answer in time." in last.at("sources").text
    assert "aria-busy" not in last.at("found").attributes
    assert not last.has("div", **{"hx-sse:close": "done"})
    assert not last.has("div", **{"hx-trigger": "load delay:4s"})
    for name, (state, sentence) in SAID.items():
        assert state in last.at(f"outside-{name}").text
        assert sentence in last.at("sources").text
    assert titles(last) == titles(lists[-2])


async def test_a_stream_that_is_closed_at_once_has_asked_nobody(make_app: MakeApp, alice: Person) -> None:
    """Who types on replaces the list, and with it the stream."""
    shelf = Shelf("books", HYPERION)
    browser = at(make_app({"books": shelf}), alice)
    with suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await browser.get("/search/stream", q="hyp")
    await asyncio.sleep(0.6)
    assert shelf.asked == []


async def test_a_row_keeps_its_name_when_a_source_that_goes_before_tells_of_it_too(
    make_app: MakeApp, alice: Person
) -> None:
    """What the reader is at stays the same element: "early" would name it, had it been there first."""
    told = {
        name: work("Hyperion", HYPERION.facts, source=name, year=1989, creators=HYPERION.creators)
        for name in ("early", "late")
    }
    shelves = {"late": Shelf("late", told["late"]), "early": Shelf("early", told["early"], delay=2.0)}
    lists = await streamed(at(make_app({**shelves}), alice), "/search/stream", q="hyperion endures")
    named = [row(page, "Hyperion").attributes["id"] for page in lists if "Hyperion" in titles(page)]
    assert "early" in row(lists[-1], "Hyperion").text
    assert len(named) > 1
    assert len(set(named)) == 1


async def test_whatever_order_they_answer_in_the_list_is_the_same(
    make_app: MakeApp, alice: Person, database: Database
) -> None:
    works = {
        "books": (HYPERION, work("Endymion", source="books")),
        "films": (work("The Fall of Hyperion", source="films"),),
        "games": (work("Hyperion again", source="games"),),
    }
    finals = []
    for first in works:
        async with database.session() as session:
            await session.execute(text("DELETE FROM source_answers"))
        shelves = {name: Shelf(name, *found, delay=0 if name == first else 0.3) for name, found in works.items()}
        finals.append((await streamed(at(make_app(shelves), alice), "/search/stream", q="hyperion"))[-1])
    assert len({rows_of(last) for last in finals}) == 1
    assert len(titles(finals[0])) == 4


def rows_of(page: Element) -> str:
    """Without the keys by which each form counts once."""
    return re.sub("'_key', 'value': '[^']+'", "", repr(page.at("hits")))


async def test_without_javascript_they_have_three_seconds(outside: ASGIApp, alice: Person) -> None:
    started = lived()
    page = await at(outside, alice).see("/search", q="hyperion", outside="1")
    assert 2.9 < lived() - started < 4.5
    assert "Hyperion" in titles(page)
    assert page.has("a", href="/search?q=hyperion&page=1&outside=1")  # ask again
    assert page.value("outside") == "1"


async def test_a_poll_brings_what_is_there_and_asks_the_rest(make_app: MakeApp, alice: Person) -> None:
    slow, books = Held("slow"), Shelf("books", HYPERION)
    browser = at(make_app({"slow": slow, "books": books}), alice)

    async def polled(tries: str) -> Element:
        await asyncio.sleep(0.05)
        return read((await browser.get("/search/found", q="hyperion", tries=tries, target="found")).text)

    assert (await polled("1")).has("div", **{"hx-get": "/search/found?q=hyperion&page=1&tries=2"})
    async with asyncio.timeout(20):
        while "Hyperion" not in titles(second := await polled("2")):
            pass
        assert second.at("outside-slow").attributes["data-state"] == "asking"
        slow.may.set()
        while "aria-busy" in (await polled("3")).at("found").attributes:
            pass
    assert (slow.asked, books.asked) == (["hyperion"], ["hyperion"])


async def test_who_has_polled_enough_is_told_that_it_did_not_answer(outside: ASGIApp, alice: Person) -> None:
    page = read((await at(outside, alice).get("/search/found", q="endymion", tries="4", target="found")).text)
    assert "too slow" in page.at("outside-hanging").text
    assert not page.has("div", **{"hx-trigger": "load delay:4s"})


async def test_what_is_remembered_is_in_the_first_answer(make_app: MakeApp, alice: Person, bob: Person) -> None:
    books = Shelf("books", HYPERION)
    app = make_app({"books": books})
    await at(app, alice).see("/search", q="hyperion", outside="1")
    page = await at(app, bob).see("/search", q=" HYPERION ")
    assert titles(page) == ["Hyperion"]
    assert "aria-busy" not in page.at("found").attributes
    assert books.asked == ["hyperion"]


async def test_the_second_page_shows_nothing_of_the_first(make_app: MakeApp, alice: Person) -> None:
    class Paged(Shelf):
        async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
            await super().search(text, item_type, page)
            return list(self.works[(page - 1) * 10 : (page - 1) * 10 + 12])

    found = [work(f"Hyperion {number:02}", source="books") for number in range(22)]
    browser = at(make_app({"books": Paged("books", *found)}), alice)
    first = await browser.see("/search", q="hyperion", outside="1")
    (link,) = (link.attributes["href"] for link in first.every("a", rel="next"))
    second = await browser.see(f"{link}&outside=1")
    assert len(titles(first)) == 12
    assert len(titles(second)) == 10
    assert not set(titles(first)) & set(titles(second))


async def test_what_is_outside_and_in_the_catalog_is_shown_as_such(
    without_hanging: ASGIApp, alice: Person, stock: Stock, evening: Evening
) -> None:
    browser = at(without_hanging, alice)
    page = await browser.see("/search", q="hyperion", outside="1")
    assert not row(page, "Hyperion").has("a")
    await stock(HYPERION)
    again = row(await browser.see("/search", q="hyperion", outside="1"), "Hyperion")
    assert any(link.text == "Hyperion" for link in again.every("a"))


async def test_keeping_one_from_outside_puts_it_in_the_catalog_and_the_library(
    without_hanging: ASGIApp, alice: Person, database: Database
) -> None:
    browser = at(without_hanging, alice)
    page = await browser.see("/search", q="hyperion", outside="1")
    preview = row(page, "Hyperion").value("preview") or ""
    answer = await browser.post("/items", {"preview": preview, "keep": "1"}, target=f"keeping-{preview}")
    (kept,) = read(answer.text).roots
    assert kept.attributes["id"] == f"keeping-{preview}"
    assert "In your library" in kept.at(f"kept-{preview}").text
    assert "Hyperion" in (await browser.see("/library")).text
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(MediaItem)) == 1


async def test_opening_one_from_outside_keeps_nothing_yet(without_hanging: ASGIApp, alice: Person) -> None:
    browser = at(without_hanging, alice)
    page = await browser.see("/search", q="hyperion", outside="1")
    preview = row(page, "Hyperion").value("preview") or ""
    item = await browser.follow(await browser.post("/items", {"preview": preview, "keep": ""}))
    assert item.one("h1").text == "Hyperion"
    assert "Keep it" in item.at("entry").text
    assert "The shelves are waiting" in (await browser.see("/library")).text


async def test_a_wrong_operator_is_told_beside_the_box_and_nothing_is_lost(alice: Person, evening: Evening) -> None:
    page = await alice.see("/search", q="dune year:soon")
    assert "year: wants a year or two" in page.at("box-problems").text
    assert page.value("q") == "dune year:soon"
    assert titles(page) == ["Dune"]


async def test_filters_are_links_that_write_into_the_box(alice: Person, evening: Evening) -> None:
    page = await alice.see("/search", q="dune sort:newest", type="book")
    links = {link.text: link.attributes["href"] for link in page.at("filters").every("a")}
    assert links["Relevance"] == "/search?q=dune&type=book"
    assert links["Rating"] == "/search?q=dune+sort%3Arating&type=book"


async def test_the_operator_is_shown_the_way_to_the_keys_and_others_are_not(
    make_app: MakeApp, odile: Person, bob: Person
) -> None:
    app = make_app({"keyless": Shelf("keyless", keys=("TMDB_KEY",))})
    hers = (await at(app, odile).see("/search", q="dune")).at("sources")
    his = (await at(app, bob).see("/search", q="dune")).at("sources")
    assert "keyless needs a key: set TMDB_KEY." in hers.text
    assert hers.has("a", href="/ops/sources/keys")
    assert "TMDB_KEY" not in his.text
    assert not his.has("a", href="/ops/sources/keys")


async def test_who_asks_a_lot_is_told_when_to_ask_again(make_app: MakeApp, alice: Person, evening: Evening) -> None:
    books = Shelf("books", HYPERION)
    browser = at(make_app({"books": books}), alice)
    for number in range(QUESTIONS):
        answer = await browser.get("/search/found", q=f"x{number}")
    assert answer.headers["ratelimit-policy"] == '"outside";q=30;w=60'
    assert answer.headers["ratelimit"].startswith('"outside";r=')
    await asyncio.sleep(0.3)
    page = await browser.see("/search", q="dune", outside="1")
    while "You have asked a lot" not in page.text:  # as time goes by another question may be asked
        page = await browser.see("/search", q=f"dune {len(books.asked)}", outside="1")
    assert page.at("outside-books").attributes["data-state"] == "skipped"
    assert page.has(id="results-said")
    remembered = await browser.see("/search", q="x1", outside="1")
    assert "You have asked a lot" not in remembered.text


async def test_two_tabs_that_keep_the_same_work_make_one_item(
    without_hanging: ASGIApp, alice: Person, bob: Person, evening: Evening, database: Database
) -> None:
    tabs = [at(without_hanging, person) for person in (alice, alice, bob, bob)]
    for tab in tabs:
        await tab.token()
    form = {"preview": str(evening.preview), "keep": "1"}
    answers = await asyncio.gather(*(tab.post("/items", form) for tab in tabs))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    async with database.session() as session:
        found = select(func.count()).select_from(MediaItem).where(MediaItem.title == "Hyperion")
        assert await session.scalar(found) == 1


async def test_a_source_that_went_down_since_does_not_lose_what_it_found(
    make_app: MakeApp, alice: Person, evening: Evening
) -> None:
    """The preview is enough to start with."""
    down = make_app({"books": Shelf("books", failure=SourceDown("books", "down"))})
    browser = at(down, alice)
    item = await browser.follow(await browser.post("/items", {"preview": str(evening.preview), "keep": "1"}))
    assert item.one("h1").text == "Hyperion"


async def test_a_preview_that_has_expired_says_what_to_do(alice: Person, evening: Evening, database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("UPDATE search_previews SET expires_at = now() - interval '1 second'"))
    answer = await alice.post("/items", {"preview": str(evening.preview), "keep": "1"})
    assert answer.status_code == 404
    assert "This preview has expired. Search again to see it." in answer.text


async def test_in_the_editor_outside_hits_go_to_the_course(
    without_hanging: ASGIApp, alice: Person, evening: Evening
) -> None:
    browser = at(without_hanging, alice)
    where = {"q": "hyperion", "menu": str(evening.menu), "course": str(evening.mains)}
    found = (await streamed(browser, "/search/stream", **where))[-1]
    to = evening.at("/menus/{menu}/courses/{mains}/items")
    preview = row(found, "Hyperion").form(to).value("preview") or ""
    answer = await browser.post(to, {"preview": preview}, target="courses")
    assert "Hyperion" in read(answer.text).at(f"course-{evening.mains}").text


async def test_without_javascript_the_editor_asks_outside_too(
    without_hanging: ASGIApp, alice: Person, evening: Evening
) -> None:
    page = await at(without_hanging, alice).see(
        evening.at("/menus/{menu}/courses/{mains}/items/new"), q="hyperion", outside="1"
    )
    assert row(page, "Hyperion").has("form", action=evening.at("/menus/{menu}/courses/{mains}/items"))


@pytest.mark.parametrize("path", ["/search/found", "/search/stream"])
@pytest.mark.parametrize(("menu", "course"), [("{menu}", "{dune}"), ("x", "y"), ("{dune}", "{mains}"), ("%00", "é")])
async def test_a_list_for_a_course_there_is_not_is_not_found(
    without_hanging: ASGIApp, alice: Person, evening: Evening, path: str, menu: str, course: str
) -> None:
    where = {"q": "x", "menu": evening.at(menu), "course": evening.at(course)}
    assert (await at(without_hanging, alice).get(path, **where)).status_code == 404


@pytest.mark.parametrize("path", ["/search/found", "/search/stream"])
async def test_a_stranger_s_list_tells_nothing_of_her_menu(
    without_hanging: ASGIApp, charlie: Person, evening: Evening, path: str
) -> None:
    where = {"q": "x", "menu": str(evening.menu), "course": str(evening.mains)}
    answer = await at(without_hanging, charlie).get(path, **where)
    assert answer.status_code == 404
    assert "Mains" not in answer.text


class Gone:
    """An engine whose database went away."""

    async def search(self, question: Question) -> Answer:
        raise ConnectionResetError


async def test_a_stream_ends_in_order_when_the_database_goes(
    settings: Settings, database: Database, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """Without "done", by which the page knows that there is more to come."""
    engine: Any = Gone()
    answer = await at(create_app(settings, database, engine=engine), alice).get("/search/stream", q="dune")
    assert answer.text.strip() == ": here"
    assert "a stream ends early, the database does not answer: ConnectionResetError" in caplog.text
