"""Answers are remembered for minutes, failures for seconds, and for everybody."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.catalog.candidates import BookFacts, Candidate
from app.kit.db import AsyncSession, Database, driver_of
from app.sources.answers import (
    CHANNEL,
    FAILURE_LIFETIME,
    LIFETIME,
    Query,
    is_known,
    known,
    remember,
    sweep,
    told_before,
)
from app.sources.asking import Answer
from app.sources.models import SearchPreview, SourceAnswer
from app.sources.previews import sweep as sweep_previews

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DUNE = Query("Dune")


def books(*titles: str) -> Answer:
    found = tuple(
        Candidate(source="books", external_id=title, title=title, facts=BookFacts(), raw={"t": title})
        for title in titles
    )
    return Answer(source="books", label="Books", state="answered", sentence="", candidates=found, milliseconds=12)


def broken(until: datetime | None = None) -> Answer:
    return Answer(source="films", label="Films", state="failed", kind="down", sentence="Films is down.", until=until)


async def test_what_was_found_comes_back_in_its_order(session: AsyncSession) -> None:
    await remember(session, DUNE, books("Messiah", "Dune", "Children"), NOW)
    answer = (await known(await driver_of(session), DUNE, NOW))["books"]
    assert [each.title for each in answer.found.values()] == ["Messiah", "Dune", "Children"]
    assert (answer.state, answer.kind, answer.milliseconds, answer.asked_at) == ("answered", None, 12, NOW)
    assert all(each.raw is None for each in answer.found.values())  # not carried through lists


@pytest.mark.parametrize("typed", ["Dune", " dune ", "DUNE", "Ｄｕｎｅ", "dune\x00"])
async def test_equal_questions_are_one_however_they_are_typed(session: AsyncSession, typed: str) -> None:
    await remember(session, DUNE, books("Dune"), NOW)
    assert Query(typed).key == DUNE.key
    assert set(await known(await driver_of(session), Query(typed), NOW)) == {"books"}


async def test_a_page_knows_what_those_before_it_have(session: AsyncSession) -> None:
    for page, title in enumerate(("Dune", "Messiah", "Children"), 1):
        await remember(session, Query("dune", None, page), books(title), NOW)
    driver = await driver_of(session)
    told = [await told_before(driver, Query("dune", None, page), NOW) for page in (1, 2, 3)]
    assert told == [set(), {("books", "Dune")}, {("books", "Dune"), ("books", "Messiah")}]
    assert await told_before(driver, Query("dune", None, 3), NOW + LIFETIME) == set()


@pytest.mark.parametrize("other", [Query("dune 2"), Query("dune", "book"), Query("dune", None, 2), Query("1\ndune")])
async def test_other_questions_are_others(session: AsyncSession, other: Query) -> None:
    await remember(session, DUNE, books("Dune"), NOW)
    assert other.key != DUNE.key
    assert await known(await driver_of(session), other, NOW) == {}


async def test_an_answer_holds_for_ten_minutes(session: AsyncSession) -> None:
    await remember(session, DUNE, books("Dune"), NOW)
    driver, last = await driver_of(session), NOW + LIFETIME
    assert await known(driver, DUNE, last - timedelta(seconds=1))
    assert await is_known(driver, DUNE, "books", last - timedelta(seconds=1))
    assert not await known(driver, DUNE, last)
    assert not await is_known(driver, DUNE, "books", last)


@pytest.mark.parametrize(
    ("until", "holds"),
    [
        (None, FAILURE_LIFETIME),
        (NOW + timedelta(seconds=90), timedelta(seconds=90)),
        (NOW + timedelta(days=9), LIFETIME),
    ],
)
async def test_a_failure_holds_until_it_may_be_asked_again(
    session: AsyncSession, until: datetime | None, holds: timedelta
) -> None:
    await remember(session, DUNE, broken(until), NOW)
    answer = (await known(await driver_of(session), DUNE, NOW))["films"]
    assert (answer.state, answer.kind, answer.sentence) == ("failed", "down", "Films is down.")
    assert answer.expires_at == NOW + holds


async def test_a_newer_answer_takes_the_place_of_the_older(session: AsyncSession) -> None:
    await remember(session, DUNE, books("Dune", "Messiah"), NOW)
    await remember(session, DUNE, books("Children"), NOW + timedelta(minutes=1))
    answer = (await known(await driver_of(session), DUNE, NOW + timedelta(minutes=2)))["books"]
    assert [each.title for each in answer.found.values()] == ["Children"]


async def test_who_waits_is_told_once_it_is_there(database: Database) -> None:
    async with database.listening.to(CHANNEL, DUNE.key) as waiter:
        async with database.session() as session:
            await remember(session, DUNE, books("Dune"))
        await asyncio.wait_for(waiter.wait(10), 1)
        async with database.direct.one() as connection:
            assert set(await known(connection, DUNE)) == {"books"}


async def test_the_sweep_takes_what_is_past_its_time_and_what_is_too_much(session: AsyncSession) -> None:
    for number in range(6):
        await remember(session, Query(f"Dune {number}"), books(f"Dune {number}"), NOW + timedelta(minutes=number))
    assert await sweep(session, NOW + LIFETIME, most=3) == 1
    await sweep_previews(session, NOW, most=2)
    left = (await session.scalars(select(SourceAnswer.question).order_by(SourceAnswer.question))).all()
    assert left == ["dune 3", "dune 4", "dune 5"]
    assert await session.scalar(select(func.count()).select_from(SearchPreview)) == 2
    answers = await known(await driver_of(session), Query("Dune 3"), NOW + timedelta(minutes=4))
    assert answers["books"].found == {}  # its preview is gone, and it is no fault
