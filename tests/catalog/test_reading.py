"""An item as its page and lists show it."""

import datetime as dt

import pytest

from app.catalog import reading
from app.catalog.candidates import (
    BookFacts,
    Candidate,
    Facts,
    GameFacts,
    Identifier,
    MovieFacts,
    MusicFacts,
    PartialDate,
    SourceRating,
)
from app.catalog.storing import store
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import new_id
from tests.rows import a_candidate


@pytest.mark.parametrize(
    ("facts", "in_words"),
    [
        (
            BookFacts(series="Dune", publisher="Chilton", pages=412),
            [("Series", "Dune"), ("Publisher", "Chilton"), ("Pages", "412")],
        ),
        (
            MovieFacts(directors=("Ana", "Ben"), runtime_minutes=155),
            [("Kind", "Film"), ("Directed by", "Ana, Ben"), ("Length", "2 h 35 min")],
        ),
        (
            MovieFacts(kind="series", runtime_minutes=42, seasons=3),
            [("Kind", "Series"), ("Length", "42 min"), ("Seasons", "3")],
        ),
        (GameFacts(platforms=("PC", "Switch")), [("Platforms", "PC, Switch")]),
        (MusicFacts(kind="track", duration_ms=239_600), [("Kind", "Track"), ("Length", "4:00")]),
        (MusicFacts(label="4AD", track_count=12), [("Kind", "Album"), ("Tracks", "12"), ("Label", "4AD")]),
    ],
)
async def test_facts_are_told_in_words(session: AsyncSession, facts: Facts, in_words: list[tuple[str, str]]) -> None:
    id_ = await store(session, a_candidate("a", "1", facts=facts))
    assert (await reading.item(session, id_)).facts == in_words


async def test_the_page_names_registries_and_who_said_so(session: AsyncSession) -> None:
    said = Candidate(
        source="tmdb",
        external_id="movie/438631",
        title="Dune",
        url="https://www.themoviedb.org/movie/438631",
        facts=MovieFacts(),
        released=PartialDate(value=dt.date(2021, 1, 1), precision="year"),
        identifiers=(Identifier(scheme="imdb", value="tt1160419"), Identifier(scheme="unheard_of", value="7")),
        rating=SourceRating(value=7.8, scale=10, votes=3),
    )
    item = await reading.item(session, await store(session, said))
    assert (item.year, item.released, item.released_precision) == (2021, dt.date(2021, 1, 1), "year")
    assert item.identifiers == [("IMDb", "tt1160419"), ("unheard_of", "7")]
    (who,) = item.provenance
    assert (who.source, who.external_id, who.url) == ("tmdb", "movie/438631", said.url)
    assert (who.rating_value, who.rating_scale, who.rating_votes) == (7.8, 10, 3)


async def test_an_item_nobody_stored_is_not_found(session: AsyncSession) -> None:
    with pytest.raises(NotFound):
        await reading.item(session, new_id())
    with pytest.raises(NotFound):
        await reading.card(session, new_id())


async def test_only_the_very_thing_a_source_named_counts_as_stored(session: AsyncSession) -> None:
    one = await store(session, a_candidate("a", "1"))
    two = await store(session, a_candidate("b", "2"))
    assert await reading.stored(session, [("a", "1"), ("b", "2"), ("a", "2"), ("c", "1")]) == {
        ("a", "1"): one,
        ("b", "2"): two,
    }
    assert await reading.stored(session, []) == {}
