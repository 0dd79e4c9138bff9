"""What is typed into the box, taken apart and put together again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.contract import MARKS, SORTS, Question
from app.search.operators import NAMES, READERS, Box, read_box, written


@pytest.mark.parametrize(
    ("typed", "box"),
    [
        ("dune type:book", Box(text="dune", type="book")),
        ("type:film dune", Box(text="dune", type="movie")),
        ("Type:TV", Box(type="movie")),
        ("type:songs love", Box(text="love", type="music")),
        ("type：games", Box(type="game")),
        ("year:1965", Box(years=(1965, 1965))),
        ("dune year:1965..1990 messiah", Box(text="dune messiah", years=(1965, 1990))),
        ("year:1965-1990", Box(years=(1965, 1990))),
        ("year:..1990", Box(years=(None, 1990))),
        ("year:1965..", Box(years=(1965, None))),
        ('by:"le guin"', Box(by="le guin")),
        ("by:“le guin” earthsea", Box(text="earthsea", by="le guin")),
        ("by:„le guin“", Box(by="le guin")),
        ('earthsea by:"le gui', Box(text="earthsea", by="le gui")),
        ("by:herbert", Box(by="herbert")),
        ("by:ursula by:guin", Box(by="ursula guin")),
        ("by:o'brien", Box(by="o'brien")),
        ('tag:"science fiction"', Box(tag="science fiction")),
        ("source:tmdb", Box(source="tmdb")),
        ('source:"Open Library"', Box(source="open_library")),
        ("in:library", Box(mark="library")),
        ("in:library is:done", Box(mark="done")),
        ("is:done in:library", Box(mark="done")),
        ("status:wanted", Box(mark="wanted")),
        ("is:reading", Box(mark="active")),
        ("sort:newest", Box(sort="newest")),
    ],
)
def test_operators_are_taken_out_of_the_text(typed: str, box: Box) -> None:
    assert read_box(typed) == box


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Re: Zero",
        "2001: a space odyssey",
        "Mission: Impossible",
        "http://example.org/type:book",
        "Tag: the assassination game",
        "In:",
        "sort: by:",
        "bye:bye love",
        "(by:someone)",
        '"tag:horror"',
        "-type:book",
        "author:herbert",
        "9:11",
        "  two  spaces ",
    ],
)
def test_what_is_no_operator_stays_as_it_is(typed: str) -> None:
    assert read_box(typed) == Box(text=typed)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("type:opera", "type: wants book, movie, game or music, like type:book."),
        ("year:soon", "year: wants a year or two, like year:1965 or year:1965..1990."),
        ("year:..", "year: wants a year or two, like year:1965 or year:1965..1990."),
        ("year:19655", "year: wants a year or two, like year:1965 or year:1965..1990."),
        ("year:1990..1965", "year: wants the earlier year first, like year:1965..1990."),
        ('by:""', 'by: wants who made it, like by:herbert or by:"le guin".'),
        ("tag:!", 'tag: wants a genre, like tag:fantasy or tag:"science fiction".'),
        ("in:side", "in: wants the library: in:library."),
        ("is:nice", "is: wants a status: wanted, active, paused, done or dropped."),
        ("status:library", "status: wants wanted, active, paused, done or dropped."),
        ("sort:random", "sort: wants relevance, newest, rating or title, like sort:newest."),
    ],
)
def test_a_wrong_operator_filters_nothing_and_is_explained(typed: str, sentence: str) -> None:
    assert read_box(f"dune {typed}") == Box(text="dune", problems=(sentence,))


def test_a_source_there_is_not_is_told_which_there_are() -> None:
    (sentence,) = read_box("source:netflix").problems
    assert sentence.startswith("source: wants where it is from: google_books, ")
    assert all(name in sentence for name in NAMES)


def test_of_two_types_the_last_counts_and_that_is_said() -> None:
    box = read_box("type:book type:game")
    assert (box.type, box.problems) == ("game", ("type: counts once; the last one, type:game, is used.",))
    assert read_box("type:book type:books").problems == ()


def test_a_box_can_be_written_with_one_thing_changed() -> None:
    box = read_box('dune type:film by:"le guin" year:1965.. sort:newest')
    assert written(box) == 'dune type:movie by:"le guin" year:1965.. sort:newest'
    assert box.but(type="book", sort="relevance") == 'dune type:book by:"le guin" year:1965..'
    assert box.but(by="", type=None, years=(1980, 1989)) == "dune year:1980..1989 sort:newest"
    assert box.but(tag='12" mix') == 'dune type:movie by:"le guin" tag:"12 mix" year:1965.. sort:newest'
    assert Box(mark="library").but() == "in:library"
    assert Box(mark="done").but() == "is:done"


def test_a_box_asks_a_question() -> None:
    box = read_box("dune type:book is:done sort:title")
    assert box.question(page=3) == Question(text="dune", type="book", mark="done", sort="title", page=3)


pieces = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(sorted(READERS)).map(lambda name: f" {name}:"),
        st.sampled_from(['"', "“", "”", " ", ":", "..", "1965", "book", "library", "done", "newest", "tmdb"]),
    ),
    max_size=12,
).map("".join)


@given(pieces)
def test_whatever_is_typed_can_be_read_and_written(typed: str) -> None:
    box = read_box(typed)
    assert isinstance(box.question(), Question)
    assert read_box(written(box)) == replace(box, text=box.text.strip(), problems=())


@given(st.text())
def test_text_without_operators_is_left_alone(typed: str) -> None:
    if not any(f"{name}:" in typed.lower().replace("：", ":") for name in READERS):
        assert read_box(typed) == Box(text=typed)


@given(
    st.builds(
        Box,
        text=st.sampled_from(["", "dune", "Re: Zero", 'the "thing"']),
        type=st.sampled_from([None, "book", "movie", "game", "music"]),
        by=st.sampled_from(["", "herbert", "le guin"]),
        tag=st.sampled_from(["", "horror", "science fiction"]),
        source=st.sampled_from(["", *sorted(NAMES)]),
        years=st.sampled_from([(None, None), (1965, 1965), (None, 1990), (1965, None), (1965, 1990)]),
        mark=st.sampled_from([None, *MARKS]),
        sort=st.sampled_from(SORTS),
    )
)
def test_what_is_written_is_read_back(box: Box) -> None:
    assert read_box(written(box)) == box
