"""Series: which episodes are seen this time through, and which is next."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.catalog.episodes import Episode, is_due, keep_episodes
from app.catalog.models import MovieItem
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.library import keeping, log_keeping, timeline, watching
from app.library.forms import EntryForm
from app.library.log_forms import LogForm, SeenForm
from app.library.models import UserItemLog
from app.library.watching import Guide
from tests.rows import a_user, items

LAST_YEAR = clock.today() - timedelta(days=365)


async def a_series(database: Database, title: str = "Dark", *lengths: int, to_come: int = 0) -> UUID:
    """Seasons of these lengths, an episode a week; the last few have not aired yet."""
    (item,) = await items(database, title, type_="movie")
    numbers = [
        (season, number) for season, length in enumerate(lengths or (3, 2), 1) for number in range(1, length + 1)
    ]
    aired = [LAST_YEAR + timedelta(days=place) for place in range(len(numbers) - to_come)]
    aired += [clock.today() + timedelta(days=7 * (place + 1)) for place in range(to_come)]
    told = [
        Episode(season=season, number=number, title=f"Part {number}", aired=day)
        for (season, number), day in zip(numbers, aired, strict=True)
    ]
    async with database.session() as session:
        row = await session.get(MovieItem, item)
        assert row is not None
        row.kind = "series"
        await session.flush()
        await keep_episodes(session, item, "tvmaze", told)
    return item


async def see(database: Database, user: UUID, item: UUID, **form: Any) -> tuple[int, str | None]:
    async with database.session() as session:
        return await watching.see(session, user, item, SeenForm.read(form))


async def guide(database: Database, user: UUID, item: UUID, season: int | None = None) -> Guide:
    async with database.session() as session:
        return await watching.guide(session, user, item, season)


async def seen(database: Database, user: UUID, item: UUID) -> list[tuple[int, int]]:
    listed = [each for season in (await guide(database, user, item)).seasons for each in season.listed]
    return [(each.season, each.number) for each in listed if each.seen_on]


async def test_up_to_here_marks_all_before_it_and_what_is_next_follows(database: Database) -> None:
    alice, bob, dark = await a_user(database, "Alice"), await a_user(database, "Bob"), await a_series(database)
    assert await see(database, alice, dark, season=2, episode=1, up_to=True) == (4, None)
    assert await see(database, alice, dark, season=2, episode=1, up_to=True) == (0, None)
    assert await seen(database, alice, dark) == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert await seen(database, bob, dark) == []
    told = await guide(database, alice, dark)
    assert told.next_up is not None
    assert (told.next_up.season, told.next_up.number, told.next_up.title) == (2, 2, "Part 2")
    assert [(each.number, each.seen, each.episodes, each.is_open) for each in told.seasons] == [
        (1, 3, 3, False),
        (2, 1, 2, True),
    ]
    assert (told.seen, told.episodes, told.round, told.source) == (4, 5, 1, "tvmaze")


async def test_a_season_is_marked_as_far_as_it_has_aired_and_unmarked(database: Database) -> None:
    alice, dark = await a_user(database, "Alice"), await a_series(database, "Dark", 2, 4, to_come=2)
    assert (await see(database, alice, dark, season=2))[0] == 2
    assert await seen(database, alice, dark) == [(2, 1), (2, 2)]
    told = await guide(database, alice, dark)
    assert told.next_up is not None
    assert (told.next_up.number, told.next_up.has_aired) == (3, False)
    async with database.session() as session:
        assert await watching.unsee(session, alice, dark, SeenForm(season=2, episode=1)) == 1
        assert await watching.unsee(session, alice, dark, SeenForm(season=2)) == 1
        assert (await timeline.of_item(session, alice, dark)).removed is not None  # and can be put back
    assert await seen(database, alice, dark) == []


async def test_twenty_who_mark_at_once_mark_each_episode_once(database: Database) -> None:
    alice, dark = await a_user(database, "Alice"), await a_series(database, "Dark", 10)
    told = await asyncio.gather(
        *(see(database, alice, dark, season=1, episode=5 + number % 5, up_to=True) for number in range(20))
    )
    assert sum(number for number, _ in told) == 9
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(UserItemLog)) == 9


async def test_the_next_time_through_begins_with_the_first_again(database: Database) -> None:
    alice, dark = await a_user(database, "Alice"), await a_series(database)
    async with database.session() as session:
        await keeping.keep(session, alice, dark)
    assert (await see(database, alice, dark, season=1))[1] == "active"
    async with database.session() as session:
        await log_keeping.log(session, alice, dark, LogForm.read({"kind": "finished"}))
    assert len(await seen(database, alice, dark)) == 3
    assert (await see(database, alice, dark, season=2))[0] == 2  # one that came later is no new time through
    async with database.session() as session:
        await log_keeping.log(session, alice, dark, LogForm.read({"kind": "started"}))
    told = await guide(database, alice, dark)
    assert (told.round, told.seen) == (2, 0)
    assert told.next_up is not None
    assert (told.next_up.season, told.next_up.number) == (1, 1)


async def test_what_was_seen_long_ago_takes_nothing_off_what_is_seen_now(database: Database) -> None:
    alice, dark = await a_user(database, "Alice"), await a_series(database)
    await see(database, alice, dark, season=1)
    async with database.session() as session:
        await keeping.mark(session, alice, dark, EntryForm(status="active"))
        await log_keeping.log(session, alice, dark, LogForm.read({"kind": "finished", "day": "2012-05-01"}))
        (row,) = await watching.next_up(session, alice)
    told = await guide(database, alice, dark)
    assert (told.round, told.time, told.seen) == (1, 2, 3)
    assert (row.season, row.number) == (2, 1)
    assert (await see(database, alice, dark, season=2))[0] == 2
    assert len(await seen(database, alice, dark)) == 5


async def test_episodes_nobody_told_of_are_not_marked(database: Database) -> None:
    alice, dark = await a_user(database, "Alice"), await a_series(database)
    for form in ({"season": 9}, {"season": 1, "episode": 9}):
        with pytest.raises(NotFound):
            await see(database, alice, dark, **form)


async def test_of_a_long_series_one_season_is_listed(database: Database) -> None:
    alice, long = await a_user(database, "Alice"), await a_series(database, "Long", 150, 151)
    whole = await guide(database, alice, long)
    assert [len(each.listed) for each in whole.seasons] == [150, 0]
    second = await guide(database, alice, long, 2)
    assert [(len(each.listed), each.is_open) for each in second.seasons] == [(0, False), (151, True)]


async def test_next_up_has_series_under_way_the_last_watched_first(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    names = ("Dark", "Lost", "Wanted", "Seen", "Done", "Waiting")
    dark, lost, wanted, whole, done, waiting = [
        await a_series(database, name, 2, to_come=1 if name == "Waiting" else 0) for name in names
    ]
    async with database.session() as session:
        for item in (dark, lost, whole, waiting):
            await keeping.mark(session, alice, item, EntryForm(status="active"))
        await keeping.mark(session, alice, done, EntryForm(status="done"))
        await keeping.mark(session, bob, dark, EntryForm(status="active"))
        await keeping.keep(session, alice, wanted)
    await see(database, alice, lost, season=1, episode=1, day="2026-02-01")
    await see(database, alice, dark, season=1, episode=1, day="2026-01-01")
    await see(database, alice, whole, season=1)
    await see(database, alice, waiting, season=1)
    async with database.session() as session:
        rows = await watching.next_up(session, alice)
        assert [(row.title, row.season, row.number, row.unseen) for row in rows] == [
            ("Lost", 1, 2, 1),
            ("Dark", 1, 2, 1),
        ]
        assert [row.title for row in await watching.next_up(session, alice, at_most=1)] == ["Lost"]
        (his,) = await watching.next_up(session, bob)
        assert (his.number, his.episode_title, his.unseen) == (1, "Part 1", 2)
        await keep_episodes(session, done, "tvmaze", [Episode(season=1, number=1, aired=date(2020, 1, 1))])
    async with database.session() as session:  # nothing of it was ever marked: it says nothing that it went on
        assert "Done" not in [row.title for row in await watching.next_up(session, alice)]


async def test_what_was_skipped_is_next_up_once_nothing_later_is_left(database: Database) -> None:
    alice, dark = await a_user(database, "Alice"), await a_series(database, "Dark", 5, 5)
    await see(database, alice, dark, season=1)
    await see(database, alice, dark, season=2, episode=4, up_to=True)
    async with database.session() as session:
        await keeping.mark(session, alice, dark, EntryForm(status="active"))
        for number in (3, 5):
            await watching.unsee(session, alice, dark, SeenForm(season=1, episode=number))
    for place, left in (((2, 5), 3), ((1, 3), 2), ((1, 5), 1)):
        following = (await guide(database, alice, dark)).next_up
        async with database.session() as session:
            (row,) = await watching.next_up(session, alice)
        assert following is not None
        assert (following.season, following.number) == (row.season, row.number) == place
        assert row.unseen == left
        await see(database, alice, dark, season=place[0], episode=place[1])
    assert (await guide(database, alice, dark)).next_up is None
    async with database.session() as session:
        assert await watching.next_up(session, alice) == []


async def test_a_series_that_is_done_and_went_on_lately_is_next_up_again(database: Database) -> None:
    alice = await a_user(database, "Alice")
    back, over = await a_series(database, "Back", 2), await a_series(database, "Over", 2)
    for item in (back, over):
        await see(database, alice, item, season=1)
        async with database.session() as session:
            await keeping.mark(session, alice, item, EntryForm(status="done"))
    aired = {back: clock.today() - timedelta(days=10), over: LAST_YEAR}
    async with database.session() as session:
        for item, day in aired.items():
            told = [Episode(season=season, number=1, title="Again", aired=day) for season in (1, 2)]
            await keep_episodes(session, item, "tvmaze", told)
        rows = await watching.next_up(session, alice)
    assert [(row.title, row.season, row.number) for row in rows] == [("Back", 2, 1)]


async def test_what_is_told_anew_takes_the_place_of_what_was_told(database: Database) -> None:
    alice, dark = await a_user(database, "Alice"), await a_series(database)
    await see(database, alice, dark, season=1)
    async with database.session() as session:
        assert not await is_due(session, dark)
        assert await is_due(session, dark, clock.now() + timedelta(hours=25))
        told = [Episode(season=1, number=number, title="New") for number in (1, 2)]
        assert await keep_episodes(session, dark, "tmdb", told) == 2
        assert await keep_episodes(session, dark, "tmdb", []) == 0  # nobody knew this time
    now = await guide(database, alice, dark)
    assert [(each.title, bool(each.seen_on)) for each in now.seasons[0].listed] == [("New", True), ("New", True)]
    assert len(now.seasons) == 1
    async with database.session() as session:
        (book,) = await items(database, "A book")
        assert not await is_due(session, book)
