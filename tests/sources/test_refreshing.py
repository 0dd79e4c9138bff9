"""Asking the sources of an item again: what they changed is told, and the catalog follows where it was theirs alone."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from app.catalog import comparing, reading
from app.catalog.candidates import BookFacts, Candidate, Cover, Identifier, PartialDate, SourceRating
from app.catalog.choosing import choose
from app.catalog.storing import store
from app.kit.db import Database
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID
from app.sources.refreshing import refresh
from app.sources.source import Source
from tests.pages.works import Shelf
from tests.rows import a_user

ISBN = (Identifier(scheme="isbn13", value="9780441013593"),)
DUNE = Candidate(
    source="a",
    external_id="1",
    title="Dune",
    subtitle="A novel",
    language="en",
    identifiers=ISBN,
    rating=SourceRating(value=4.0, scale=5, votes=10),
    facts=BookFacts(pages=412),
)
BESIDE = Candidate(
    source="b", external_id="2", title="DUNE", language="en", identifiers=ISBN, facts=BookFacts(publisher="Chilton")
)
EARLIER = text("UPDATE media_sources SET fetched_at = fetched_at - interval '2 minutes'")
UNSAID = text("UPDATE media_sources SET said = NULL")


async def stored(database: Database) -> UUID:
    async with database.session() as session:
        item = await store(session, DUNE)
        await store(session, BESIDE)
        await session.execute(EARLIER)
    return item


async def refreshed(database: Database, item: UUID, *sources: Source, only: str = "") -> list[tuple[str, bool]]:
    async with database.session() as session:
        heard = await refresh(session, {source.name: source for source in sources}, item, only)
    return [(each.sentence, each.is_down) for each in heard]


def changed(work: Candidate, **more: Any) -> Candidate:
    return msgspec.structs.replace(work, **more)


async def shown(database: Database, item: UUID, viewer: UUID | None = None) -> reading.Item:
    async with database.reading() as session:
        return await reading.item(session, item, viewer)


async def test_what_changed_is_told_in_words_and_a_dead_source_by_its_sentence(database: Database) -> None:
    item = await stored(database)
    dead = Shelf("b")
    dead.failure = dead.down("down")
    new = changed(DUNE, subtitle="The novel", rating=SourceRating(value=4.5, scale=5, votes=11))
    assert await refreshed(database, item, Shelf("a", new), dead) == [
        ("a changed what it says: subtitle, rating.", False),
        ("b is not working at the moment.", True),
    ]
    after = await shown(database, item)
    assert (after.title, after.subtitle) == ("Dune", "The novel")
    assert after.provenance[0].rating_value == 4.5


async def test_a_word_that_two_say_stays_when_one_changes_it(database: Database) -> None:
    item = await stored(database)
    await refreshed(database, item, Shelf("a", changed(DUNE, language="fr", facts=BookFacts(pages=500))), only="a:1")
    after = await shown(database, item)
    assert (after.language, after.told) == ("en", BookFacts(pages=500, publisher="Chilton"))


async def test_a_source_is_asked_of_a_work_once_a_minute(database: Database) -> None:
    item = await stored(database)
    shelf = Shelf("a", DUNE)
    assert await refreshed(database, item, shelf, only="a:1") == [("a says the same as before.", False)]
    ((sentence, _),) = await refreshed(database, item, shelf, only="a:1")
    assert sentence.startswith("a was asked a moment ago.")


async def test_words_that_were_not_kept_are_from_then_on(database: Database) -> None:
    item = await stored(database)
    async with database.session() as session:
        await session.execute(UNSAID)
    ((sentence, _),) = await refreshed(database, item, Shelf("a", DUNE), only="a:1")
    assert sentence == "a told us again. What it says can be compared from now on."
    async with database.reading() as session:
        told = await comparing.tellers(session, item)
    assert [each.said.get("title") for each in told] == ["Dune", None]


async def test_a_source_that_does_not_speak_of_it_is_not_asked(database: Database) -> None:
    item = await stored(database)
    with pytest.raises(NotFound):
        await refreshed(database, item, only="c:3")


async def test_only_what_differs_is_compared(database: Database) -> None:
    item = await stored(database)
    async with database.reading() as session:
        told = await comparing.tellers(session, item)
    lines = comparing.compared(await shown(database, item), told, {"title": "b:2"})
    assert [(line.field, line.chosen, [word.text for word in line.words]) for line in lines] == [
        ("title", "b:2", ["Dune", "Dune", "DUNE"])
    ]


async def test_a_choice_is_its_host_s_alone_and_outlives_what_the_source_says_next(database: Database) -> None:
    item = await stored(database)
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    async with database.session() as session:
        await choose(session, alice, item, {"title": "b:2"})
    assert (await shown(database, item, alice)).title == "DUNE"
    assert (await shown(database, item, bob)).title == "Dune"
    await refreshed(database, item, Shelf("b", changed(BESIDE, title="DUNE!")), only="b:2")
    hers = await shown(database, item, alice)
    assert (hers.title, hers.chosen) == ("DUNE!", {"title": "b"})
    async with database.session() as session:
        await choose(session, alice, item, {"title": ""})
    assert (await shown(database, item, alice)).title == "Dune"


@pytest.mark.parametrize("word", ["b:3", "nobody:1", "b:2"], ids=["another work", "no source", "nothing said"])
async def test_what_no_source_says_cannot_be_chosen(database: Database, word: str) -> None:
    item = await stored(database)
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        with pytest.raises(Invalid):
            await choose(session, alice, item, {"subtitle": word})


async def test_dates_and_covers_are_chosen_whole(database: Database) -> None:
    other = changed(
        BESIDE,
        released=PartialDate(value=dt.date(1965, 8, 1), precision="month"),
        cover=Cover(provider="openlibrary", key="7"),
    )
    async with database.session() as session:
        item = await store(session, changed(DUNE, released=PartialDate(value=dt.date(1966, 1, 1), precision="year")))
        await store(session, other)
        alice = await a_user(database, "Alice")
        await choose(session, alice, item, {"released": "b:2", "cover": "b:2", "publisher": "b:2"})
    hers = await shown(database, item, alice)
    assert (hers.released, hers.released_precision, hers.year) == (dt.date(1965, 8, 1), "month", 1965)
    assert (hers.cover_provider, hers.cover_key) == ("openlibrary", "7")
