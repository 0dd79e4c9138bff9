"""What a host says of rows of the list: these are one, that one is another; remembered, and undone."""

import json

import pytest
from litestar.types import ASGIApp

from tests.cast import Browser, MakeApp, Person
from tests.markup import Element, read
from tests.pages.works import HYPERION, Shelf, work

Q = {"q": "hyperion", "outside": "1"}


@pytest.fixture
def app(make_app: MakeApp) -> ASGIApp:
    """Two sources that tell of the same book, and one that tells of another."""
    same = work("Hyperion", HYPERION.facts, source="shop", year=1989, creators=("Dan Simmons",))
    other = work("Hyperion, abridged for the stage", source="stage", year=2001)
    return make_app({"books": Shelf("books", HYPERION), "shop": Shelf("shop", same), "stage": Shelf("stage", other)})


@pytest.fixture
def browser(app: ASGIApp, alice: Person) -> Browser:
    browser = Browser(app)
    browser.carry(alice.cookie or "")
    return browser


def rows(page: Element) -> list[Element]:
    return [row for row in page.at("hits").every("li") if "data-row" in row.attributes]


def asked(form: Element) -> dict[str, str]:
    return {name: form.value(name) or "" for name in ("q", "type", "page", "verdict", "all")}


async def test_a_row_says_who_told_of_it_and_why_these_are_one(browser: Browser) -> None:
    one, other = rows(await browser.see("/search", **Q))
    assert "books" in one.text
    assert "shop" in one.text
    assert "Why are these one?" in one.text
    assert "Why are these one?" not in other.text


async def test_taken_apart_they_stay_apart_until_it_is_undone(browser: Browser) -> None:
    one, _ = rows(await browser.see("/search", **Q))
    form = one.form("/search/verdicts")
    (button,) = (each for each in form.every("button"))
    answer = await browser.post("/search/verdicts", asked(form) | {"one": button.attributes["value"]}, target="found")
    assert answer.status_code == 200
    apart = read(answer.text)
    assert len(rows(apart)) == 3
    assert len(rows(await browser.see("/search", **Q))) == 3
    undo = asked(apart.form("/search/verdicts?_method=DELETE"))
    answer = await browser.post("/search/verdicts?_method=DELETE", undo, target="found")
    assert len(rows(read(answer.text))) == 2


async def test_two_rows_said_to_be_one_are_one_for_her_alone(browser: Browser, app: ASGIApp, bob: Person) -> None:
    page = await browser.see("/search", **Q)
    options = [option.attributes["value"] for option in page.at("join-one").every("option")]
    form = {"q": "hyperion", "page": "1", "verdict": "join", "one": options[0], "other": options[1]}
    joined = await browser.follow(await browser.post("/search/verdicts", form))
    assert len(rows(joined)) == 1
    his = Browser(app)
    his.carry(bob.cookie or "")
    assert len(rows(await his.see("/search", **Q))) == 2


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"verdict": "join", "one": "x", "other": "[]"},
        {"verdict": "join", "one": '[["a","b"]]', "other": '[["a","b"]]'},
        {"verdict": "split", "one": "[[1,2]]", "all": "{}"},
        {"verdict": "join", "one": json.dumps([["a", str(number)] for number in range(99)]), "other": '[["a","b"]]'},
    ],
)
async def test_what_names_no_rows_is_refused_in_words(browser: Browser, form: dict[str, str]) -> None:
    answer = await browser.post("/search/verdicts", form, target="found")
    assert answer.status_code == 422


async def test_nobody_says_nothing(nobody: Browser) -> None:
    assert (await nobody.post("/search/verdicts", {})).status_code == 401
