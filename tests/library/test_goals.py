"""Goals: one of a year and medium, however many set it at once; who sets it over another's says which they saw."""

import asyncio

import pytest
from sqlalchemy import func, select

from app.kit.db import Database
from app.kit.errors import Stale
from app.kit.ids import UUID
from app.library import goals, log_keeping, timeline
from app.library.log_forms import GoalForm, LogForm
from app.library.log_models import Goal
from tests.rows import a_user, items


async def set_goal(database: Database, user: UUID, target: int, since: int | None = None) -> None:
    async with database.session() as session:
        await goals.set_goal(session, user, GoalForm(year=2026, target=target), since=since)


async def test_twenty_who_set_a_goal_at_once_set_one(database: Database) -> None:
    alice = await a_user(database, "Alice")
    await asyncio.gather(*(set_goal(database, alice, 10 + number) for number in range(20)))
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(Goal)) == 1
        (goal,) = (await timeline.year_of(session, alice, 2026)).goals
    assert 10 <= goal.target < 30
    assert goal.version == 20


async def test_a_goal_that_was_set_meanwhile_is_not_written_over_unseen(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    await set_goal(database, alice, 10, since=0)
    with pytest.raises(Stale) as stale:
        await set_goal(database, alice, 12, since=0)
    assert stale.value.theirs == {"target": 10}
    await set_goal(database, alice, 10, since=0)  # the same again
    await set_goal(database, bob, 5, since=0)
    await set_goal(database, alice, 0)
    await set_goal(database, alice, 0)
    async with database.session() as session:
        assert (await timeline.year_of(session, alice, 2026)).goals == []
        assert [goal.target for goal in (await timeline.year_of(session, bob, 2026)).goals] == [5]


async def test_a_goal_that_was_changed_since_is_not_taken_away(database: Database) -> None:
    alice = await a_user(database, "Alice")
    await set_goal(database, alice, 10)
    await set_goal(database, alice, 12, since=1)
    with pytest.raises(Stale) as stale:
        await set_goal(database, alice, 0, since=1)
    assert stale.value.theirs == {"target": 12}
    for _ in range(2):
        await set_goal(database, alice, 0, since=2)
    async with database.session() as session:
        assert (await timeline.year_of(session, alice, 2026)).goals == []


async def test_a_work_that_was_finished_three_times_counts_once(database: Database) -> None:
    alice, (dune, emma) = await a_user(database, "Alice"), await items(database, "Dune", "Emma")
    await set_goal(database, alice, 10)
    async with database.session() as session:
        for item in (dune, dune, dune, emma):
            form = LogForm.read({"kind": "finished", "day": "2026-05-17"})
            await log_keeping.log(session, alice, item, form)
        year = await timeline.year_of(session, alice, 2026)
    assert (year.done(year.goals[0]), year.finished, list(year.days.values())) == (2, {"book": 2}, [4])


async def test_a_goal_that_was_taken_away_and_set_again_is_another(database: Database) -> None:
    alice = await a_user(database, "Alice")
    for target in (10, 12, 0, 20):
        await set_goal(database, alice, target)
    with pytest.raises(Stale):
        await set_goal(database, alice, 14, since=2)
    with pytest.raises(Stale):
        await set_goal(database, alice, 0, since=2)
