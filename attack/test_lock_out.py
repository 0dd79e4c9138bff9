"""Guessing at one account from many addresses keeps nobody out who lives there (PW-6)."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

import pytest

from app.ops.sample import personas
from attack.conftest import Arrive
from attack.instances import House

GUESSES = 300
LONGEST = 10.0  # seconds; what a stranger may be told to wait


@pytest.mark.requirement("PW-6")
async def test_three_hundred_guesses_from_twenty_addresses_lock_nobody_out(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    """While they go on, the owner comes by a known browser and, without one, from an address that was never there."""
    instance = await house.open()
    alice, password = personas.cast().persona[0].email, personas.cast().password
    known, fresh = arrive(instance, at="127.0.0.99"), arrive(instance, at="127.0.0.98")
    assert (await known.try_password(alice, password)).status_code == 303
    known.cookies.pop("__Host-session")
    guessers = [arrive(instance, at=f"127.0.0.{n}") for n in range(2, 22)]
    statuses: Counter[int] = Counter()
    over = asyncio.Event()

    async def guess(number: int) -> None:
        while not over.is_set() or sum(statuses.values()) < GUESSES:
            answer = await guessers[number].try_password(alice, f"guess {number} of many")
            statuses[answer.status_code] += 1
            if answer.status_code == 429:
                assert int(answer.headers["retry-after"]) > 0
            await asyncio.sleep(0.2)

    async with asyncio.TaskGroup() as group:
        for number in range(len(guessers)):
            group.create_task(guess(number))
        await asyncio.sleep(2)
        began = time.monotonic()
        assert (await known.try_password(alice, password)).status_code == 303
        at_once = time.monotonic() - began
        began = time.monotonic()
        answer = await fresh.try_password(alice, password)
        while answer.status_code == 429:
            assert int(answer.headers["retry-after"]) <= LONGEST
            await asyncio.sleep(int(answer.headers["retry-after"]))
            answer = await fresh.try_password(alice, password)
        waited = time.monotonic() - began
        over.set()
    assert answer.status_code == 303
    assert waited <= LONGEST + 2
    assert statuses[429] > 0.7 * sum(statuses.values())
    assert 303 not in statuses
    measured(f"{sum(statuses.values())} guesses: {statuses[422]} looked at, {statuses[429]} told to wait")
    measured(f"known browser in after {at_once * 1000:.0f} ms, a stranger after {waited:.1f} s")
