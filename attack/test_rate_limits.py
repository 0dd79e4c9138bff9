"""Limits count for the house and not for the process, and outlive it."""

from collections.abc import Callable

import pytest

from attack.conftest import Arrive
from attack.instances import House

TRIES = 80


@pytest.mark.requirement("RL-3")
async def test_two_processes_share_one_limit_and_a_kill_forgets_nothing(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    """Wrong passwords for many accounts from one address, to either process in turn, until they are refused."""
    first, second = await house.open(), await house.open(sample=False)
    doors = [arrive(first, at="127.0.0.2"), arrive(second, at="127.0.0.2")]
    let_in = 0
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
    after = await arrive(first, at="127.0.0.2").try_password("nobody@example.org", "not the password")
    assert after.status_code == 429
    elsewhere = await arrive(first, at="127.0.0.3").try_password("nobody@example.org", "not the password")
    assert elsewhere.status_code == 422
    measured(f"{let_in} wrong passwords let through by two processes together, then 429 by both")
    measured("still 429 after kill -9 and a new start; another address is let try")
