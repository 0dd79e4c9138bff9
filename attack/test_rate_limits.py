"""Limits count for the house and not for the process, and outlive it."""

import time
from collections.abc import Callable

import pytest

from attack.conftest import Arrive
from attack.instances import House
from attack.visitors import Visitor

TRIES = 80
ONE_EVERY = 15.0  # seconds; 20 in five minutes


@pytest.mark.requirement("RL-3")
async def test_two_processes_share_one_limit_and_a_kill_forgets_nothing(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    """Wrong passwords for many accounts from one address, to either process in turn, until they are refused."""
    first, second = await house.open(), await house.open(sample=False)
    doors = [arrive(first, at="127.0.0.2"), arrive(second, at="127.0.0.2")]
    began, let_in = time.monotonic(), 0
    for number in range(TRIES):
        answer = await doors[number % 2].try_password(f"nobody{number}@example.org", "not the password")
        if answer.status_code == 429:
            break
        assert answer.status_code == 422, answer.text[:400]
        let_in += 1
    assert let_in < TRIES, "nobody was ever refused"
    refused = await doors[let_in % 2 - 1].try_password("nobody@example.org", "not the password")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    first.kill()
    await first.start()
    again = await let_in_of(let_in, arrive(first, at="127.0.0.2"))
    grown_back = 1 + int((time.monotonic() - began) / ONE_EVERY)
    assert again <= grown_back < let_in
    elsewhere = await arrive(first, at="127.0.0.3").try_password("nobody@example.org", "not the password")
    assert elsewhere.status_code == 422
    measured(f"{let_in} wrong passwords let through by two processes together, then 429 by both")
    measured(f"{again} of as many after kill -9 and a new start ({grown_back} had grown back); another address may try")


async def let_in_of(tries: int, visitor: Visitor) -> int:
    answers = [await visitor.try_password(f"again{number}@example.org", "not it") for number in range(tries)]
    return sum(answer.status_code == 422 for answer in answers)
