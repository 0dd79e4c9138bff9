"""What is kept drawn is drawn for the values it shows, and for how ratings are preferred."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.kit.settings import read_settings
from app.web.assets import Assets
from app.web.drawn import Rows
from app.web.ratings import preferring
from app.web.templating import environment

SIGN = "<b>\"&'</b>"


@pytest.fixture(scope="module")
def drawn() -> Rows:
    rows: Any = environment(read_settings(_env_file=None), Assets()).globals["drawn"]
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
