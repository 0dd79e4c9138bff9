"""Storing: one work is one item, whoever adds it and however many at once."""

import asyncio
import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.catalog.candidates import (
    BookFacts,
    Candidate,
    Cover,
    Facts,
    GameFacts,
    Identifier,
    MovieFacts,
    MusicFacts,
    PartialDate,
    SourceRating,
)
from app.catalog.models import (
    DESCRIPTION_MAX,
    TITLE_MAX,
    BookItem,
    GameItem,
    MediaIdentifier,
    MediaItem,
    MediaSource,
    MovieItem,
    MusicItem,
)
from app.catalog.storing import RAW_MAX, item_of, sort_title, store
from app.kit.db import AsyncSession, Base, Database
from app.kit.events import Event
from app.kit.ids import UUID
from app.library.models import UserItemState
from tests.rows import a_candidate, a_user

ISBN = Identifier(scheme="isbn13", value="9780441172719")
WHOLE = Candidate(
    source="google_books",
    external_id="B1hSG45JCX4C",
    title="Dune",
    subtitle="Book One",
    original_title="Dune",
    creators=("Frank Herbert",),
    released=PartialDate(value=dt.date(1965, 8, 1), precision="month"),
    description="Arrakis.",
    language="en",
    genres=("Fiction",),
    cover=Cover(provider="google_books", key="B1hSG45JCX4C"),
    identifiers=(ISBN, Identifier(scheme="oclc", value="1234")),
    rating=SourceRating(value=4.5, scale=5, votes=12),
    popularity=0.5,
    url="https://books.google.com/books?id=B1hSG45JCX4C",
    facts=BookFacts(authors=("Frank Herbert",), publisher="Chilton", pages=412, series="Dune"),
    raw={"volumeInfo": {"title": "Dune"}},
)


def changed(candidate: Candidate = WHOLE, **fields: Any) -> Candidate:
    return msgspec.structs.replace(candidate, **fields)


async def stored(database: Database, candidate: Candidate) -> UUID:
    async with database.session() as session:
        return await store(session, candidate)


async def at_once(database: Database, candidates: Iterable[Candidate]) -> list[UUID]:
    return await asyncio.gather(*(stored(database, candidate) for candidate in candidates))


async def count(database: Database, table: type[Base]) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def item(database: Database, item_id: UUID) -> MediaItem:
    async with database.session() as session:
        return await session.get_one(MediaItem, item_id)


async def test_a_new_work_is_kept_with_everything_that_is_said_of_it(session: AsyncSession) -> None:
    id_ = await store(session, WHOLE)
    row = await session.get_one(MediaItem, id_)
    assert (row.type, row.title, row.subtitle, row.creators) == ("book", "Dune", "Book One", ["Frank Herbert"])
    assert (row.released, row.released_precision, row.year) == (dt.date(1965, 8, 1), "month", 1965)
    assert (row.cover_provider, row.cover_key, row.popularity) == ("google_books", "B1hSG45JCX4C", 0.5)
    facts = await session.get_one(BookItem, id_)
    assert (facts.authors, facts.publisher, facts.pages, facts.series) == (["Frank Herbert"], "Chilton", 412, "Dune")
    assert set((await session.execute(select(MediaIdentifier.scheme, MediaIdentifier.value))).all()) == {
        ("isbn13", "9780441172719"),
        ("oclc", "1234"),
    }
    source = (await session.scalars(select(MediaSource))).one()
    assert (source.source_name, source.external_id, source.item_id) == ("google_books", "B1hSG45JCX4C", id_)
    assert (source.rating_value, source.rating_scale, source.rating_votes) == (4.5, 5, 12)
    assert source.raw_payload == WHOLE.raw
    assert source.raw_bytes == len(msgspec.json.encode(WHOLE.raw))
    assert await item_of(session, "google_books", "B1hSG45JCX4C") == id_
    assert await item_of(session, "tmdb", "B1hSG45JCX4C") is None


@pytest.mark.parametrize(
    ("facts", "table"),
    [(BookFacts(), BookItem), (MovieFacts(), MovieItem), (GameFacts(), GameItem), (MusicFacts(), MusicItem)],
)
async def test_each_medium_has_its_own_facts(session: AsyncSession, facts: Facts, table: type[Base]) -> None:
    id_ = await store(session, a_candidate("a", "1", facts=facts))
    assert await session.get(table, id_) is not None


async def test_the_same_thing_twice_is_one_item_with_one_provenance(database: Database) -> None:
    first = await stored(database, WHOLE)
    second = await stored(database, changed(rating=SourceRating(value=3.0, scale=5, votes=20), raw={"new": 1}))
    assert first == second
    assert await count(database, MediaSource) == await count(database, MediaItem) == 1
    async with database.session() as session:
        source = (await session.scalars(select(MediaSource))).one()
    assert (source.rating_value, source.raw_payload) == (3.0, {"new": 1})


