"""A source of which too much is asked is a row in words; the same question again costs it nothing."""

import pytest
from litestar.types import ASGIApp

from app.kit.db import Database
from app.sources.budgets import Budget, SharedBudgets
from tests.cast import Browser, MakeApp, Person
from tests.pages.works import HYPERION, Shelf


class Miser(Shelf):
    """Bears one question in ten seconds."""

    budget = Budget(per_second=0.1, burst=1, at_once=1)


@pytest.fixture
def miser(database: Database) -> Miser:
    miser = Miser("books", HYPERION)
    miser.budgets = SharedBudgets(database)
    return miser


@pytest.fixture
def alice_there(make_app: MakeApp, miser: Miser, alice: Person) -> Browser:
    app: ASGIApp = make_app({"books": miser})
    browser = Browser(app)
    browser.carry(alice.cookie or "")
    return browser


async def test_a_busy_source_says_when_to_ask_again(alice_there: Browser, miser: Miser) -> None:
    assert "Hyperion" in (await alice_there.see("/search", q="hyperion", outside="1")).at("found").text
    page = await alice_there.see("/search", q="endymion", outside="1")
    assert "busy" in page.at("outside-books").text
    assert "books is busy; try again in" in page.at("sources").text
    assert "Nothing in the catalog for" in page.at("results-said").text
    assert miser.asked == ["hyperion"]


async def test_the_same_question_again_is_answered_without_asking(alice_there: Browser, miser: Miser) -> None:
    for typed in ("hyperion", "Hyperion ", "HYPERION"):
        assert "Hyperion" in (await alice_there.see("/search", q=typed, outside="1")).at("found").text
    assert miser.asked == ["hyperion"]
