"""Registering: whoever is first runs the place, exactly one of them, and an address has one account."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.forms import PASSWORD_MIN, LoginForm, RegisterForm
from app.accounts.models import User
from app.accounts.registering import anybody, register
from app.kit.db import Database
from app.kit.errors import Invalid, TooBusy

FORM = {"name": "Alice", "email": "Alice@Example.org", "password": " a password with spaces "}


async def take_in(database: Database, *, linger: float = 0, **form: str) -> User:
    """`linger` keeps the transaction open, so that those who come at once really meet."""
    async with database.session() as session:
        user = await register(session, RegisterForm.read(FORM | form))
        await asyncio.sleep(linger)
        return user


async def everybody(database: Database) -> list[User]:
    async with database.session() as session:
        return list((await session.scalars(select(User).order_by(User.id))).all())


async def test_the_first_to_register_is_the_operator_and_the_second_is_not(database: Database) -> None:
    async with database.session() as session:
        assert not await anybody(session)
    first, second = await take_in(database), await take_in(database, email="bob@example.org")
    assert (first.is_operator, second.is_operator) == (True, False)
    async with database.session() as session:
        assert await anybody(session)


async def test_of_twenty_who_register_at_once_exactly_one_is_the_operator(database: Database) -> None:
    asked = [take_in(database, linger=0.1, email=f"guest{n}@example.org") for n in range(20)]
    taken_in = await asyncio.gather(*asked, return_exceptions=True)
    users = await everybody(database)
    assert sum(user.is_operator for user in users) == 1
    # more at once than passwords can be hashed are asked to come again
    assert all(isinstance(each, User | TooBusy) for each in taken_in)
    assert len(users) == sum(isinstance(each, User) for each in taken_in) >= 10


async def test_of_ten_who_register_one_address_at_once_one_gets_it(database: Database) -> None:
    asked = [take_in(database, linger=0.1, email=email) for email in ("dup@example.org", "DUP@example.org") * 5]
    taken_in = await asyncio.gather(*asked, return_exceptions=True)
    refused = [each for each in taken_in if isinstance(each, Invalid)]
    assert len(refused) == 9
    assert {*refused[0].errors} == {"email"}
    assert [user.email for user in await everybody(database)] == ["dup@example.org"]


async def test_a_refused_registration_does_not_carry_the_password_on(database: Database) -> None:
    await take_in(database)
    with pytest.raises(Invalid) as refused:
        await take_in(database)
    assert FORM["password"] not in repr(refused.value.typed)


async def test_an_address_is_kept_in_small_letters_and_the_password_as_a_hash(database: Database) -> None:
    user = await take_in(database)
    assert user.email == "alice@example.org"
    assert user.password_hash.startswith("$argon2id$v=19$m=47104,t=2,p=1$")


async def test_the_database_refuses_a_second_first_and_a_second_address(database: Database) -> None:
    await take_in(database)
    for wrong in (
        User(name="B", email="b@example.org", password_hash="x", is_first=True),
        User(name="B", email="alice@example.org", password_hash="x"),
        User(name="B", email="B@example.org", password_hash="x"),
        User(name="", email="b@example.org", password_hash="x"),
    ):
        with pytest.raises(IntegrityError):
            async with database.session() as session:
                session.add(wrong)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "", "This is needed."),
        ("email", "alice", "This is no e-mail address."),
        ("email", "alice@", "This is no e-mail address."),
        ("email", "al ice@example.org", "This is no e-mail address."),
        ("email", "alice@example.org.", "This is no e-mail address."),
        ("email", "a\x00@example.org", "This holds a character that cannot be kept."),
        ("email", "a" * 251 + "@b.c", "Use 254 characters or fewer (this has 255)."),
        ("name", "   ", "This is needed."),
        ("name", "two\nlines", "Keep this on one line."),
        ("name", "x" * 81, "Use 80 characters or fewer (this has 81)."),
        ("password", "short", f"Use {PASSWORD_MIN} characters or more."),
        ("password", "x" * 1001, "Use 1,000 characters or fewer (this has 1,001)."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(field: str, typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        RegisterForm.read(FORM | {field: typed})
    assert refused.value.errors == {field: sentence}


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        RegisterForm.read({})
    assert refused.value.errors == dict.fromkeys(("name", "email", "password"), "This is needed.")


def test_spaces_around_a_password_are_part_of_it() -> None:
    assert RegisterForm.read(FORM).password == FORM["password"]
    assert LoginForm.read({"email": " Alice@Example.org ", "password": " x "}) == LoginForm(
        email="alice@example.org", password=" x "
    )
