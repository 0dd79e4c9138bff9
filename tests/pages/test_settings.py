"""`/settings`, `/settings/password`: changing one's own account (PW-8)."""

import asyncio

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.kit.common_passwords import COMMON, PATTERN, PERSONAL
from app.kit.db import Database
from tests.cast import PASSWORD, Browser, Person
from tests.markup import read

ANOTHER = "a lantern over the garden door"
REASONS = {
    "password123": COMMON,
    "Tastebuds2026!": PERSONAL,
    "alice@example.org": PERSONAL,
    "qwertyuiop12": PATTERN,
}


async def one(database: Database, statement: str) -> object:
    async with database.session() as session:
        return await session.scalar(text(statement))


async def test_a_new_password_ends_the_other_sessions_and_renames_this_one(
    app: ASGIApp, alice: Person, nobody: Browser, database: Database
) -> None:
    assert (await nobody.post("/login", {"email": alice.email, "password": PASSWORD})).status_code == 303
    before = alice.cookie
    form = {"current_password": PASSWORD, "password": ANOTHER}
    answer = await alice.put("/settings/password", form)
    alice.forget_token()
    assert "1 other session ended." in (await alice.follow(answer)).text
    assert alice.cookie != before
    assert (await nobody.get("/library")).status_code == 303
    old = Browser(app)
    old.carry(before or "")
    assert (await old.get("/library")).status_code == 303
    nobody.client.cookies.clear()
    nobody.forget_token()
    assert (await nobody.post("/login", {"email": alice.email, "password": PASSWORD})).status_code == 422
    assert (await nobody.post("/login", {"email": alice.email, "password": ANOTHER})).status_code == 303
    assert await one(database, "SELECT count(*) FROM audit_events WHERE action = 'password.changed'") == 1
    assert await one(database, "SELECT details->>'subject' FROM outgoing_mail") == "Your password was changed"


async def test_a_new_password_needs_the_old_one_and_must_be_one(alice: Person) -> None:
    answer = await alice.put("/settings/password", {"current_password": "not it", "password": ANOTHER})
    page = read(answer.text)
    assert (answer.status_code, page.wrong()) == (422, {"current_password": "This is not your password."})
    answer = await alice.put("/settings/password", {"current_password": "", "password": "short"})
    assert read(answer.text).wrong().keys() == {"current_password", "password"}
    assert ANOTHER not in answer.text


@pytest.mark.parametrize("guessed", REASONS)
async def test_a_new_password_that_is_guessed_first_is_refused_and_it_is_said_why(
    alice: Person, nobody: Browser, guessed: str
) -> None:
    answer = await alice.put("/settings/password", {"current_password": PASSWORD, "password": guessed})
    assert (answer.status_code, read(answer.text).wrong()) == (422, {"password": REASONS[guessed]})
    assert (await nobody.post("/login", {"email": alice.email, "password": PASSWORD})).status_code == 303


async def test_the_name_is_changed_without_a_password(alice: Person) -> None:
    page = await alice.follow(await alice.put("/settings", {"name": "Alice B.", "email": alice.email}))
    assert page.value("name") == "Alice B."
    assert "Saved." in page.text


async def test_the_address_is_changed_with_the_password_and_the_old_one_is_told(
    alice: Person, database: Database
) -> None:
    form = {"name": "Alice", "email": "New@example.org"}
    refused = await alice.put("/settings", form)
    assert read(refused.text).wrong().keys() == {"current_password"}
    page = await alice.follow(await alice.put("/settings", form | {"current_password": PASSWORD}))
    assert page.value("email") == "new@example.org"
    assert await one(database, "SELECT address FROM outgoing_mail") == "alice@example.org"


async def test_an_address_that_is_taken_is_said_and_nothing_is_changed(alice: Person, bob: Person) -> None:
    form = {"name": "Alice B.", "email": bob.email, "current_password": PASSWORD}
    answer = await alice.put("/settings", form)
    assert (answer.status_code, "has an account already" in answer.text) == (422, True)
    assert PASSWORD not in answer.text
    assert (await alice.see("/settings")).value("name") == "Alice"


async def test_of_two_who_want_one_address_one_gets_it(alice: Person, bob: Person, database: Database) -> None:
    form = {"email": "wanted@example.org", "current_password": PASSWORD}
    answers = await asyncio.gather(*(each.put("/settings", form | {"name": each.name}) for each in (alice, bob)))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
