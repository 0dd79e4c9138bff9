"""Tests are on a loop whose clock stands still while the machine runs others."""

import asyncio
import time

from tests.fair_loop import LATE, FairLoop, lived


async def test_tests_are_on_it() -> None:
    assert isinstance(asyncio.get_running_loop(), FairLoop)


async def test_what_the_machine_did_not_give_is_not_counted() -> None:
    began = lived()
    async with asyncio.timeout(8 * LATE):
        time.sleep(10 * LATE)  # noqa: ASYNC251 - as if it had been stopped
        await asyncio.sleep(0)
    assert lived() - began < 8 * LATE


async def test_what_is_waited_for_is_counted() -> None:
    began, by_the_wall = lived(), time.monotonic()
    await asyncio.sleep(3 * LATE)
    assert lived() - began >= 3 * LATE
    assert time.monotonic() - by_the_wall >= 3 * LATE
