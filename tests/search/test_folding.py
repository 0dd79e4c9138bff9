"""The database's folding functions, which both what is indexed and what is asked go through."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.kit.db import Database
from app.kit.text import storable
from app.search.mending import distance, one_edit_away

KEY = text("SELECT search_key(:given)")
ASKED = text("SELECT search_lexemes(:given, true)")
INDEXED = text("SELECT search_lexemes(:given, false)")
BOTH = text(
    "SELECT search_lexemes(:given, true) <@ search_lexemes(:given, false) OR search_lexemes(:given, true) = '{}'"
)
VECTOR = text("SELECT search_vector(:given, :given, :given, 1984)::text")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Godfather", "godfather"),
        ("Godfather, The", "the godfather"),
        ("WALL·E", "wall-e"),
        ("AC/DC", "acdc"),
        ("S.T.A.L.K.E.R.", "stalker"),
        ("Amélie", "AMELIE"),
        ("Amélie", "Ame\u0301lie"),
        ("Ø", "o"),
        ("Straße", "strasse"),
        ("ＤＵＮＥ", "dune"),
        ("Don’t Look Up", "dont look up"),
        ("20,000 Leagues", "20000 leagues"),
        ("P!nk", "pink"),
        ("The The", "the the"),
        ("سَلام", "سلام"),
        ("三國演義", "三国演义"),
        ("花樣年華", "花样年华"),
        ("豐田", "豊田"),
        ("ポニョ", "ぽにょ"),
    ],
)
async def test_titles_that_people_take_for_the_same_have_one_key(database: Database, one: str, other: str) -> None:
    async with database.session() as session:
        assert await session.scalar(KEY, {"given": one}) == await session.scalar(KEY, {"given": other})


@pytest.mark.parametrize(
    ("given_text", "asked", "also_indexed"),
    [
        ("Spider-Man", ["spider", "man"], {"spiderman"}),
        ("L'Étranger", ["letranger"], {"l", "etranger"}),
        ("J. R. R. Tolkien", ["jrr", "tolkien"], {"j", "r"}),
        ("七人の侍", ["七人", "人ノ", "ノ侍"], {"侍"}),
        ("1Q84年", ["1q84", "年"], set()),
        ("हिन्दी फिल्म", ["हिन्दी", "फिल्म"], set()),
        ("!!!", [], set()),
    ],
)
async def test_what_is_indexed_is_what_is_asked_and_more(
    database: Database, given_text: str, asked: list[str], also_indexed: set[str]
) -> None:
    async with database.session() as session:
        assert await session.scalar(ASKED, {"given": given_text}) == asked
        assert set(await session.scalar(INDEXED, {"given": given_text})) == {*asked, *also_indexed}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_text=st.text(max_size=120))
async def test_any_text_is_found_by_itself(database: Database, given_text: str) -> None:
    async with database.session() as session:
        given_text = storable(given_text)
        assert await session.scalar(BOTH, {"given": given_text})
        assert await session.scalar(KEY, {"given": given_text}) is not None
        assert "'#1984':" in await session.scalar(VECTOR, {"given": given_text})


@settings(max_examples=100, deadline=None)
@given(word=st.text(alphabet="abcdé", min_size=1, max_size=6))
def test_every_string_one_edit_away_is_at_distance_one(word: str) -> None:
    assert all(distance(word, near) <= 1 for near in one_edit_away(word))


@settings(max_examples=100, deadline=None)
@given(one=st.text(alphabet="ab1", max_size=5), other=st.text(alphabet="ab1", max_size=5))
def test_whatever_is_at_distance_one_is_found(one: str, other: str) -> None:
    if distance(one, other) == 1 and one:
        assert other in set(one_edit_away(one))


@pytest.mark.parametrize(("one", "other", "edits"), [("lsiten", "listen", 1), ("dune", "dunes", 1), ("ca", "abc", 3)])
def test_a_swap_of_neighbours_is_one_edit(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == edits
