"""What sources that have not spoken of a work tell of it, and taking one of them at its word."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.catalog.candidates import Candidate
from app.catalog.models import MediaItem, MediaSource
from app.catalog.storing import store
from app.kit.db import Database
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, new_id
from app.search.contract import Question
from app.search.fan_out import NOTHING
from app.search.other_sources import ROWS_MAX, Taken, others, take_for
from app.search.rows import Row
from app.sources.previews import keep_previews
from tests.rows import a_user
from tests.search.pairs import book, film, series

DUNE = book("open_library", "Dune", "Frank Herbert", 1965, olid="OL893415W")
SAME = book("google_books", "Dune", "Herbert, Frank", 1965, volume="B1")
MESSIAH = book("google_books", "Dune Messiah", "Frank Herbert", 1969, volume="B2")
AGAIN = book("open_library", "Dune", "F. Herbert", 1984, olid="OL7W")
FILM = film("tmdb", "Dune", "Denis Villeneuve", 2021, tmdb=438631)
ON_WIKIDATA = film("wikidata", "Dune", "Denis Villeneuve", 2021, tmdb=438631, wikidata="Q60834962")
OLDER = film("wikidata", "Dune", "David Lynch", 1984, tmdb=841)
ON_TV = series("tvmaze", "Dune", "John Harrison", 2000)


async def stored(database: Database, candidate: Candidate) -> UUID:
    async with database.session() as session:
        return await store(session, candidate)


async def told(database: Database, item_id: UUID, *candidates: Candidate, text: str = "dune") -> list[Row]:
    viewer = await a_user(database, "Alice")
    async with database.session() as session:
        outside = replace(NOTHING, told=candidates, previews=await keep_previews(session, candidates))
        return list((await others(session, viewer, item_id, Question(text=text), outside)).rows)


async def preview(database: Database, candidate: Candidate) -> UUID:
    async with database.session() as session:
        (id_,) = (await keep_previews(session, [candidate])).values()
    return id_


async def taken(database: Database, item_id: UUID, preview_id: UUID) -> Taken:
    async with database.session() as session:
        return await take_for(session, {}, item_id, preview_id)


async def count(database: Database, model: type[MediaItem | MediaSource]) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_each_thing_told_is_a_row_and_what_seems_the_same_comes_first(database: Database) -> None:
    item = await stored(database, DUNE)
    rows = await told(database, item, MESSIAH, SAME, text="dune messiah")
    assert [(row.title, row.sources, len(row.previews)) for row in rows] == [
        ("Dune", ("google_books",), 1),
        ("Dune Messiah", ("google_books",), 1),
    ]


async def test_a_source_that_spoke_of_it_is_no_other(database: Database) -> None:
    item = await stored(database, DUNE)
    assert await told(database, item, DUNE, AGAIN) == []


async def test_what_is_another_item_says_so(database: Database) -> None:
    item, another = await stored(database, DUNE), await stored(database, MESSIAH)
    (row,) = await told(database, item, MESSIAH)
    assert row.item_id == another


async def test_what_cannot_be_it_is_not_offered(database: Database) -> None:
    """A series is no film, and what the same registry has under another number is another work there."""
    item = await stored(database, FILM)
    rows = await told(database, item, OLDER, ON_TV, ON_WIKIDATA)
    assert [row.sources for row in rows] == [("wikidata",)]


async def test_there_are_no_more_than_one_can_look_through(database: Database) -> None:
    item = await stored(database, DUNE)
    many = [book("google_books", f"Dune {n}", "Frank Herbert", 1965, id=str(n)) for n in range(ROWS_MAX + 5)]
    assert len(await told(database, item, *many)) == ROWS_MAX


async def test_of_a_work_that_is_gone_nothing_is_told(database: Database) -> None:
    with pytest.raises(NotFound):
        await told(database, new_id(), SAME)


async def test_what_nobody_has_becomes_a_new_item(database: Database) -> None:
    item = await stored(database, DUNE)
    new = await taken(database, item, await preview(database, SAME))
    assert (new.is_new, new.candidate.source) == (True, "google_books")
    assert new.item_id != item


async def test_what_a_registry_calls_the_same_is_the_same(database: Database) -> None:
    item = await stored(database, FILM)
    found = await taken(database, item, await preview(database, ON_WIKIDATA))
    assert (found.item_id, found.is_new) == (item, False)
    assert await count(database, MediaSource) == 2


async def test_what_is_another_item_already_goes_there(database: Database) -> None:
    item, another = await stored(database, DUNE), await stored(database, MESSIAH)
    found = await taken(database, item, await preview(database, MESSIAH))
    assert (found.item_id, found.is_new) == (another, False)


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (OLDER, "This work has TMDB 438631 and that one TMDB 841, so the two stay two."),
        (ON_TV, "That is a work of another kind, so the two stay two."),
        (DUNE, "That is a work of another kind, so the two stay two."),
    ],
)
async def test_what_cannot_be_it_is_refused_in_words_and_kept_nowhere(
    database: Database, candidate: Candidate, why: str
) -> None:
    item = await stored(database, FILM)
    with pytest.raises(Invalid) as refused:
        await taken(database, item, await preview(database, candidate))
    assert refused.value.errors == {"": why}
    assert (await count(database, MediaItem), await count(database, MediaSource)) == (1, 1)
