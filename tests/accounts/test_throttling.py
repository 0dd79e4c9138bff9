"""Guessing is slowed down, and nobody is locked out by it (PW-6, PW-7)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import text

from app.accounts import devices, signing_in, throttling
from app.accounts.models import User
from app.accounts.throttling import DELAYS, TURNS, Standing, Throttle, judged
from app.kit import origin
from app.kit.db import Database
from app.kit.gcra import OverLimit
from app.kit.ids import UUID
from app.kit.keys import Ring
from app.kit.origin import Origin

ALICE, ELSEWHERE = "alice@example.org", "127.0.0.99"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONGEST = DELAYS[-1]


@pytest.fixture
def throttle(database: Database) -> Throttle:
    return Throttle(database, Ring(Path("nowhere"), SecretStr("a secret for tests, long enough to be one")))


@pytest.fixture
async def device(database: Database) -> str:
    """The cookie of a browser Alice has logged in with."""
    async with database.session() as session:
        alice = User(name="Alice", email=ALICE, password_hash="x")
        session.add(alice)
        await session.flush()
        token, _ = await signing_in.start(session, alice, "browser")
        cookie, _ = await devices.remember(session, alice.id, UUID(token.partition(".")[0]), "")
    return cookie


@contextmanager
def at(address: str) -> Iterator[None]:
    here = origin.enter(Origin(address=address))
    yield
    origin.leave(here)


async def wait_of(throttle: Throttle, address: str, *, device: str = "", email: str = ALICE) -> int:
    """Seconds this attempt is told to wait, 0 if it is let in."""
    with at(address):
        try:
            await throttle.admit(email, device)
        except OverLimit as refused:
            return refused.taken.wait
    return 0


async def let_pass(database: Database, seconds: float) -> None:
    """The clock is in the rows: all of them are so much older."""
    ago = f"interval '{seconds} seconds'"
    async with database.session() as session:
        await session.execute(text(f"UPDATE rate_limits SET paid_until = paid_until - {ago}"))
        await session.execute(text(f"UPDATE login_delays SET next_at = next_at - {ago}"))
        await session.execute(text(f"UPDATE login_turns SET turn_at = turn_at - {ago}, seen_at = seen_at - {ago}"))


@asynccontextmanager
async def without(database: Database, table: str) -> AsyncIterator[None]:
    async with database.session() as session:
        await session.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))
    yield
    async with database.session() as session:
        await session.execute(text(f"ALTER TABLE {table}_away RENAME TO {table}"))


async def test_the_delay_between_two_attempts_grows_to_ten_seconds_and_no_further(throttle: Throttle) -> None:
    waits = [await wait_of(throttle, "127.0.0.2") for _ in range(5)]
    for n in range(5):
        await let_pass(throttle.database, waits[-1])
        assert await wait_of(throttle, f"127.0.0.{n}") == 0
        waits.append(await wait_of(throttle, f"127.0.1.{n}"))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 10, 10]


async def test_three_hundred_wrong_passwords_do_not_keep_alice_out(throttle: Throttle, device: str) -> None:
    nets = [f"127.0.0.{n}" for n in range(2, 21)]
    waits = [await wait_of(throttle, nets[n % len(nets)]) for n in range(300)]
    assert sum(wait > 0 for wait in waits) > 270
    assert max(waits) <= 300
    assert await wait_of(throttle, ELSEWHERE, device=device) == 0
    assert await wait_of(throttle, nets[0], device=device) == 0  # from the very network of the guesses
    told = await wait_of(throttle, ELSEWHERE)
    assert 0 < told <= LONGEST
    await let_pass(throttle.database, told)
    assert sum([await wait_of(throttle, net) == 0 for net in nets]) >= 1  # they were faster
    assert await wait_of(throttle, ELSEWHERE) == 0


async def test_who_guessed_there_already_has_no_turn_of_its_own(throttle: Throttle) -> None:
    standing = Standing(NOON, len(DELAYS), NOON + timedelta(seconds=9), tries=TURNS)
    wait, after = judged(standing)
    assert (wait, after.turn_at) == (9, None)


async def test_a_cookie_of_another_account_counts_for_nothing(throttle: Throttle, device: str) -> None:
    for n in range(20):
        await wait_of(throttle, f"127.0.1.{n}", email="bob@example.org")
    assert await wait_of(throttle, ELSEWHERE, device=device, email="bob@example.org") > 0
    assert await wait_of(throttle, ELSEWHERE, device="made up") == 0  # a stranger, and the first to try


async def test_a_device_has_ten_attempts_in_five_minutes(throttle: Throttle, device: str) -> None:
    waits = [await wait_of(throttle, ELSEWHERE, device=device) for _ in range(11)]
    assert waits[:10] == [0] * 10
    assert 0 < waits[10] <= 30
    await let_pass(throttle.database, waits[10])
    assert await wait_of(throttle, ELSEWHERE, device=device) == 0


async def test_a_network_has_twenty_attempts_in_five_minutes_however_many_accounts(throttle: Throttle) -> None:
    waits = [await wait_of(throttle, "2001:db8::1", email=f"{n}@example.org") for n in range(20)]
    assert waits == [0] * 20
    assert 0 < await wait_of(throttle, "2001:db8::ffff:1", email="x@example.org") <= 15
    assert await wait_of(throttle, "2001:db8:0:1::1", email="x@example.org") == 0


async def test_a_right_password_gets_its_attempt_back(throttle: Throttle) -> None:
    for _ in range(40):
        with at("127.0.0.2"):
            await throttle.give_back(await throttle.admit(ALICE))
    async with throttle.database.session() as session:
        assert await session.scalar(text("SELECT max(attempts) FROM login_delays")) == 0
        assert await session.scalar(text("SELECT count(*) FROM login_turns")) == 0


async def test_an_address_without_an_account_is_treated_alike_and_kept_nowhere(throttle: Throttle, device: str) -> None:
    for email in (ALICE, "nobody@example.org"):
        assert [await wait_of(throttle, f"127.0.2.{n}", email=email) for n in range(6)] == [0, 0, 0, 0, 1, 1]
    async with throttle.database.session() as session:
        kept = [str((await session.execute(text(f"SELECT * FROM {table}"))).all()) for table in TABLES]
    assert "example" not in "".join(kept)
    assert "127.0" not in "".join(kept)


TABLES = ("login_delays", "login_turns", "rate_limits")


async def test_of_twenty_who_try_one_account_at_once_four_are_let_in(throttle: Throttle) -> None:
    waits = await asyncio.gather(*(wait_of(throttle, f"127.0.3.{n}") for n in range(20)))
    assert sum(wait == 0 for wait in waits) == 4


@pytest.mark.parametrize("table", ["rate_limits", "login_delays"])
async def test_while_nothing_can_be_counted_strangers_wait_and_known_devices_do_not(
    throttle: Throttle, device: str, table: str
) -> None:
    async with without(throttle.database, table):
        assert await wait_of(throttle, ELSEWHERE, device=device) == 0
        assert all([await wait_of(throttle, f"127.0.4.{n}") > 0 for n in range(30)])
        waits = [await wait_of(throttle, ELSEWHERE, device=device) for _ in range(10)]
    if table == "rate_limits":  # a known device needs the other one not at all
        assert waits == [0] * 9 + [30]
    assert await wait_of(throttle, ELSEWHERE) == 0


async def test_what_says_nothing_any_more_is_swept(throttle: Throttle) -> None:
    await wait_of(throttle, ELSEWHERE)
    async with throttle.database.session() as session:
        assert await throttling.sweep(session) == 0
    await let_pass(throttle.database, 90_000)
    async with throttle.database.session() as session:
        assert await throttling.sweep(session) == 2


@given(st.integers(0, 20), st.floats(-10, 4000), st.integers(0, 9), st.one_of(st.none(), st.floats(-400, 10)))
@settings(deadline=None)
def test_whatever_happened_before_nobody_new_waits_longer_than_ten_seconds(
    attempts: int, rested: float, tries: int, turn: float | None
) -> None:
    turn_at = None if turn is None else NOON + timedelta(seconds=turn)
    standing = Standing(NOON, attempts, NOON - timedelta(seconds=rested), tries, turn_at)
    wait, after = judged(standing)
    assert 0 <= wait <= LONGEST
    assert 0 <= after.attempts <= max(attempts, len(DELAYS))
    if wait and tries < TURNS:
        assert after.turn_at is not None
        back = Standing(after.turn_at, len(DELAYS), after.turn_at + timedelta(seconds=10), tries, after.turn_at)
        assert judged(back)[0] == 0
