"""No answer's time tells whether an address has an account (PW-3)."""

import time
from collections.abc import Callable
from statistics import median
from urllib.parse import urlencode

import httpx
import pytest

from app.ops.sample import personas
from attack.conftest import Arrive
from attack.instances import House, free_port
from attack.visitors import Visitor

PAIRS = 40
APART = 0.15  # of the longer median
NOISE = 0.003  # seconds; asking for a link takes a few milliseconds
FORMS = {
    "/login": {"password": "not the password"},
    "/register": {"name": "Nora", "password": "a pear a day is nice as well"},
    "/reset": {},
}


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
        known.append((await _time(visitor, f"known{n}@example.org"))[0])
        unknown.append((await _time(visitor, f"other{n}@example.org"))[0])
    said = f"known {median(known) * 1000:.1f} ms, unknown {median(unknown) * 1000:.1f} ms (medians of {PAIRS})"
    measured(said)
    assert abs(median(known) - median(unknown)) < APART * max(median(known), median(unknown)), said


@pytest.mark.requirement("PW-3")
@pytest.mark.parametrize("path", ["/register", "/reset"])
async def test_so_do_registering_and_asking_for_a_link(
    house: House, arrive: Arrive, measured: Callable[[str], None], path: str
) -> None:
    """Where there is mail: a server that nobody listens at, so letters wait."""
    instance = await house.open(SMTP_URL=f"smtp://127.0.0.1:{free_port()}", MAIL_FROM="Tastebuds <tb@example.org>")
    await _people(house)
    await _time(arrive(instance), "warm@example.org", path)
    known: list[float] = []
    unknown: list[float] = []
    answers = set()
    for n in range(PAIRS):
        visitor = arrive(instance, at=f"127.0.2.{n + 1}")
        await visitor.get("/livez")  # the first to ask over a connection has to make it
        pair = [(known, f"known{n}@example.org"), (unknown, f"other{n}@example.org")]
        for times, email in pair if n % 2 else reversed(pair):
            visitor.cookies.clear()
            seconds, answer = await _time(visitor, email, path)
            times.append(seconds)
            answers.add((answer.status_code, answer.headers["location"], len(answer.content), len(visitor.cookies)))
    said = f"{path}: known {median(known) * 1000:.1f} ms, unknown {median(unknown) * 1000:.1f} ms (medians of {PAIRS})"
    measured(said)
    assert len(answers) == 1, answers
    assert abs(median(known) - median(unknown)) < max(APART * max(median(known), median(unknown)), NOISE), said


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


async def _time(visitor: Visitor, email: str, path: str = "/login") -> tuple[float, httpx.Response]:
    form = FORMS[path] | {"email": email}
    sent = {"content-type": "application/x-www-form-urlencoded"}
    began = time.perf_counter()
    answer = await visitor.ask("POST", path, content=urlencode(form), headers=sent)
    seconds = time.perf_counter() - began
    assert answer.status_code == (422 if path == "/login" else 303), answer.text[:300]
    return seconds, answer
