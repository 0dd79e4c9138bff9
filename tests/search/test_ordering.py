"""The order of the one list."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog.candidates import Candidate, SourceRating
from app.kit.ids import UUID, new_id
from app.search.contract import SORTS, Sort
from app.search.members import CATALOG, Group, Member, of_candidate
from app.search.merging import merge
from app.search.ordering import ranked
from tests.search.pairs import ONE, TWO, book, film, game, track


def told(*candidates: Candidate, **more: Any) -> list[Member]:
    return [of_candidate(candidate, place=place, **more) for place, candidate in enumerate(candidates)]


def item(title: str, by: str = "", *, place: int | None = 0, kept: bool = False, **more: Any) -> Member:
    id_: UUID = new_id()
    ref = (CATALOG, str(id_))
    return Member(
        ref=ref, refs=frozenset({ref}), item_id=id_, type=more.pop("type", "book"), title=title, place=place, kept=kept,
        creators=(by,) if by else (), credits=(by,) if by else (), **more,
    )  # fmt: skip


def titles(members: list[Member], text: str, sort: Sort = "relevance") -> list[str]:
    return [group.title for group in ranked(merge(members), text, sort)]


def test_the_whole_title_before_its_beginning_before_its_words_before_what_has_only_some() -> None:
    found = told(
        book("open_library", "The Road to Dune", "Brian Herbert", 1985),
        book("open_library", "Sand", "Hugh Howey", 2014, subtitle="Not Dune"),
        book("open_library", "Dune Messiah", "Frank Herbert", 1969),
        book("open_library", "Duna", "Ann Lee", 2000),
        book("open_library", "Dune", "Frank Herbert", 1965),
        book("open_library", "Emma", "Jane Austen", 1815),
    )
    assert titles(found, "dune") == ["Dune", "Dune Messiah", "The Road to Dune", "Sand", "Duna", "Emma"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dune herbert", "Dune"),
        ("herbert dune", "Dune"),
        ("dune 1965", "Dune"),
        ("DUNE: PART 2", "Dune: Part Two"),
        ("duen", "Dune"),
        ("amelie", "Amélie"),
        ("spiderman 2", "Spider-Man 2"),
        ("godfathr", "The Godfather"),
        ("godfather ii", "The Godfather Part II"),
        ("the wall", "The Wall"),
        ("ドラゴン", "ドラゴンボール"),
        ("÷", "÷"),
        ("m", "M"),
        ("le guin", "The Dispossessed"),
    ],
)
def test_what_is_meant_comes_first(text: str, first: str) -> None:
    found = told(
        book("google_books", "Dune Messiah", "Frank Herbert", 1969),
        film("tmdb", "Dune: Part Two", "Denis Villeneuve", 2024),
        book("google_books", "Dune", "Frank Herbert", 1965),
        film("tmdb", "Amélie", "Jean-Pierre Jeunet", 2001),
        film("tmdb", "Spider-Man", "Sam Raimi", 2002),
        film("tmdb", "Spider-Man 2", "Sam Raimi", 2004),
        film("tmdb", "The Godfather Part II", "Francis Ford Coppola", 1974),
        film("tmdb", "The Godfather", "Francis Ford Coppola", 1972),
        track("lastfm", "Another Brick in the Wall", "Pink Floyd"),
        track("lastfm", "The Wall", "Pink Floyd"),
        film("tmdb", "ドラゴンボール", "", 1986),
        track("lastfm", "÷", "Ed Sheeran"),
        film("tmdb", "Malcolm X", "Spike Lee", 1992),
        film("tmdb", "M", "Fritz Lang", 1931),
        book("google_books", "The Dispossessed", "Ursula K. Le Guin", 1974),
    )
    assert titles(found, text)[0] == first


def test_at_equal_match_mine_then_the_catalogs_then_what_most_sources_know() -> None:
    lonely, agreed = (
        film("tmdb", "Home", "Ann Lee", 2001, tmdb=1),
        film("tmdb", "Home", "Bob Roe", 2012, tmdb=2, id="b"),
    )
    members = [
        *told(lonely, agreed),
        *told(film("wikidata", "Home", "Bob Roe", 2012)),
        item("Home", "Carl Poe", place=0),
        item("Home", "Dora May", place=1, kept=True),
    ]
    makers = [group.lead.creators[0] for group in ranked(merge(members), "home")]
    assert makers == ["Dora May", "Carl Poe", "Bob Roe", "Ann Lee"]


def test_a_better_match_from_outside_comes_before_the_catalogs() -> None:
    assert titles([item("Dune Messiah"), *told(film("tmdb", "Dune", "", 2021))], "dune") == ["Dune", "Dune Messiah"]


def test_the_catalogs_hits_stay_in_their_engines_order() -> None:
    hits = [item(title, place=place) for place, title in enumerate(["Zebra", "Dune", "Apple", "Dune Messiah"])]
    assert titles(hits, "dune") == ["Zebra", "Dune", "Apple", "Dune Messiah"]


def test_it_can_be_sorted_by_year_rating_and_title() -> None:
    one = of_candidate(game("igdb", "The Bard", "Ann", 1999), place=0)
    rated = SourceRating(value=4, scale=5, votes=10)
    two = Member(ref=("igdb", "2"), type="game", title="Ark", year=2020, rating=rated)
    three = Member(ref=("igdb", "3"), type="game", title="Cave")
    found = [one, two, three]
    assert titles(found, "", "newest") == ["Ark", "The Bard", "Cave"]
    assert titles(found, "", "rating")[0] == "Ark"
    assert titles(found, "", "title") == ["Ark", "The Bard", "Cave"]


EVERYTHING = merge(
    [of_candidate(candidate, place=at % 7) for at, (_, *two) in enumerate((*ONE, *TWO)) for candidate in two]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(EVERYTHING), max_size=25, unique_by=lambda group: group.key),
    st.sampled_from(["", "dune", "the", "dune herbert", "creep live", "hercuels", "%_\\"]),
    st.sampled_from(SORTS),
    st.randoms(use_true_random=False),
)
def test_the_order_is_the_same_however_they_come(groups: list[Group], text: str, sort: Sort, random: Any) -> None:
    shuffled = groups[:]
    random.shuffle(shuffled)
    once = ranked(groups, text, sort)
    assert ranked(shuffled, text, sort) == once
    assert {group.key for group in once} == {group.key for group in groups}
