"""Whatever comes, a normaliser answers the value or nothing, and never fails."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.candidates import Candidate, PartialDate, SourceRating, from_json, to_json
from app.kit.parsing import scrub
from app.sources.google_books import candidate_of_volume
from app.sources.igdb import candidate_of_game
from app.sources.lastfm import candidate_of_album, candidate_of_track
from app.sources.normalising import (
    as_list,
    count,
    https_url,
    identifier,
    isbn13,
    language,
    line,
    log_share,
    names,
    number,
    partial_date,
    rating,
    title,
    unix_date,
)
from app.sources.tmdb import candidate_of_movie, candidate_of_row, candidate_of_series
from tests.sources.fixture import fixture

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20)
JUNK = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))
WORKS: list[tuple[Callable[[Any], Candidate | None], Any]] = [
    (candidate_of_volume, fixture("google_books_volume")),
    (candidate_of_row, fixture("tmdb_movie")),
    (candidate_of_movie, fixture("tmdb_movie")),
    (candidate_of_series, fixture("tmdb_tv")),
    (candidate_of_game, fixture("igdb_game")),
    (candidate_of_album, fixture("lastfm_album")["album"]),
    (candidate_of_track, fixture("lastfm_track")["track"]),
]


def day(year: int, month: int, day: int) -> PartialDate:
    return PartialDate(value=dt.date(year, month, day), precision="day")


def month(year: int, month: int) -> PartialDate:
    return PartialDate(value=dt.date(year, month, 1), precision="month")


def year(year: int) -> PartialDate:
    return PartialDate(value=dt.date(year, 1, 1), precision="year")


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2004", year(2004)),
        ("2004-07", month(2004, 7)),
        ("2004-07-16", day(2004, 7, 16)),
        ("2004-01-01", day(2004, 1, 1)),
        ("2004-07-16T00:00:00Z", day(2004, 7, 16)),
        ("2004-00-00", year(2004)),
        ("2004-13-01", year(2004)),
        ("2004-02-31", month(2004, 2)),
        ("    13 Sep 2005, 00:00", day(2005, 9, 13)),
        ("18 Apr, 2011", day(2011, 4, 18)),
        ("Feb 24, 2022", day(2022, 2, 24)),
        ("October 1, 1988", day(1988, 10, 1)),
        ("July 1999", month(1999, 7)),
        ("Q3 2026", year(2026)),
        ("c1999", year(1999)),
        ("[1847?]", year(1847)),
        ("19??", None),
        ("0000", None),
        ("0101-01-01", None),
        ("99999", None),
        ("9999", None),
        ("-5", None),
        ("Coming soon", None),
        ("", None),
        (None, None),
        (2004, None),
        ([], None),
    ],
)
def test_a_date_is_as_precise_as_it_was_given(value: Any, date: PartialDate | None) -> None:
    assert partial_date(value) == date


@given(st.dates(dt.date(1000, 1, 1), dt.date(2199, 12, 31)))
def test_every_iso_date_survives(date: dt.date) -> None:
    assert partial_date(date.isoformat()) == PartialDate(value=date, precision="day")
    assert unix_date((date - dt.date(1970, 1, 1)).days * 86400 + 3600) == PartialDate(value=date, precision="day")


@pytest.mark.parametrize(
    ("value", "isbn"),
    [
        ("9780441172719", "9780441172719"),
        ("978-0-441-17271-9", "9780441172719"),
        ("978\u20110\u2011441\u201117271\u20119", "9780441172719"),
        ("0441172717", "9780441172719"),
        ("912416190X", "9789124161903"),
        ("912416190x", "9789124161903"),
        ("9780441172710", None),
        ("0441172718", None),
        ("1234567890128", None),
        ("٩٧٨٠٤٤١١٧٢٧١٩", None),
        ("dune", None),
        ("", None),
        (9780441172719, None),
        (None, None),
    ],
)
def test_an_isbn_is_thirteen_digits_that_add_up(value: Any, isbn: str | None) -> None:
    assert isbn13(value) == isbn


@given(st.from_regex(r"\A97[89][0-9]{9}\Z"), st.integers(1, 9))
def test_one_wrong_digit_is_no_isbn(twelve: str, off: int) -> None:
    right = next(found for digit in range(10) if (found := isbn13(f"{twelve}{digit}")))
    assert isbn13(f"{twelve}{(int(right[-1]) + off) % 10}") is None


@pytest.mark.parametrize(
    ("value", "items"),
    [(None, []), ("", []), ("\n", []), ({}, []), ([], []), ({"a": 1}, [{"a": 1}]), ([1, 2], [1, 2]), (7, [])],
)
def test_a_list_comes_in_many_shapes(value: Any, items: list[Any]) -> None:
    assert as_list(value) == items


@pytest.mark.parametrize(
    ("value", "counted"),
    [
        *[(5, 5), ("5", 5), (5.9, 5)],
        *dict.fromkeys([0, "0", -1, 2**31, "1e999", "", None, float("nan"), 10**400]).items(),
        *[(True, None), ([], None)],
    ],
)
def test_a_count_is_above_zero_and_fits_a_column(value: Any, counted: int | None) -> None:
    assert count(value) == counted


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *[("en", "en"), ("zh-CN", "zh"), ("pt_BR", "pt"), ("EN", "en"), ("cn", "zh")],
        *[(bad, None) for bad in ("xx", "un", "eng", "", None, "日本")],
    ],
)
def test_a_language_has_two_letters(value: Any, code: str | None) -> None:
    assert language(value) == code


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("http://www.last.fm/music/Toto", "https://www.last.fm/music/Toto"),
        ("https://books.google.com/books?id=a&hl=", "https://books.google.com/books?id=a&hl="),
        ("javascript:alert(1)", None),
        ("//images.igdb.com/x.jpg", None),
        ("https://", None),
        ("https://user:pass@example.org/", None),
        ("https://[bad", None),
        ('https://example.org/"><script>', None),
        ("https://example.org/a b", None),
        ("https://example.org/\n", "https://example.org/"),
        ("https://example.org/" + "a" * 2000, None),
        ("", None),
        (None, None),
    ],
)
def test_only_the_web_is_linked_to(value: Any, url: str | None) -> None:
    assert https_url(value) == url


@pytest.mark.parametrize(
    ("value", "votes", "rated"),
    [
        (7.5, 10, SourceRating(value=7.5, scale=10, votes=10)),
        ("7.5", "10", SourceRating(value=7.5, scale=10, votes=10)),
        (7.5, 0, None),
        (0, 10, None),
        (11, 10, None),
        (None, 10, None),
    ],
)
def test_a_rating_needs_votes(value: Any, votes: Any, rated: SourceRating | None) -> None:
    assert rating(value, 10, votes) == rated


def test_renown_counts_in_orders_of_magnitude() -> None:
    shares = [log_share(value, 10_000) for value in (None, 0, -3, 10, 100, 1000, 10_000, 10**9)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_titles_may_be_words_that_elsewhere_mean_nothing() -> None:
    assert (title("N/A"), title("None"), title("0000"), title(" ")) == ("N/A", "None", "0000", None)
    assert (line("N/A"), line("0000"), line("none")) == (None, None, None)


def test_names_are_kept_in_order_each_once() -> None:
    assert names(["B", "A", "", None, "B", 5, " A "]) == ("B", "A")
    assert len(names(map(str, range(10_000)))) == 30


@pytest.mark.parametrize("value", ["a" * 300, "a b", "", None, 1.5, True, "a\x00"])
def test_what_is_no_key_identifies_nothing(value: Any) -> None:
    assert identifier("gog", value) is None


@given(JUNK)
def test_no_normaliser_fails(junk: Any) -> None:
    for normalise in (as_list, count, https_url, isbn13, language, line, number, partial_date, title, unix_date):
        normalise(junk)
    rating(junk, 10, junk)
    identifier("gog", junk)


@given(st.sampled_from(WORKS), st.data())
def test_no_mapping_fails_however_its_fields_are_broken(
    work: tuple[Callable[[Any], Candidate | None], Any], data: st.DataObject
) -> None:
    mapping, raw = work
    broken = scrub(_broken(raw, data))
    candidate = mapping(broken)
    if candidate is not None:
        assert candidate.title.strip()
        assert 0 <= candidate.popularity <= 1
        assert from_json(to_json(candidate)) == candidate


def _broken(value: Any, data: st.DataObject) -> Any:
    """A copy with one field, at any depth, replaced by junk."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 3)):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: _broken(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return [_broken(value[0], data), *value[1:]]
    return data.draw(JUNK)
