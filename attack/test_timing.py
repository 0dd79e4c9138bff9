"""No answer's time tells whether an address has an account (PW-3)."""

import time
from collections.abc import Callable
from statistics import median

import pytest

from app.ops.sample import personas
from attack.conftest import Arrive
from attack.instances import House
from attack.visitors import Visitor

PAIRS = 40
APART = 0.15  # of the longer median


@pytest.mark.requirement("PW-3")
async def test_a_known_address_takes_as_long_as_an_unknown_one(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    """Interleaved, each pair from an address of its own and at an account of its own, so that nobody is slowed down."""
    instance = await house.open()
    await _people(house)
    await _time(arrive(instance), "warm@example.org")
    known, unknown = [], []
    for n in range(PAIRS):
        visitor = arrive(instance, at=f"127.0.2.{n + 1}")
        known.append(await _time(visitor, f"known{n}@example.org"))
        unknown.append(await _time(visitor, f"other{n}@example.org"))
    said = f"known {median(known) * 1000:.1f} ms, unknown {median(unknown) * 1000:.1f} ms (medians of {PAIRS})"
    measured(said)
    assert abs(median(known) - median(unknown)) < APART * max(median(known), median(unknown)), said


async def _people(house: House) -> None:
    """As many accounts as pairs, all with the sample's password."""
    connection = await house.connect()
    try:
        await connection.execute(
            """
            INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
            SELECT gen_random_uuid(), 'known' || n || '@example.org', 'K', u.password_hash, now(), now()
            FROM generate_series(0, $1::int) AS n, users u WHERE u.email = $2
            """,
            PAIRS,
            personas.cast().persona[0].email,
        )
    finally:
        await connection.close()


async def _time(visitor: Visitor, email: str) -> float:
    began = time.perf_counter()
    answer = await visitor.try_password(email, "not the password")
    assert answer.status_code == 422, answer.text[:300]
    return time.perf_counter() - began
