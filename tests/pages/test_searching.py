"""`/search`: the catalog at once, each outside source as it answers, and a row in words for those that do not."""

import asyncio
import time
from collections.abc import Mapping

import pytest
from litestar.types import ASGIApp
from sqlalchemy import func, select, text

from app.catalog.models import MediaItem
from app.kit.db import Database
from app.sources.errors import SourceDown
from app.sources.source import Source
from tests.cast import Browser, MakeApp, Person
from tests.markup import Element, read
from tests.pages.conftest import Evening, Stock
from tests.pages.works import ARRIVAL, DUNE, HYPERION, Shelf, work

HANGS = 60.0


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
    return [heading.text for heading in page.at("results").every("h3") if heading.attributes.get("class") == "title"]


async def test_the_catalog_s_hits_are_in_the_first_answer(alice: Person, evening: Evening) -> None:
    page = await alice.see("/search", q="dune")
    assert page.at(f"hit-{evening.dune}").has("a", href=f"/items/{evening.dune}")
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
    assert not page.has("section")


async def test_nothing_found_says_so_and_asks_the_sources(outside: ASGIApp, alice: Person) -> None:
    page = await at(outside, alice).see("/search", q="nothing of that name")
    assert "Nothing in the catalog for nothing of that name" in page.at("results-said").text
    assert page.has(id="outside-books")


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
    """Each is a place that htmx fills; one without a key says so at once and is not asked."""
    shelves = sources()
    outside = make_app(shelves)
    started = time.monotonic()
    page = await at(outside, alice).see("/search", q="hyperion")
    assert time.monotonic() - started < 2
    for name in ("books", "broken", "odd", "hanging"):
        place = page.at(f"outside-{name}")
        assert place.attributes["hx-get"].startswith(f"/search/outside/{name}?q=hyperion")
        assert place.attributes["aria-busy"] == "true"
    assert "needs a key" in page.at("outside-keyless").text
    assert "hx-get" not in page.at("outside-keyless").attributes
    assert [shelf.asked for shelf in shelves.values() if isinstance(shelf, Shelf)] == [[]] * 5


SAID: Mapping[str, tuple[str, str]] = {
    "books": ("2 titles", "Hyperion"),
    "broken": ("did not answer", "Broken is not working at the moment."),
    "odd": ("did not answer", "We could not make sense of what odd said."),
    "keyless": ("needs a key", "keyless needs a key: set TMDB_KEY."),
}


@pytest.mark.parametrize("name", SAID)
async def test_each_source_is_a_named_row_in_words(outside: ASGIApp, alice: Person, name: str) -> None:
    answer = await at(outside, alice).get(f"/search/outside/{name}", q="hyperion", target=f"outside-{name}")
    (panel,) = read(answer.text).roots
    assert answer.status_code == 200
    assert panel.attributes["id"] == f"outside-{name}"
    assert panel.at(f"outside-{name}-name").text == name
    for words in SAID[name]:
        assert words in panel.text


async def test_one_that_hangs_is_too_slow_after_three_seconds_and_the_rest_are_there(
    outside: ASGIApp, alice: Person
) -> None:
    """Without JavaScript, all under one deadline."""
    started = time.monotonic()
    page = await at(outside, alice).see("/search", q="hyperion", outside="1")
    assert time.monotonic() - started < 4
    assert "too slow" in page.at("outside-hanging").text
    assert "hanging did not answer in time." in page.at("outside-hanging").text
    for name, (state, sentence) in SAID.items():
        assert state in page.at(f"outside-{name}").text
        assert sentence in page.at(f"outside-{name}").text


async def test_what_is_outside_and_in_the_catalog_is_shown_as_such(
    without_hanging: ASGIApp, alice: Person, stock: Stock, evening: Evening
) -> None:
    """Dune is in the catalog by another source; this source's own Dune not yet."""
    browser = at(without_hanging, alice)
    page = await browser.see("/search", q="x", outside="1")
    panel = page.at("outside-books")
    assert len(list(panel.every("li"))) == 2
    await stock(HYPERION)
    again = (await browser.see("/search", q="x", outside="1")).at("outside-books")
    assert any(link.text == "Hyperion" for link in again.every("a"))


async def test_keeping_one_from_outside_puts_it_in_the_catalog_and_the_library(
    without_hanging: ASGIApp, alice: Person, database: Database
) -> None:
    browser = at(without_hanging, alice)
    page = await browser.see("/search", q="hyperion", outside="1")
    row = next(row for row in page.at("outside-books").every("li") if "Hyperion" in row.text)
    preview = row.attributes["id"].removeprefix("preview-")
    answer = await browser.post("/items", {"preview": preview, "keep": "1"}, target=f"preview-{preview}")
    (kept,) = read(answer.text).roots
    assert kept.attributes["id"] == f"preview-{preview}"
    assert kept.at(f"kept-{preview}").text == "In your library"
    assert "Hyperion" in (await browser.see("/library")).text
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(MediaItem)) == 1


async def test_opening_one_from_outside_keeps_nothing_yet(without_hanging: ASGIApp, alice: Person) -> None:
    browser = at(without_hanging, alice)
    page = await browser.see("/search", q="hyperion", outside="1")
    row = next(row for row in page.at("outside-books").every("li") if "Hyperion" in row.text)
    preview = row.attributes["id"].removeprefix("preview-")
    item = await browser.follow(await browser.post("/items", {"preview": preview, "keep": ""}))
    assert item.one("h1").text == "Hyperion"
    assert "Keep it" in item.at("entry").text
    assert "The shelves are waiting" in (await browser.see("/library")).text


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


async def test_a_source_there_is_not_is_not_found(outside: ASGIApp, alice: Person) -> None:
    assert (await at(outside, alice).get("/search/outside/nowhere", q="x")).status_code == 404


async def test_in_the_editor_outside_hits_go_to_the_course(
    without_hanging: ASGIApp, alice: Person, evening: Evening
) -> None:
    browser = at(without_hanging, alice)
    where = {"q": "x", "menu": str(evening.menu), "course": str(evening.mains)}
    panel = read((await browser.get("/search/outside/books", **where)).text)
    forms = list(panel.every("form", action=evening.at("/menus/{menu}/courses/{mains}/items")))
    assert len(forms) == 2
    preview = forms[0].value("preview") or ""
    answer = await browser.post(forms[0].attributes["action"], {"preview": preview}, target="courses")
    assert "Hyperion" in read(answer.text).at(f"course-{evening.mains}").text


@pytest.mark.parametrize(("menu", "course"), [("{menu}", "{dune}"), ("x", "y"), ("{dune}", "{mains}"), ("%00", "é")])
async def test_a_panel_for_a_course_there_is_not_is_not_found(
    without_hanging: ASGIApp, alice: Person, evening: Evening, menu: str, course: str
) -> None:
    where = {"q": "x", "menu": evening.at(menu), "course": evening.at(course)}
    assert (await at(without_hanging, alice).get("/search/outside/books", **where)).status_code == 404


async def test_a_stranger_s_panel_tells_nothing_of_her_menu(
    without_hanging: ASGIApp, charlie: Person, evening: Evening
) -> None:
    where = {"q": "x", "menu": str(evening.menu), "course": str(evening.mains)}
    answer = await at(without_hanging, charlie).get("/search/outside/books", **where)
    assert answer.status_code == 404
    assert "Mains" not in answer.text
