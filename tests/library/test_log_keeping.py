"""The log: what happened, on which day, which time through; and that nothing said is lost."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id
from app.library import keeping, log_keeping, timeline
from app.library.forms import EntryForm
from app.library.log_forms import LogForm
from app.library.log_keeping import Logged
from app.library.log_models import RemovedLog
from app.library.models import UserItemLog
from tests.rows import a_user, items


async def log(database: Database, user: UUID, item: UUID, **form: Any) -> Logged:
    async with database.session() as session:
        return await log_keeping.log(session, user, item, LogForm.read(form))


async def count(database: Database) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(UserItemLog)) or 0


async def status(database: Database, user: UUID, item: UUID) -> str:
    async with database.session() as session:
        entry = await keeping.entry_of(session, user, item)
    assert entry is not None
    return str(entry.status)


async def test_a_book_is_read_twice(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    told = [
        {"kind": "started", "day": "2024-05-01"},
        {"kind": "progress", "day": "2024-05-03", "amount": "120", "unit": "page"},
        {"kind": "finished", "day": "2024-05-17", "note": "At last."},
        {"kind": "started", "day": "2026-01-02"},
        {"kind": "progress", "day": "2026-01-03", "amount": "1.5", "unit": "hours"},
        {"kind": "progress", "day": "2024-05-09", "amount": "80", "unit": "percent", "round": "1"},
    ]
    lines = [(await log(database, alice, dune, **each)).line for each in told]
    assert [line.round for line in lines] == [1, 1, 1, 2, 2, 1]
    assert (lines[4].amount, lines[4].unit) == (Decimal(90), "minutes")
    async with database.session() as session:
        mine = await timeline.of_item(session, alice, dune)
    assert [line.day.isoformat() for line in mine.lines] == [
        "2026-01-03", "2026-01-02", "2024-05-17", "2024-05-09", "2024-05-03", "2024-05-01",
    ]  # fmt: skip
    assert (mine.rounds, mine.lines[0].amount, mine.lines[2].note) == (2, Decimal(90), "At last.")


async def test_times_through_are_told_in_the_order_of_their_days(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    days = ("2026-05-17", "2012-05-01", "2026-06-01", "1999-01-01")
    told = [{"kind": "started" if day == "2026-06-01" else "finished", "day": day} for day in days]
    numbers = [(await log(database, alice, dune, **each)).line.round for each in told]
    assert numbers == [1, 2, 3, 4]
    assert (await log(database, alice, dune, amount="10", unit="page", day="2026-06-02")).line.round == 3
    async with database.session() as session:
        mine = await timeline.of_item(session, alice, dune)
        everything, _ = await timeline.lines(session, alice)
        assert await timeline.times_of(session, alice, dune) == {4: 1, 2: 2, 1: 3, 3: 4}
    times = [(4, 2026), (4, 2026), (3, 2026), (2, 2012), (1, 1999)]
    assert [(line.time, line.day.year) for line in mine.lines] == times
    assert [(line.time, line.day.year) for line in everything] == times
    assert (mine.rounds, mine.is_under_way, mine.may_start) == (4, True, False)


async def test_the_log_moves_the_entry_along_and_never_back(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    assert (await log(database, alice, dune, kind="started", day="2024-01-01")).moved_to is None  # it is not kept
    async with database.session() as session:
        await keeping.keep(session, alice, dune)
    assert (await log(database, alice, dune, amount="10", unit="page", day="2024-01-02")).moved_to == "active"
    assert (await log(database, alice, dune, kind="finished", day="2024-02-01")).moved_to == "done"
    assert (await log(database, alice, dune, kind="started", day="2024-03-01")).moved_to is None
    assert await status(database, alice, dune) == "done"
    assert (await log(database, alice, dune, kind="dropped", day="2024-03-02")).moved_to is None


async def test_what_is_told_late_moves_nothing_that_went_on_since(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    async with database.session() as session:
        await keeping.mark(session, alice, dune, EntryForm(status="active"))
    await log(database, alice, dune, kind="started", day="2026-01-01")
    assert (await log(database, alice, dune, kind="finished", day="2019-01-01", round="1")).moved_to is None
    assert await status(database, alice, dune) == "active"


async def test_twenty_who_start_at_once_start_once(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    told = await asyncio.gather(
        *(log(database, alice, dune, kind="started") for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(each, Logged) for each in told) == 1
    assert {type(each) for each in told} == {Logged, Invalid}
    assert await count(database) == 1


async def test_an_episode_is_seen_once_in_a_round(database: Database) -> None:
    alice, (dark,) = await a_user(database, "Alice"), await items(database, "Dark", type_="movie")
    first = await log(database, alice, dark, season="1", episode="3")
    again = await log(database, alice, dark, season="1", episode="3", note="again")
    assert (first.is_new, again.is_new, again.line.id) == (True, False, first.line.id)
    await log(database, alice, dark, kind="finished")
    assert (await log(database, alice, dark, season="2", episode="1")).line.round == 1  # a season that came later
    await log(database, alice, dark, kind="started")
    assert (await log(database, alice, dark, season="1", episode="3")).line.round == 2


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"day": "yesterday", "note": "x"}, "day", "Write the day as year-month-day, 2026-05-17."),
        ({"day": "1899-12-31", "note": "x"}, "day", "This is too long ago."),
        ({"day": (clock.today() + timedelta(days=2)).isoformat(), "note": "x"}, "day", "This day is still to come."),
        ({}, "amount", "Say how far you are, or write a note."),
        ({"amount": "7"}, "unit", "Say what this counts."),
        ({"amount": "101", "unit": "percent"}, "amount", "This must be 100 or less."),
        ({"amount": "-1", "unit": "page"}, "amount", "This must be 0 or more."),
        ({"amount": "NaN", "unit": "page"}, "amount", "This must be a number."),
        ({"season": "1"}, "episode", "Say season and episode, or neither."),
        ({"kind": "eaten"}, "kind", None),
        ({"note": "x" * 2001}, "note", "Use 2,000 characters or fewer (this has 2,001)."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(told: dict[str, str], field: str, sentence: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        LogForm.read(told).marks()
    assert list(refused.value.errors) == [field]
    assert sentence is None or refused.value.errors[field] == sentence


def test_tomorrow_is_somebody_s_today() -> None:
    tomorrow = clock.today() + timedelta(days=1)
    assert LogForm.read({"day": tomorrow.isoformat(), "note": "x"}).marks()["day"] == tomorrow
    assert LogForm.read({"day": "", "note": "x"}).day == clock.today()


async def test_a_line_is_changed_by_who_has_read_it(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    (dune,) = await items(database, "Dune")
    line = (await log(database, alice, dune, amount="10", unit="page")).line
    better = LogForm.read({"amount": "12", "unit": "page", "day": "2026-02-03"})
    async with database.session() as session:
        changed = await log_keeping.change(session, alice, line.id, better, since=1)
        assert (changed.amount, changed.day, changed.version) == (Decimal(12), date(2026, 2, 3), 2)
    async with database.session() as session:
        assert (await log_keeping.change(session, alice, line.id, better, since=1)).version == 2  # the same again
    with pytest.raises(Stale) as stale:
        async with database.session() as session:
            await log_keeping.change(session, alice, line.id, LogForm.read({"note": "x"}), since=1)
    assert stale.value.theirs["amount"] == 12
    async with database.session() as session:
        with pytest.raises(NotFound):
            await log_keeping.change(session, bob, line.id, better)
        with pytest.raises(NotFound):
            await log_keeping.remove(session, bob, line.id)


async def test_an_episode_is_not_changed_into_one_that_is_there(database: Database) -> None:
    alice, (dark,) = await a_user(database, "Alice"), await items(database, "Dark", type_="movie")
    await log(database, alice, dark, season="1", episode="1")
    second = (await log(database, alice, dark, season="1", episode="2")).line
    with pytest.raises(Invalid):
        async with database.session() as session:
            await log_keeping.change(session, alice, second.id, LogForm.read({"season": "1", "episode": "1"}))


async def test_twenty_lines_that_become_one_episode_at_once_become_it_once(database: Database) -> None:
    alice, (dark,) = await a_user(database, "Alice"), await items(database, "Dark", type_="movie")
    lines = [(await log(database, alice, dark, note=f"Note {number}")).line.id for number in range(20)]

    async def change(line: UUID) -> bool:
        async with database.session() as session:
            await log_keeping.change(session, alice, line, LogForm.read({"season": "1", "episode": "1"}))
        return True

    done = await asyncio.gather(*map(change, lines), return_exceptions=True)
    assert [type(each) for each in done if each is not True] == [Invalid] * 19


async def test_a_line_that_was_changed_while_it_was_waited_for_is_read_anew(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    line = (await log(database, alice, dune, note="One")).line.id
    async with database.session() as session:
        await log_keeping.line_of(session, alice, line)
        async with database.session() as theirs:
            await log_keeping.change(theirs, alice, line, LogForm.read({"note": "Two"}), since=1)
        with pytest.raises(Stale):
            await log_keeping.change(session, alice, line, LogForm.read({"note": "Three"}), since=1)


async def test_what_is_removed_is_put_back_as_it_was(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    (dune,) = await items(database, "Dune")
    line = (await log(database, alice, dune, amount="10.5", unit="percent", note="Sand\nagain.")).line
    async with database.session() as session:
        assert await log_keeping.remove(session, alice, line.id) == dune
    assert await count(database) == 0
    async with database.session() as session:
        removed = (await timeline.of_item(session, alice, dune)).removed
        assert removed is not None
        assert (removed.id, removed.kind) == (line.id, "progress")
        with pytest.raises(NotFound):
            await log_keeping.put_back(session, bob, line.id)
    for _ in range(2):
        async with database.session() as session:
            back = await log_keeping.put_back(session, alice, line.id)
        assert {name: getattr(back, name) for name in ("id", "amount", "unit", "note", "day", "created_at")} == {
            name: getattr(line, name) for name in ("id", "amount", "unit", "note", "day", "created_at")
        }
    assert await count(database) == 1


async def test_an_episode_seen_again_meanwhile_is_not_put_back_twice(database: Database) -> None:
    alice, (dark,) = await a_user(database, "Alice"), await items(database, "Dark", type_="movie")
    line = (await log(database, alice, dark, season="1", episode="1")).line
    async with database.session() as session:
        await log_keeping.remove(session, alice, line.id)
    await log(database, alice, dark, season="1", episode="1")
    with pytest.raises(NotFound):
        async with database.session() as session:
            await log_keeping.put_back(session, alice, line.id)
    assert await count(database) == 1


async def test_for_a_day_each_that_was_removed_is_offered_the_last_first(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    lines = [(await log(database, alice, dune, note=note)).line.id for note in ("One", "Two")]
    async with database.session() as session:
        for number, line in enumerate(lines):
            await log_keeping.remove(session, alice, line)
            age = text("UPDATE removed_logs SET removed_at = now() - make_interval(hours => :hours) WHERE id = :id")
            await session.execute(age, {"id": line, "hours": 23 - number})
        for line in reversed(lines):
            removed = (await timeline.of_item(session, alice, dune)).removed
            assert removed is not None
            assert removed.id == line
            await log_keeping.put_back(session, alice, line)


async def test_removed_lines_are_forgotten_after_a_day(database: Database) -> None:
    alice, (dune,) = await a_user(database, "Alice"), await items(database, "Dune")
    for note in ("one", "two"):
        line = (await log(database, alice, dune, note=note)).line
        async with database.session() as session:
            await log_keeping.remove(session, alice, line.id)
    async with database.session() as session:
        old = text("UPDATE removed_logs SET removed_at = now() - interval '25 hours' WHERE id = :id")
        await session.execute(old, {"id": line.id})
        assert await log_keeping.sweep(session) == 1
        assert await session.scalar(select(func.count()).select_from(RemovedLog)) == 1


async def test_what_the_catalog_does_not_have_cannot_be_logged(database: Database) -> None:
    alice = await a_user(database, "Alice")
    with pytest.raises(NotFound):
        await log(database, alice, new_id(), note="x")