async def test_a_strong_identifier_joins_what_two_sources_say(database: Database) -> None:
    first = await stored(database, WHOLE)
    other = Candidate(
        source="openlibrary", external_id="OL1", title="Dune!", facts=BookFacts(pages=500), identifiers=(ISBN,)
    )
    assert await stored(database, other) == first
    assert await count(database, MediaSource) == 2


async def test_a_weak_identifier_joins_nothing(database: Database) -> None:
    weak = (Identifier(scheme="oclc", value="1234"),)
    first = await stored(database, WHOLE)
    assert await stored(database, changed(source="other", external_id="1", identifiers=weak)) != first


async def test_an_identifier_never_joins_two_media(database: Database) -> None:
    film = Identifier(scheme="wikidata", value="Q190192")
    book = await stored(database, changed(identifiers=(film,)))
    movie = await stored(
        database,
        Candidate(source="tmdb", external_id="movie/841", title="Dune", facts=MovieFacts(), identifiers=(film,)),
    )
    assert movie != book
    assert await count(database, MediaIdentifier) == 1  # the first to be called so keeps the name


async def test_the_kind_of_an_identifier_keeps_reused_numbers_apart(database: Database) -> None:
    ids = [
        await stored(
            database,
            Candidate(
                source="tmdb",
                external_id=f"{kind}/1",
                title="One",
                facts=MovieFacts(),
                identifiers=(Identifier(scheme="tmdb", kind=kind, value="1"),),
            ),
        )
        for kind in ("movie", "tv")
    ]
    assert len(set(ids)) == 2


async def test_gaps_are_filled_and_nothing_is_overwritten(database: Database) -> None:
    first = Candidate(
        source="a",
        external_id="1",
        title="Dune",
        creators=("Frank Herbert",),
        facts=BookFacts(pages=412),
        identifiers=(ISBN,),
        popularity=0.2,
    )
    second = changed(source="b", external_id="2", title="DUNE", creators=("F. Herbert",))
    id_ = await stored(database, first)
    assert await stored(database, second) == id_
    async with database.session() as session:
        row, facts = await session.get_one(MediaItem, id_), await session.get_one(BookItem, id_)
    assert (row.title, row.creators, facts.pages) == ("Dune", ["Frank Herbert"], 412)
    assert (row.subtitle, row.description, row.genres, row.language) == ("Book One", "Arrakis.", ["Fiction"], "en")
    assert (row.released, row.released_precision, row.year) == (dt.date(1965, 8, 1), "month", 1965)
    assert (row.cover_provider, row.popularity, facts.publisher) == ("google_books", 0.5, "Chilton")


async def test_a_later_source_does_not_sharpen_a_date(database: Database) -> None:
    """2004 is what was known first; two sources that differ are not mixed into a third date."""
    id_ = await stored(database, changed(released=PartialDate(value=dt.date(1965, 1, 1), precision="year")))
    await stored(database, changed(source="b", released=PartialDate(value=dt.date(1966, 3, 4), precision="day")))
    row = await item(database, id_)
    assert (row.released, row.released_precision, row.year) == (dt.date(1965, 1, 1), "year", 1965)


async def test_renown_only_grows(database: Database) -> None:
    id_ = await stored(database, changed(popularity=0.9))
    await stored(database, changed(popularity=0.1))
    assert (await item(database, id_)).popularity == 0.9
    await stored(database, changed(popularity=7.0))
    assert (await item(database, id_)).popularity == 1.0


async def test_twenty_who_add_the_same_work_at_once_make_one_item(database: Database) -> None:
    works = [changed(source=f"source{n % 2}", external_id=f"id{n % 2}", raw={"n": n % 2}) for n in range(20)]
    ids = await at_once(database, works)
    assert len(set(ids)) == 1
    assert await count(database, MediaItem) == await count(database, BookItem) == 1
    assert await count(database, MediaIdentifier) == 2
    async with database.session() as session:
        said = set((await session.execute(select(MediaSource.source_name, MediaSource.external_id))).all())
    assert said == {("source0", "id0"), ("source1", "id1")}


async def test_twenty_who_share_names_in_every_order_neither_wait_for_ever_nor_double(database: Database) -> None:
    names = [Identifier(scheme=scheme, value=str(n)) for n in range(6) for scheme in ("isbn13", "oclc")]
    turned = [tuple(names[n % 12 :] + names[: n % 12]) for n in range(20)]
    ids = await at_once(
        database, [changed(source="s", external_id=str(n), identifiers=each) for n, each in enumerate(turned)]
    )
    assert len(set(ids)) == 1
    assert (await count(database, MediaIdentifier), await count(database, MediaSource)) == (12, 20)


