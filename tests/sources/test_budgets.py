"""How often a source is asked is one number for all who ask, kept by the clock of wherever it is."""

import asyncio
import re
import time
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.catalog.candidates import BookFacts, Candidate, ItemType
from app.kit import clock
from app.kit.db import AsyncSession, Database
from app.kit.outbound import Outbound, Policy
from app.kit.redis import for_state
from app.kit.settings import read_settings
from app.sources.asking import PATIENCE, ask, fetch
from app.sources.budgets import Budget, Budgets, SharedBudgets, Spent, Unlimited
from app.sources.errors import SourceDown
from app.sources.redis_budgets import RedisBudgets
from app.sources.registry import SOURCES, all_sources
from app.sources.source import Source
from tests.fair_loop import lived
from tests.sources.conftest import settings_for
from tests.sources.stores import Store
from tests.sources.stub import Stub

SLOW = Budget(per_second=0.01, burst=4, at_once=4, search=2)


class Counting(Source):
    """Counts what it is asked, and answers after `delay` seconds."""

    name, label = "counting", "MusicBrainz"
    types = frozenset[ItemType]({"book"})
    keys: tuple[str, ...] = ()
    credit = ""
    policy = Policy()

    def __init__(self, budgets: Budgets, budget: Budget = SLOW, delay: float = 0.0) -> None:
        self.budget = budget
        super().__init__(read_settings(), Outbound(), budgets)
        self.delay, self.asked = delay, 0

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        self.asked += 1
        await asyncio.sleep(self.delay)
        return [Candidate(source=self.name, external_id="1", title=text, facts=BookFacts())]

    async def fetch(self, external_id: str) -> Candidate:
        self.asked += 1
        return Candidate(source=self.name, external_id=external_id, title="Dune", facts=BookFacts())


async def test_twenty_at_once_never_take_more_than_the_burst(store: Store) -> None:
    budgets = store.budgets
    began = time.monotonic()
    waits = await asyncio.gather(*(budgets.take("steam", SLOW, 1) for _ in range(20)))
    apart = time.monotonic() - began  # one may have asked so long before the first that was served
    assert sum(wait == 0 for wait in waits) == SLOW.burst
    assert all(50 < wait <= 100 + apart for wait in waits if wait)


async def test_two_processes_share_one_budget(store: Store, another: Store) -> None:
    shares = [store.budgets, another.budgets]
    waits = await asyncio.gather(*(budgets.take("steam", SLOW, 1) for budgets in shares for _ in range(10)))
    assert sum(wait == 0 for wait in waits) == SLOW.burst


async def test_sources_do_not_pay_for_each_other(store: Store) -> None:
    budgets = store.budgets
    assert await budgets.take("steam", SLOW, 4) == 0
    assert await budgets.take("steam", SLOW, 1) > 0
    assert await budgets.take("itunes", SLOW, 1) == 0


async def test_it_fills_again_as_the_databases_time_passes(store: Store) -> None:
    budgets = store.budgets
    assert await budgets.take("steam", SLOW, 4) == 0
    assert 150 < await budgets.take("steam", SLOW, 2) <= 200
    await store.pass_time(100)
    assert await budgets.take("steam", SLOW, 1) == 0
    assert await budgets.take("steam", SLOW, 1) > 0
    await store.pass_time(3600)
    waits = [await budgets.take("steam", SLOW, 1) for _ in range(5)]
    assert [wait == 0 for wait in waits] == [True] * 4 + [False]  # an hour saves up no more than the burst


async def test_to_be_refused_costs_nothing(store: Store) -> None:
    budgets = store.budgets
    assert await budgets.take("steam", SLOW, 4) == 0
    first = await budgets.take("steam", SLOW, 1)
    assert all([await budgets.take("steam", SLOW, 4) for _ in range(5)])
    assert await budgets.take("steam", SLOW, 1) <= first


async def test_a_busy_source_is_skipped_in_words(store: Store) -> None:
    source = Counting(store.budgets)
    answers = [await ask(source, f"dune {number}") for number in range(3)]
    assert [answer.state for answer in answers] == ["answered", "answered", "busy"]
    assert re.fullmatch(r"MusicBrainz is busy; try again in (1\d\d|200) s\.", answers[2].sentence)
    assert answers[2].until is not None
    assert source.asked == 2


async def test_as_many_as_may_be_under_way_are_and_no_more() -> None:
    source = Counting(Unlimited(), Budget(per_second=100, burst=100, at_once=2), delay=0.1)
    answers = await asyncio.gather(*(ask(source, f"dune {number}") for number in range(5)))
    assert sorted(answer.state for answer in answers) == ["answered", "answered", "busy", "busy", "busy"]
    assert answers[4].sentence == "MusicBrainz is busy; try again in 2 s."
    assert (await ask(source, "dune")).state == "answered"


