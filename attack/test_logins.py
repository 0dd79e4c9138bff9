"""Fifty who log in at once hold up nobody who reads, and memory has a bound (A2)."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable

import psutil
import pytest

from attack.conftest import Arrive
from attack.instances import House, Instance

AT_ONCE = 50
ROUNDS = 3
PAGES = ("/", "/library", "/menus", "/about")
P95 = 0.5  # seconds
MEMORY = 400  # MiB more than before: a few hashes of 46 MiB at a time, and not fifty


def memory(instance: Instance) -> float:
    """In MiB."""
    assert instance.process
    return psutil.Process(instance.process.pid).memory_info().rss / 2**20


@pytest.mark.requirement("A2")
async def test_fifty_logins_at_once_hold_up_nobody_who_reads(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    instance = await house.open(RATE_LIMITS="0")
    reader = arrive(instance, at="127.0.1.1")
    await reader.log_in()
    guessers = [arrive(instance, at=f"127.0.2.{n}") for n in range(1, AT_ONCE + 1)]
    waited: list[float] = []
    statuses: Counter[int] = Counter()
    over = asyncio.Event()
    before = most = memory(instance)

    async def read() -> None:
        nonlocal most
        while not over.is_set():
            for page in PAGES:
                began = time.monotonic()
                assert (await reader.get(page)).status_code == 200
                waited.append(time.monotonic() - began)
                most = max(most, memory(instance))
                await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        began = time.monotonic()
        for turn in range(ROUNDS):
            tries = (each.try_password(f"n{turn}.{n}@example.org", "of no use") for n, each in enumerate(guessers))
            statuses.update(answer.status_code for answer in await asyncio.gather(*tries))
        took = time.monotonic() - began
        over.set()
    p95 = statistics.quantiles(waited, n=20)[-1]
    measured(
        f"{ROUNDS} times {AT_ONCE} logins in {took:.1f} s: {statuses[422]} looked at, {statuses[503]} asked to wait"
    )
    measured(
        f"meanwhile {len(waited)} pages, p95 {p95 * 1000:.0f} ms; memory {before:.0f} MiB, then {most:.0f} at most"
    )
    assert statuses.keys() <= {422, 503}
    assert statuses[422] >= ROUNDS
    assert p95 < P95
    assert most - before < MEMORY