async def test_a_raw_answer_beyond_the_cap_is_measured_and_not_kept(database: Database) -> None:
    await stored(database, changed(raw={"text": "x" * RAW_MAX}))
    async with database.session() as session:
        kept = select(MediaSource.raw_bytes, MediaSource.raw_payload.is_(None))
        size, is_null = (await session.execute(kept)).one()
    assert size > RAW_MAX
    assert is_null


async def test_what_postgres_cannot_hold_is_kept_as_what_it_can(database: Database) -> None:
    hostile = "D\x00u\ud800ne"
    work = changed(
        title=hostile,
        subtitle=hostile,
        creators=(hostile,),
        description=hostile,
        raw={hostile: [hostile, float("nan")]},
        facts=BookFacts(authors=(hostile,), publisher=hostile),
        identifiers=(Identifier(scheme="oclc", value=hostile),),
        url=f"https://example.org/{hostile}",
    )
    id_ = await stored(database, work)
    assert (await item(database, id_)).title == "Du\ufffdne"
    assert await stored(database, work) == id_


async def test_huge_text_is_cut_and_not_refused(database: Database) -> None:
    huge = "漢" * 100_000
    id_ = await stored(database, changed(title=huge, description=huge, subtitle=huge, creators=(huge,)))
    row = await item(database, id_)
    assert len(row.title) == TITLE_MAX
    assert row.title.endswith("…")
    assert row.description is not None
    assert len(row.description) == DESCRIPTION_MAX


@pytest.mark.parametrize("precision", ["year", "month", "day"])
async def test_a_date_is_as_precise_as_it_was_given(session: AsyncSession, precision: Any) -> None:
    id_ = await store(session, changed(released=PartialDate(value=dt.date(2004, 1, 1), precision=precision)))
    assert (await session.get_one(MediaItem, id_)).released_precision == precision


@pytest.mark.parametrize(
    ("title", "sorted_as"),
    [
        ("The Left Hand of Darkness", "left hand of darkness"),
        ("A", "a"),
        ("The", "the"),
        ("An Éclair", "eclair"),
        ("Theory", "theory"),
        ("東京物語", "東京物語"),
    ],
)
def test_titles_are_put_in_order_without_their_article(title: str, sorted_as: str) -> None:
    assert sort_title(title) == sorted_as


async def test_an_item_takes_what_is_its_own_with_it(database: Database) -> None:
    id_, other = await stored(database, WHOLE), await stored(database, a_candidate("other", "1", "Emma"))
    async with database.session() as session:
        await session.execute(delete(MediaItem).where(MediaItem.id == id_))
    async with database.session() as session:
        assert (await session.scalars(select(MediaSource.item_id))).all() == [other]
        assert (await session.scalars(select(BookItem.item_id))).all() == [other]
    assert await count(database, MediaIdentifier) == 0


async def test_an_item_somebody_keeps_cannot_go(database: Database) -> None:
    id_, alice = await stored(database, WHOLE), await a_user(database, "Alice")
    async with database.session() as session:
        session.add(UserItemState(user_id=alice, item_id=id_))
    with pytest.raises(IntegrityError):
        async with database.session() as session:
            await session.execute(delete(MediaItem).where(MediaItem.id == id_))


async def test_storing_is_recorded_in_the_same_transaction(database: Database) -> None:
    async with database.session() as session:
        id_ = await store(session, WHOLE)
    async with database.session() as session:
        event = (await session.scalars(select(Event))).one()
    assert (event.topic, event.happened, event.subject_id) == ("item", "stored", id_)


async def test_what_is_rolled_back_never_happened(database: Database) -> None:
    async def fail() -> None:
        async with database.session() as session:
            await store(session, WHOLE)
            await session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    for table in (MediaItem, BookItem, MediaIdentifier, MediaSource, Event):
        assert await count(database, table) == 0


async def test_the_database_refuses_what_the_code_should_never_write(database: Database) -> None:
    right = {"type": "book", "title": "Dune", "sort_title": "dune"}
    for wrong in (
        {"type": "poem"},
        {"title": ""},
        {"title": "x" * 501},
        {"popularity": 1.5},
        {"released": dt.date(2004, 1, 1)},
        {"released": dt.date(2004, 1, 1), "released_precision": "century"},
        {"cover_key": "x"},
    ):
        with pytest.raises(IntegrityError):
            async with database.session() as session:
                session.add(MediaItem(**right | wrong))