async def test_one_that_was_cut_off_gives_its_seat_back() -> None:
    source = Counting(Unlimited(), Budget(per_second=100, burst=100, at_once=1), delay=0.2)
    assert (await ask(source, "dune", deadline=0.05)).state == "too_slow"
    assert (await ask(source, "dune")).state == "answered"


async def test_keeping_something_waits_for_its_turn(store: Store) -> None:
    source = Counting(store.budgets, Budget(per_second=4, burst=1, at_once=1))
    started = lived()
    for _ in range(3):
        await fetch(source, "1")
    assert 0.4 < lived() - started < 2 * PATIENCE


async def test_keeping_something_waits_no_longer_than_it_may(store: Store) -> None:
    source = Counting(store.budgets, Budget(per_second=0.001, burst=1, at_once=1))
    await fetch(source, "1")
    with pytest.raises(SourceDown) as down:
        await fetch(source, "1")
    assert down.value.kind == "busy"
    assert re.fullmatch(r"MusicBrainz is busy; try again in (9\d\d|1000) s\.", str(down.value))
    assert source.asked == 1


def _in_postgres() -> Budgets:
    return SharedBudgets(Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing"))


def _in_redis() -> Budgets:
    return RedisBudgets(for_state("redis://127.0.0.1:9"))


@pytest.mark.parametrize("nowhere", [_in_postgres, _in_redis])
async def test_without_its_store_a_source_is_asked_and_the_log_says_so(
    nowhere: Callable[[], Budgets], caplog: pytest.LogCaptureFixture
) -> None:
    source = Counting(nowhere())
    answers = [await ask(source, f"dune {number}") for number in range(4)]
    assert {answer.state for answer in answers} == {"answered"}
    assert "counting: its budget cannot be read; asking anyway" in caplog.text
    assert await source.budgets.count("counting", Budget(per_second=1, burst=1, at_once=1, per_day=1), 1) is None
    assert "counting: its day cannot be counted; asking anyway" in caplog.text


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_budget_has_room_for_what_is_asked_of_it(source: type[Source]) -> None:
    budget = source.budget
    assert 1 <= max(budget.search, budget.fetch) <= budget.burst
    assert budget.fetch / budget.per_second <= PATIENCE + budget.burst / budget.per_second
    assert budget.at_once >= 1


async def test_a_day_has_no_more_than_its_number_and_says_when_the_next_begins(store: Store, another: Store) -> None:
    daily = Budget(per_second=100, burst=100, at_once=4, per_day=10, zone="America/Los_Angeles")
    shares = [store.budgets, another.budgets]
    told = await asyncio.gather(*(budgets.count("google_books", daily, 1) for budgets in shares for _ in range(8)))
    assert sum(until is None for until in told) == 10
    until = next(until for until in told if until)
    there = until.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (there.hour, there.minute, there.second) == (0, 0, 0)
    assert timedelta(0) < until - clock.now() <= timedelta(hours=25)


async def test_a_source_that_has_had_its_day_is_not_asked(store: Store) -> None:
    source = Counting(store.budgets, Budget(per_second=100, burst=100, at_once=4, per_day=2))
    answers = [await ask(source, f"dune {number}") for number in range(3)]
    assert [answer.state for answer in answers] == ["answered", "answered", "resting"]
    assert answers[2].sentence == "MusicBrainz has answered all it may today; ask again after 00:00 UTC."
    assert source.asked == 2


async def test_tomorrow_it_may_be_asked_again(store: Store) -> None:
    source = Counting(store.budgets, Budget(per_second=100, burst=100, at_once=4, per_day=1))
    assert [(await ask(source, f"dune {number}")).state for number in range(2)] == ["answered", "resting"]
    await store.next_day()
    assert (await ask(source, "dune again")).state == "answered"


async def test_to_try_again_takes_a_turn_and_without_one_there_is_no_other_try(
    store: Store, stub: Stub, outbound: Outbound
) -> None:
    stub.says(503, {})
    tvmaze = all_sources(settings_for(stub.url), outbound, store.budgets)["tvmaze"]
    tvmaze.budget = Budget(per_second=0.01, burst=2, at_once=1)
    assert (await ask(tvmaze, "dune")).sentence == "TVmaze is not working at the moment."
    assert len(stub.heard) == 2
    await store.pass_time(100)
    assert (await ask(tvmaze, "dune")).state == "failed"
    assert len(stub.heard) == 3


async def test_what_was_spent_is_told_of_all_at_once(store: Store, session: AsyncSession) -> None:
    daily = Budget(per_second=0.01, burst=10, at_once=4, per_day=10)
    assert await store.budgets.take("google_books", daily, 6) == 0
    assert await store.budgets.count("google_books", daily, 6) is None
    spent = await store.budgets.spent(session, {"google_books": daily, "steam": SLOW})
    assert 500 < spent["google_books"].owed <= 600
    assert spent["google_books"].today == 6
    assert spent["steam"] == Spent(0, 0)
