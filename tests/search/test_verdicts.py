"""Verdicts: what a host said of two rows, remembered for that host."""

import asyncio
from collections.abc import Iterable

import pytest
from sqlalchemy import func, select

from app.kit.db import AsyncSession, Database
from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.search.members import NO_VERDICTS, Ref, Verdicts, pair
from app.search.models import REF_MAX, MergeVerdict
from app.search.verdicts import ROW_MAX, forget, join, split, verdicts_of
from tests.rows import a_user

TMDB, ITUNES, WIKIDATA = ("tmdb", "movie/1"), ("itunes", "movie/2"), ("wikidata", "Q3")
ALL = [TMDB, ITUNES, WIKIDATA]


@pytest.fixture
async def alice(database: Database) -> UUID:
    return await a_user(database, "Alice")


async def test_what_was_said_is_remembered_whichever_was_named_first(session: AsyncSession, alice: UUID) -> None:
    await split(session, alice, [TMDB], [ITUNES])
    await join(session, alice, [WIKIDATA], [TMDB])
    assert await verdicts_of(session, alice, ALL) == Verdicts(
        splits=frozenset({pair(TMDB, ITUNES)}), joins=frozenset({pair(TMDB, WIKIDATA)})
    )


async def test_one_may_be_split_from_several(session: AsyncSession, alice: UUID) -> None:
    await split(session, alice, [TMDB], [ITUNES, WIKIDATA])
    said = await verdicts_of(session, alice, ALL)
    assert said.splits == {pair(TMDB, ITUNES), pair(TMDB, WIKIDATA)}


async def test_saying_it_twice_is_saying_it_once(session: AsyncSession, alice: UUID) -> None:
    for refs in ([TMDB], [ITUNES]):
        await split(session, alice, refs, [TMDB, ITUNES])
    assert await session.scalar(select(func.count()).select_from(MergeVerdict)) == 1


async def test_the_last_word_on_a_pair_holds(session: AsyncSession, alice: UUID) -> None:
    await split(session, alice, [TMDB], [ITUNES])
    await join(session, alice, [ITUNES], [TMDB])
    assert await verdicts_of(session, alice, ALL) == Verdicts(joins=frozenset({pair(TMDB, ITUNES)}))


async def test_what_was_said_can_be_taken_back(session: AsyncSession, alice: UUID) -> None:
    await split(session, alice, [TMDB], [ITUNES, WIKIDATA])
    for _ in range(2):
        await forget(session, alice, [TMDB, ITUNES])
    assert (await verdicts_of(session, alice, ALL)).splits == {pair(TMDB, WIKIDATA)}


async def test_only_pairs_that_are_both_there_matter(session: AsyncSession, alice: UUID) -> None:
    await split(session, alice, [TMDB], [ITUNES])
    assert await verdicts_of(session, alice, [TMDB, WIKIDATA]) == NO_VERDICTS
    assert await verdicts_of(session, alice, []) == NO_VERDICTS


async def test_what_one_host_says_changes_nothing_for_another(
    session: AsyncSession, database: Database, alice: UUID
) -> None:
    bob = await a_user(database, "Bob")
    await split(session, alice, [TMDB], [ITUNES])
    await join(session, bob, [TMDB], [WIKIDATA])
    await forget(session, bob, ALL)
    assert (await verdicts_of(session, alice, ALL)).splits == {pair(TMDB, ITUNES)}
    assert await verdicts_of(session, bob, ALL) == NO_VERDICTS


@pytest.mark.parametrize(
    "refs",
    [
        [],
        [("tmdb", "")],
        [("", "1")],
        [("tmdb", "\x00")],
        [("tmdb", "\ud800")],
        [("tmdb", "ü" * REF_MAX)],
        [("tmdb", str(number)) for number in range(ROW_MAX + 1)],
    ],
    ids=["none", "no id", "no source", "NUL", "a lone surrogate", "too long", "too many"],
)
async def test_what_cannot_be_a_row_is_refused_in_words(session: AsyncSession, alice: UUID, refs: list[Ref]) -> None:
    for say in (split, join):
        with pytest.raises(Invalid, match="Search again"):
            await say(session, alice, refs, [ITUNES])
    if len(refs) <= ROW_MAX:
        with pytest.raises(Invalid, match="Search again"):
            await forget(session, alice, refs)


async def test_the_longest_names_fit(session: AsyncSession, alice: UUID) -> None:
    long = [(source, "é" * ((REF_MAX - 6) // 2)) for source in ("lastfm", "itunes")]
    await split(session, alice, long[:1], long[1:])
    assert (await verdicts_of(session, alice, long)).splits == {pair(*long)}


async def test_twenty_at_once_neither_lock_each_other_out_nor_say_two_things(database: Database, alice: UUID) -> None:
    refs = [("tmdb", str(number)) for number in range(6)]

    async def say(number: int, refs: Iterable[Ref]) -> None:
        ordered = list(refs)[:: 1 if number % 2 else -1]
        async with database.session() as session:
            match number % 4:
                case 0 | 1:
                    await split(session, alice, ordered[:3], ordered[3:])
                case 2:
                    await join(session, alice, ordered[2:], ordered[:2])
                case _:
                    await forget(session, alice, ordered)

    async with asyncio.timeout(20):
        await asyncio.gather(*(say(number, refs) for number in range(20)))
    async with database.session() as session:
        said = await verdicts_of(session, alice, refs)
        assert not said.splits & said.joins
        assert len(said.splits) + len(said.joins) <= 15
