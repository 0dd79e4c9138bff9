"""Previews live for a day: long enough to open what a search found."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.catalog.candidates import BookFacts, Candidate, MovieFacts
from app.kit.db import AsyncSession, Database
from app.kit.errors import NotFound
from app.kit.ids import new_id
from app.sources.models import SearchPreview
from app.sources.previews import LIFETIME, RAW_MAX, keep_previews, preview_of, sweep
from app.sources.tmdb import candidate_of_movie
from tests.sources.fixture import fixture

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def book(number: int = 1, title: str = "Dune", raw: Any = None) -> Candidate:
    return Candidate(source="google_books", external_id=f"b{number}", title=title, facts=BookFacts(), raw=raw)


async def how_many(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(SearchPreview)) or 0


async def test_what_was_kept_comes_back_whole(session: AsyncSession) -> None:
    film = candidate_of_movie(fixture("tmdb_movie"))
    assert film is not None
    kept = await keep_previews(session, [film, book()], NOW)
    assert set(kept) == {("tmdb", "movie/438631"), ("google_books", "b1")}
    assert await preview_of(session, kept["tmdb", "movie/438631"], NOW) == film
    assert isinstance(film.facts, MovieFacts)


async def test_the_same_work_found_again_is_the_same_preview_made_fresh(session: AsyncSession) -> None:
    first = await keep_previews(session, [book(title="Dune")], NOW)
    second = await keep_previews(session, [book(title="Dune, revised")], NOW + timedelta(hours=20))
    assert first == second
    (key,) = first.values()
    assert (await preview_of(session, key, NOW + timedelta(hours=30))).title == "Dune, revised"
    assert await how_many(session) == 1


async def test_one_answer_may_hold_a_work_twice(session: AsyncSession) -> None:
    assert len(await keep_previews(session, [book(), book(title="Again")], NOW)) == 1


async def test_nothing_found_is_nothing_kept(session: AsyncSession) -> None:
    assert await keep_previews(session, [], NOW) == {}


async def test_an_expired_preview_says_what_to_do(session: AsyncSession) -> None:
    (key,) = (await keep_previews(session, [book()], NOW)).values()
    with pytest.raises(NotFound, match="Search again"):
        await preview_of(session, key, NOW + LIFETIME)
    with pytest.raises(NotFound, match="Search again"):
        await preview_of(session, new_id(), NOW)


async def test_sweeping_takes_what_is_past_and_leaves_the_rest(session: AsyncSession) -> None:
    await keep_previews(session, [book(1), book(2)], NOW)
    await keep_previews(session, [book(3)], NOW + timedelta(hours=1))
    assert await sweep(session, NOW + LIFETIME) == 2
    assert await sweep(session, NOW + LIFETIME) == 0
    assert await how_many(session) == 1


async def test_what_postgres_would_refuse_is_scrubbed(session: AsyncSession) -> None:
    odd = {"a\x00": "b\x00", "c": "\ud800", "d": [float("nan"), float("inf")]}
    (key,) = (await keep_previews(session, [book(title="D\x00une", raw=odd)], NOW)).values()
    preview = await preview_of(session, key, NOW)
    assert (preview.title, preview.raw) == ("Dune", {"a": "b", "c": "\ufffd", "d": [None, None]})


async def test_a_huge_raw_answer_is_not_kept_but_its_work_is(session: AsyncSession) -> None:
    (key,) = (await keep_previews(session, [book(raw="x" * RAW_MAX)], NOW)).values()
    preview = await preview_of(session, key, NOW)
    assert (preview.title, preview.raw) == ("Dune", None)


async def test_two_searches_at_once_do_not_lock_each_other_out(database: Database) -> None:
    async def keep(books: list[Candidate]) -> dict[tuple[str, str], Any]:
        async with database.session() as session:
            return await keep_previews(session, books, NOW)

    books = [book(number) for number in range(50)]
    kept = await asyncio.gather(*(keep(books if turn % 2 else books[::-1]) for turn in range(8)))
    assert all(each == kept[0] for each in kept)
