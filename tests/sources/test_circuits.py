"""A source in trouble is left alone, by all processes at once, and found again by one question at a time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.catalog.candidates import BookFacts, Candidate, ItemType
from app.kit.db import AsyncSession, Database
from app.kit.outbound import Outbound, Policy
from app.kit.redis import for_state
from app.kit.settings import read_settings
from app.sources import answers, circuits
from app.sources.answers import Query
from app.sources.asking import FETCH_WAIT, PATIENCE, Answer, ask, fetch
from app.sources.budgets import Budget
from app.sources.circuits import (
    REST,
    REST_MAX,
    WINDOW,
    Circuit,
    Circuits,
    Outcome,
    Passed,
    SharedCircuits,
    Shut,
    Standing,
    after,
)
from app.sources.errors import Kind, SourceDown
from app.sources.redis_circuits import RedisCircuits
from app.sources.source import Source
from app.web.deadline import LONGEST
from tests.sources.stores import InRedis, Store

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Moody(Source):
    """Answers, fails or dawdles as it is told, and counts."""

    name, label = "moody", "TMDB"
    types = frozenset[ItemType]({"book"})
    keys: tuple[str, ...] = ()
    credit = ""
    policy = Policy()
    budget = Budget(per_second=1000, burst=1000, at_once=200)

    def __init__(self, kept: Circuits) -> None:
        super().__init__(read_settings(), Outbound(), circuits=kept)
        self.asked = 0
        self.mood: Kind | None = None
        self.delay = 0.0

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        self.asked += 1
        await asyncio.sleep(self.delay)
        if self.mood:
            raise self.down(self.mood)
        return [Candidate(source=self.name, external_id="1", title=text, facts=BookFacts())]

    async def fetch(self, external_id: str) -> Candidate:
        return (await self.search(external_id))[0]


@pytest.fixture
def moody(store: Store) -> Moody:
    return Moody(store.circuits)


@pytest.fixture
def elsewhere(another: Store) -> Moody:
    """The same source in another process."""
    return Moody(another.circuits)


def numbered() -> Callable[[], str]:
    numbers = iter(range(10_000))
    return lambda: f"dune {next(numbers)}"


new_text = numbered()  # an answer that is remembered asks nobody


async def ask_often(source: Source, times: int) -> list[str]:
    return [(await ask(source, new_text())).state for _ in range(times)]


async def opened(moody: Moody) -> None:
    moody.mood = "down"
    await ask_often(moody, circuits.LEAST)
    moody.asked = 0


def so_far(*outcomes: Outcome) -> Circuit:
    circuit = Circuit()
    for outcome in outcomes:
        circuit = after(circuit, outcome, 0, NOW)
    return circuit


def test_a_few_failures_are_no_judgement() -> None:
    assert so_far("failed", "failed", "failed", "failed").open_until is None


def test_half_of_the_last_half_minute_is_enough() -> None:
    assert so_far("answered", "answered", "failed", "failed", "answered", "failed").open_until
    assert not so_far("answered", "failed", "answered", "failed", "answered", "answered", "failed").open_until


def test_four_in_five_that_fail_with_answers_between_open_it() -> None:
    """Counting failures in a row would never see them."""
    assert so_far("answered", "failed", "failed", "failed", "failed").open_until


def test_four_in_five_that_are_slow_open_it() -> None:
    assert so_far("slow", "slow", "slow", "answered", "slow").open_until
    assert not so_far("slow", "slow", "slow", "answered", "answered").open_until


def test_what_was_longer_ago_does_not_count() -> None:
    circuit = so_far("failed", "failed", "failed", "failed")
    later = after(circuit, "failed", 0, NOW + WINDOW + timedelta(seconds=1))
    assert later.open_until is None
    assert len(later.recent) == 1


def test_what_says_nothing_changes_nothing() -> None:
    circuit = so_far("failed", "failed")
    assert after(circuit, "unsaid", 0, NOW) is circuit


def test_it_rests_twice_as_long_each_time_up_to_five_minutes() -> None:
    circuit, rests = Circuit(open_until=NOW, openings=1, probe=1), []
    for _ in range(8):
        circuit = after(circuit, "failed", 1, NOW)
        assert circuit.open_until
        rests.append((circuit.open_until - NOW).total_seconds())
    for rest, expected in zip(rests, [30, 60, 120, 240, 300, 300, 300, 300], strict=True):
        assert 0.9 * expected <= rest <= 1.1 * expected
    assert REST == 15
    assert REST_MAX == 300


def test_who_asked_before_it_opened_changes_nothing_any_more() -> None:
    circuit = Circuit(open_until=NOW + timedelta(seconds=15), openings=1, probe=2)
    assert after(circuit, "answered", 0, NOW) is circuit
    assert after(circuit, "failed", 1, NOW) is circuit  # a probe whose lease had ended


def test_two_probes_that_are_answered_close_it_and_it_forgets_its_openings() -> None:
    circuit = Circuit(open_until=NOW, openings=4, probe=7, probe_until=NOW)
    circuit = after(circuit, "answered", 7, NOW)
    assert (circuit.successes, circuit.probe_until) == (1, None)
    assert circuit.open_until
    circuit = after(as_probe(circuit, 8), "slow", 8, NOW)
    assert (circuit.open_until, circuit.openings) == (None, 0)


def as_probe(circuit: Circuit, probe: int) -> Circuit:
    return Circuit(open_until=circuit.open_until, openings=circuit.openings, successes=circuit.successes, probe=probe)


async def test_an_open_circuit_costs_no_request_and_says_when(moody: Moody) -> None:
    await opened(moody)
    answers = [await ask(moody, new_text()) for _ in range(20)]
    assert moody.asked == 0
    assert {answer.state for answer in answers} == {"resting"}
    assert answers[0].sentence.startswith("TMDB is having trouble; asking again in 1")
    assert answers[0].until


async def test_what_one_process_learned_the_others_know(moody: Moody, elsewhere: Moody) -> None:
    await opened(moody)
    assert await ask_often(elsewhere, 3) == ["resting"] * 3
    assert elsewhere.asked == 0


async def test_of_fifty_who_come_at_half_open_exactly_one_asks(moody: Moody, elsewhere: Moody, store: Store) -> None:
    await opened(moody)
    await store.pass_time(20)
    for source in (moody, elsewhere):
        source.mood, source.delay = None, 0.5
    answers = await asyncio.gather(*(ask(source, new_text()) for source in (moody, elsewhere) for _ in range(25)))
    assert moody.asked + elsewhere.asked == 1
    assert sorted(answer.state for answer in answers) == ["answered"] + ["resting"] * 49


async def test_two_answers_close_it_again(moody: Moody, store: Store) -> None:
    await opened(moody)
    await store.pass_time(20)
    moody.mood = None
    assert await ask_often(moody, 4) == ["answered"] * 4
    await asyncio.gather(*(ask(moody, new_text()) for _ in range(10)))
    assert moody.asked == 14


async def test_a_probe_that_fails_rests_it_longer(moody: Moody, store: Store) -> None:
    await opened(moody)
    await store.pass_time(17)
    assert await ask_often(moody, 3) == ["failed", "resting", "resting"]
    await store.pass_time(17)
    assert await ask_often(moody, 2) == ["resting", "resting"]
    await store.pass_time(17)
    assert await ask_often(moody, 1) == ["failed"]
    assert moody.asked == 2


async def test_a_probe_that_never_comes_back_wedges_nothing(moody: Moody, store: Store) -> None:
    await opened(moody)
    await store.pass_time(20)
    lost = await moody.circuits.admit("moody", 3.0)
    assert lost == Passed(1)
    moody.mood = None
    assert await ask_often(moody, 2) == ["resting"] * 2
    await store.pass_time(4.1)
    assert await ask_often(moody, 3) == ["answered"] * 3


async def test_a_probe_whose_asker_leaves_lets_the_next_one_try(moody: Moody, store: Store) -> None:
    await opened(moody)
    await store.pass_time(20)
    moody.mood, moody.delay = None, 5.0
    asking = asyncio.create_task(ask(moody, new_text()))
    while not moody.asked:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    moody.delay = 0.0
    assert await ask_often(moody, 1) == ["answered"]


async def test_a_hundred_who_leave_leave_it_closed(moody: Moody, store: Store) -> None:
    moody.delay = 60.0
    asking = [asyncio.create_task(ask(moody, new_text(), deadline=60.0)) for _ in range(100)]
    while moody.asked < 100:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    moody.delay = 0.0
    assert await ask_often(moody, 3) == ["answered"] * 3


async def test_who_is_too_slow_fails(moody: Moody) -> None:
    moody.delay = 1.0
    answers = [await ask(moody, new_text(), deadline=0.05) for _ in range(6)]
    assert [answer.state for answer in answers] == ["too_slow"] * 5 + ["resting"]


@pytest.mark.parametrize("kind", ["down", "unreadable", "certificate", "too_slow"])
async def test_what_is_trouble_opens_it(moody: Moody, kind: Kind) -> None:
    moody.mood = kind
    assert (await ask_often(moody, 6))[-1] == "resting"


@pytest.mark.parametrize("kind", ["not_found", "bad_request", "bad_credentials", "rate_limited", "quota_exhausted"])
async def test_what_is_no_trouble_leaves_it_closed(moody: Moody, kind: Kind) -> None:
    moody.mood = kind
    await ask_often(moody, 10)
    assert moody.asked == 10


async def test_keeping_something_is_a_question_too(moody: Moody) -> None:
    moody.mood = "down"
    for _ in range(5):
        with pytest.raises(SourceDown, match="not working"):
            await fetch(moody, "1")
    with pytest.raises(SourceDown, match="having trouble"):
        await fetch(moody, "1")


async def test_keeping_what_hangs_fails_for_good_before_a_page_has_to_answer(moody: Moody) -> None:
    moody.delay = 60.0
    for _ in range(5):
        with pytest.raises(SourceDown, match="in time"):
            await fetch(moody, "1", seconds=0.05)
    with pytest.raises(SourceDown, match="having trouble"):
        await fetch(moody, "1")
    assert PATIENCE + FETCH_WAIT <= LONGEST - 1


async def test_what_it_asked_us_to_wait_for_is_kept_to_by_all(moody: Moody, elsewhere: Moody) -> None:
    await moody.circuits.pause("moody", "rate_limited", 300)
    await moody.circuits.pause("moody", "rate_limited", 5)  # a shorter one takes nothing back
    for source in (moody, elsewhere):
        answer = await ask(source, new_text())
        assert (answer.state, source.asked) == ("resting", 0)
        assert answer.sentence.startswith("TMDB asked us to wait until")
        assert answer.until
        assert 250 < (answer.until - datetime.now(UTC)).total_seconds() <= 300


async def test_the_pause_ends(moody: Moody, store: Store) -> None:
    await moody.circuits.pause("moody", "quota_exhausted", 300)
    assert await ask_often(moody, 1) == ["resting"]
    await store.pass_time(301)
    assert await ask_often(moody, 1) == ["answered"]


async def test_opened_by_hand_it_stays_open_until_it_is_closed_by_hand(
    moody: Moody, store: Store, database: Database
) -> None:
    async with database.session() as session:
        await store.circuits.hold(session, "moody")
    await store.pass_time(10_000)
    answer = await ask(moody, new_text())
    assert (answer.state, answer.until, moody.asked) == ("resting", None, 0)
    assert answer.sentence == "TMDB is not asked at the moment: whoever runs this Tastebuds switched it off."
    async with database.session() as session:
        await store.circuits.close(session, "moody")
    assert await ask_often(moody, 1) == ["answered"]


async def test_closed_by_hand_it_forgets_trouble_and_pauses(moody: Moody, store: Store, database: Database) -> None:
    await opened(moody)
    await moody.circuits.pause("moody", "rate_limited", 300)
    async with database.session() as session:
        await store.circuits.close(session, "moody")
    moody.mood = None
    assert await ask_often(moody, 3) == ["answered"] * 3


async def test_closed_by_hand_nobody_is_told_any_longer_that_it_rests(store: Store, database: Database) -> None:
    query = Query("dune", None, 1)
    async with database.session() as session:
        for source, state in (("moody", "resting"), ("igdb", "resting"), ("tmdb", "answered")):
            said = Answer(source=source, label=source, state=state, sentence="")  # type: ignore[arg-type]
            await answers.remember(session, query, said)
        await store.circuits.close(session, "moody")
        await store.circuits.close(session, "tmdb")
    async with database.direct.one() as connection:
        assert (await answers.known(connection, query)).keys() == {"igdb", "tmdb"}


async def test_sources_do_not_rest_for_each_other(moody: Moody) -> None:
    await opened(moody)
    assert isinstance(await moody.circuits.admit("moody", 3.0), Shut)
    assert await moody.circuits.admit("igdb", 3.0) == Passed()


async def test_what_is_kept_is_bounded(moody: Moody, store: Store) -> None:
    await ask_often(moody, 70)
    assert len(await store.recent()) == circuits.RECENT_MAX


async def test_of_many_who_fail_at_once_each_counts(moody: Moody, elsewhere: Moody, store: Store) -> None:
    for source in (moody, elsewhere):
        await asyncio.gather(*(source.circuits.record("moody", Passed(), "answered") for _ in range(12)))
    await asyncio.gather(
        *(source.circuits.record("moody", Passed(), "failed") for source in (moody, elsewhere) for _ in range(11))
    )
    assert len(await store.recent()) == 46


async def test_how_each_is_can_be_told(moody: Moody, store: Store, session: AsyncSession) -> None:
    await opened(moody)
    await store.circuits.pause("igdb", "rate_limited", 300)
    await store.circuits.hold(session, "steam")
    told = await store.circuits.standings(session, ["moody", "igdb", "steam", "tmdb"])
    assert 10 < (told["moody"].rests or 0) < 17
    assert (told["igdb"].paused_for, told["igdb"].paused > 290, told["igdb"].rests) == ("rate_limited", True, None)
    assert told["steam"].held
    assert told.get("tmdb", Standing()).rests is None
    await store.pass_time(20)
    assert ((await store.circuits.standings(session, ["moody"]))["moody"].rests or 0) <= 0


def _in_postgres() -> Circuits:
    return SharedCircuits(Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing"))


def _in_redis() -> Circuits:
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    return RedisCircuits(for_state("redis://127.0.0.1:9"), nowhere)


@pytest.mark.parametrize("nowhere", [_in_postgres, _in_redis])
async def test_without_its_store_a_source_is_asked_and_the_log_says_so(
    nowhere: Callable[[], Circuits], caplog: pytest.LogCaptureFixture
) -> None:
    source = Moody(nowhere())
    source.mood = "down"
    assert await ask_often(source, 7) == ["failed"] * 7
    await source.circuits.pause("moody", "rate_limited", 5)
    assert "moody: its circuit cannot be read; asking anyway" in caplog.text


async def test_a_store_that_is_slow_is_one_line_in_the_log(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    circuits = SharedCircuits(database, patience=0)
    assert await circuits.admit("moody", 3.0) == Passed()
    await circuits.record("moody", Passed(), "failed")
    await circuits.pause("moody", "rate_limited", 5)
    assert len(caplog.records) == 3
    assert not any(record.exc_info for record in caplog.records)


async def test_a_redis_that_forgot_learns_again_whom_the_operator_switched_off(
    redis_url: str, database: Database
) -> None:
    store = InRedis(redis_url, database)
    assert await store.circuits.admit("moody", 3.0) == Passed()
    async with database.session() as session:
        await store.circuits.hold(session, "moody")
    await store.redis.flushall()
    assert await store.circuits.admit("moody", 3.0) == Shut("stopped")
    assert await store.circuits.admit("igdb", 3.0) == Passed()
    await store.close()


async def test_in_redis_nothing_stays_for_ever(redis_url: str, database: Database) -> None:
    store = InRedis(redis_url, database)
    budget = Budget(per_second=1, burst=5, at_once=1, per_day=10)
    await store.budgets.take("moody", budget, 1)
    await store.budgets.count("moody", budget, 1)
    await opened(Moody(store.circuits))
    await store.circuits.pause("igdb", "quota_exhausted", 5)
    keys = [key async for key in store.redis.scan_iter()]
    assert len(keys) == 5
    for key in keys:
        assert key.startswith("tastebuds:")
        assert 0 < await store.redis.ttl(key) <= 2 * 86_400
    await store.close()
