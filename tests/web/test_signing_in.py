"""Passwords at the door: what they cost, who is told what (PW-1 to PW-5)."""

import asyncio
import os
import socket
from contextlib import suppress
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import text

from app.accounts import passwords
from app.accounts.models import User
from app.kit.db import Database
from tests.cast import PASSWORD, Browser, Person, open_house
from tests.markup import read

REGISTER = {"email": "nora@example.org", "name": "Nora", "password": PASSWORD}
TOGETHER = "This address and password do not belong together."


@pytest.fixture(autouse=True)
async def _open(database: Database) -> None:
    await open_house(database)


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whatever is connected to or looked up from now on: addresses and names, and paths of Unix sockets."""
    reached: list[Any] = []
    look_up = socket.getaddrinfo

    class Watched(socket.socket):
        def connect(self, address: Any) -> None:
            reached.append(address)
            super().connect(address)

    def watched(host: Any, *more: Any, **named: Any) -> Any:
        reached.append((host,))
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket, "socket", Watched)
    monkeypatch.setattr(socket, "getaddrinfo", watched)
    return reached


async def stored(database: Database) -> str:
    async with database.session() as session:
        return str(await session.scalar(text("SELECT password_hash FROM users WHERE email = 'nora@example.org'")))


async def test_a_password_is_kept_as_argon2id_at_its_full_price(
    alice: Person, nobody: Browser, database: Database
) -> None:
    await nobody.post("/register", REGISTER)
    hash_ = await stored(database)
    kept = extract_parameters(hash_)
    assert hash_.startswith("$argon2id$v=19$")
    assert (kept.memory_cost, kept.time_cost, kept.parallelism) >= (47_104, 2, 1)
    assert kept.salt_len >= 16


async def test_a_cheap_hash_is_renewed_at_the_next_login_and_then_left_alone(
    nobody: Browser, database: Database
) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    async with database.session() as session:
        session.add(User(email="nora@example.org", name="Nora", password_hash=cheap))
    for expected in ("changed", "left alone"):
        before = await stored(database)
        assert (await nobody.post("/login", REGISTER)).status_code == 303
        assert (await stored(database) != before) is (expected == "changed")
        nobody.forget_token()
    assert extract_parameters(await stored(database)).memory_cost == 46 * 1024


async def test_an_unknown_address_gets_the_very_answer_of_a_wrong_password(alice: Person, nobody: Browser) -> None:
    known = await nobody.post("/login", {"email": alice.email, "password": "not it at all"})
    unknown = await nobody.post("/login", {"email": "a" + alice.email, "password": "not it at all"})
    assert known.status_code == unknown.status_code == 422
    assert unknown.text.replace("a" + alice.email, alice.email) == known.text
    assert [name for name, _ in known.headers.items()] == [name for name, _ in unknown.headers.items()]
    assert TOGETHER in read(known.text).text
    assert "not it at all" not in known.text


async def test_what_was_typed_stays_but_for_the_password(nobody: Browser) -> None:
    answer = await nobody.post("/login", {"email": "Nora@example.org", "password": ""})
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.value("email") == "Nora@example.org"
    assert page.value("password") in (None, "")
    assert page.wrong() == {"password": "This is needed."}


async def test_everything_wrong_with_a_registration_is_said_at_once(nobody: Browser) -> None:
    form = {"email": "nora at home", "name": "N" * 81, "password": "short"}
    answer = await nobody.post("/register", form)
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.wrong() == {
        "name": "Use 80 characters or fewer (this has 81).",
        "email": "This is no e-mail address.",
        "password": "Use 10 characters or more.",
    }
    assert (page.value("email"), page.value("name")) == (form["email"], form["name"])
    assert "short" not in (page.value("password") or "")


async def test_whether_a_password_is_guessed_is_asked_of_nobody_outside(
    alice: Person, nobody: Browser, reached: list[Any]
) -> None:
    form = {"email": "nora@example.org", "name": "Nora"}
    for password, status in (
        ("password123", 422),
        ("Tastebuds2026!", 422),
        ("nora-example-2026", 422),
        (PASSWORD, 303),
    ):
        assert (await nobody.post("/register", form | {"password": password})).status_code == status
    assert [address for address in reached if not isinstance(address, str)] == []  # Postgres, by a path
    with suppress(OSError):
        await asyncio.open_connection("127.0.0.1", 9)
    assert ("127.0.0.1", 9) in reached  # it would have been seen


async def test_an_address_that_is_taken_says_so_beside_it(alice: Person, nobody: Browser) -> None:
    answer = await nobody.post("/register", REGISTER | {"email": alice.email.upper()})
    assert answer.status_code == 422
    assert read(answer.text).wrong() == {"email": "This address has an account already. Log in instead."}


@pytest.mark.parametrize(
    "password",
    [
        "a glass of water and a slice of bread, " * 3 + "some salt",
        "пароль с пробелами и ещё немного",
        " spaces at both ends ",
        "🍷🍞🧀🍇🥖🍯🥂🍰☕🍫",
        'quotes " and <tags> & all',
    ],
)
async def test_a_password_is_taken_exactly_as_it_was_typed(alice: Person, nobody: Browser, password: str) -> None:
    assert (await nobody.post("/register", REGISTER | {"password": password})).status_code == 303
    nobody.client.cookies.clear()
    nobody.forget_token()
    assert (await nobody.post("/login", REGISTER | {"password": password[:-1]})).status_code == 422
    assert (await nobody.post("/login", REGISTER | {"password": password})).status_code == 303


async def test_nobody_who_registers_can_make_themselves_the_operator(
    odile: Person, nobody: Browser, database: Database
) -> None:
    await nobody.post("/register", REGISTER | {"is_operator": "1", "is_first": "true"})
    async with database.session() as session:
        operators = await session.scalars(text("SELECT email FROM users WHERE is_operator"))
        assert operators.all() == [odile.email]


async def test_too_many_at_the_door_are_asked_to_wait_and_it_counts_as_no_attempt(
    nobody: Browser, alice: Person
) -> None:
    form, places = {"email": alice.email, "password": PASSWORD}, os.cpu_count() or 1
    for _ in range(places):  # nobody's password is looked at
        await passwords.AT_ONCE.acquire()
    crowd = [asyncio.create_task(passwords.hash_password("x")) for _ in range(passwords.WAITING_MAX)]
    await asyncio.sleep(0)
    refused = [await nobody.post("/login", form) for _ in range(25)]
    for _ in range(places):
        passwords.AT_ONCE.release()
    await asyncio.gather(*crowd)
    assert {answer.status_code for answer in refused} == {503}
    assert all(answer.headers["retry-after"] == "5" for answer in refused)
    assert "Too many people are at the door" in refused[0].text
    assert (await nobody.post("/login", form)).status_code == 303


async def test_the_pages_of_the_door_let_password_managers_work(alice: Person, nobody: Browser) -> None:
    login, register = await nobody.see("/login"), await nobody.see("/register")
    assert login.one("input", name="password").attributes["autocomplete"] == "current-password"
    assert register.one("input", name="password").attributes["autocomplete"] == "new-password"
    for page in (login, register):
        field = page.one("input", name="password")
        assert field.attributes["type"] == "password"
        assert "value" not in field.attributes
        assert page.one("input", name="email").attributes["autocomplete"].split()[0] == "username"
