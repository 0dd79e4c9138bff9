"""What is kept drawn is drawn for the values it shows, and for how ratings are preferred."""

from types import SimpleNamespace
from typing import Any

import pytest
from markupsafe import Markup

from app.kit.settings import read_settings
from app.web.assets import Assets
from app.web.drawn import Drawn, Rows
from app.web.forms import FormState
from app.web.ratings import preferring
from app.web.templating import environment

SIGN = "<b>\"&'</b>"


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    return dict(environment(read_settings(_env_file=None), Assets()).globals)


@pytest.fixture(scope="module")
def drawn(known: dict[str, Any]) -> Rows:
    rows: Any = known["drawn"]
    assert isinstance(rows, Rows)
    return rows


def row(**more: Any) -> SimpleNamespace:
    plain = {"type": "book", "title": "Dune", "creators": ["Frank Herbert"], "year": 1965}
    return SimpleNamespace(**plain | {"cover_provider": None, "cover_key": None} | more)


def test_markup_in_titles_and_names_is_escaped_each_time(drawn: Rows) -> None:
    strange = row(title=SIGN, creators=[SIGN])
    for _ in range(2):
        assert SIGN not in drawn.cover(strange) + drawn.byline(strange)
        assert "&lt;b&gt;" in drawn.cover(strange)
        assert "&lt;b&gt;" in drawn.byline(strange)


def test_what_was_drawn_for_one_is_not_shown_of_another(drawn: Rows) -> None:
    assert drawn.cover(row()) == drawn.cover(row())
    assert len({drawn.cover(row()), drawn.cover(row(), "medium", True), drawn.cover(row(title="Emma"))}) == 2
    assert len({drawn.byline(row()), drawn.byline(row(), with_year=False), drawn.byline(row(kind="series"))}) == 3
    assert "and others" in drawn.byline(row(creators=["A", "B", "C", "D"]))


def test_a_mark_is_drawn_as_whoever_looks_prefers_ratings(drawn: Rows) -> None:
    entry = SimpleNamespace(status="done", rating=8.5, favourite=True)
    with preferring("stars"):
        stars = drawn.mark(entry, "book")
    with preferring("hundred"):
        hundred = drawn.mark(entry, "book")
    with preferring("stars"):
        assert drawn.mark(entry, "book") == stars
    assert ("85" in hundred, "85" in stars) == (True, False)


def test_a_form_that_was_refused_is_drawn_as_it_was_typed_and_for_nobody_else(known: dict[str, Any]) -> None:
    words: Drawn = known["editor"]["item_words"]
    plain = words("item-1", "As it is.")
    refused = words("item-1", "As it is.", form=FormState({"note": SIGN}, {"note": "Too long."}, "item-1"))
    assert ("&lt;b&gt;" in refused, "Too long." in refused, "As it is." in refused) == (True, True, False)
    assert words("item-1", "As it is.") == plain
    assert ("As it is." in plain, "Too long." in plain) == (True, False)


def test_an_item_of_a_menu_is_drawn_again_for_what_became_of_it(known: dict[str, Any]) -> None:
    drawn: Drawn = known["editor"]["item"]
    as_it_was = (1, 2, "Dune", "Dune, book", Markup("cover"), Markup("byline"), "", True, False)
    became = (1, 2, SIGN, SIGN, Markup("cover"), Markup("byline"), "A note.", False, True)
    shown = [
        drawn(*as_it_was[:place], *became[place : place + 1], *as_it_was[place + 1 :]) for place in (2, 3, 6, 7, 8)
    ]
    assert len({drawn(*as_it_was), *shown}) == 6
    assert SIGN not in "".join(shown)
