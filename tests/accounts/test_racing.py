"""Logging in while another password is set, or the account is disabled: nobody gets in by what is over (SE-6, PW-8).

Whoever comes second waits for the first: either the login sees the change and is refused, or the change sees the
session and ends it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from litestar.types import ASGIApp
from sqlalchemy import func, text, update

from app.accounts import changing, half_sessions, passwords, resetting, signing_in
from app.accounts.changing import PasswordForm
from app.accounts.forms import LoginForm, NewPasswordForm
from app.accounts.models import User
from app.accounts.passwords import HASHER
from app.accounts.signing_in import Viewer
from app.accounts.throttling import Throttle
from app.kit.db import Database
from app.kit.errors import Forbidden, Invalid, TooBusy
from app.kit.keys import ring_of
from app.ops import people
from tests.authenticator import set_up
from tests.cast import HOST, SETTINGS, Browser, Person, alice, app, engine, make_app, odile, settings

__all__ = ["alice", "app", "engine", "make_app", "odile", "settings"]

OLD, NEW = "an apple a day is plenty", "quite another table 77"
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
KEPT = text("SELECT count(*) FROM sessions WHERE user_id = :id AND id <> :own")

Change = Callable[[Database, Person, Person], Awaitable[Any]]


async def viewer_of(database: Database, person: Person) -> Viewer:
    async with database.direct.one() as connection:
        viewer = await signing_in.viewer_of(connection, person.cookie or "", "browser")
    assert viewer
    return viewer


async def change(database: Database, alice: Person, odile: Person) -> None:
    viewer = await viewer_of(database, alice)
    async with database.session() as session:
        form = PasswordForm(current_password=OLD, password=NEW)
        await changing.change_password(session, Throttle(database, ring_of(SETTINGS)), SETTINGS, viewer, form)


async def reset(database: Database, alice: Person, odile: Person) -> None:
    async with database.session() as session:
        path = await resetting.link_for(session, alice.user)
    async with database.session() as session:
        await resetting.reset(session, path.removeprefix(resetting.PATH), NewPasswordForm(password=NEW))


async def disable(database: Database, alice: Person, odile: Person) -> None:
    operator = await viewer_of(database, odile)
    async with database.session() as session:
        await people.disable(session, operator, alice.id)


async def set_anew(database: Database, alice: Person) -> None:
    """What `change` and `reset` do, without the work a password costs."""
    values = {"password_hash": HASHER.hash(NEW), "password_set_at": func.now()}
    async with database.session() as session:
        await session.execute(update(User).where(User.id == alice.id).values(**values))
        await signing_in.end_all(session, alice.id)


CHANGES = pytest.mark.parametrize("what", [change, reset, disable])


async def waits(database: Database, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Begun, and as far as it comes while another has the lock."""
    task = asyncio.create_task(work)
    async with asyncio.timeout(10):
        async with database.reading() as session:
            while not task.done() and not await session.scalar(WAITING):  # noqa: ASYNC110 - it is Postgres that waits
                await asyncio.sleep(0.01)
    return task


async def log_in(database: Database) -> str:
    async with database.session() as session:
        user = await signing_in.authenticate(session, LoginForm(email="alice@example.org", password=OLD))
        token, _ = await signing_in.start(session, user, "browser")
    return token


async def others(database: Database, alice: Person) -> int:
    async with database.session() as session:
        return await session.scalar(KEPT, {"id": alice.id, "own": alice.session_id}) or 0


@CHANGES
async def test_a_login_that_is_not_through_yet_is_ended_by_the_change(
    alice: Person, odile: Person, database: Database, what: Change
) -> None:
    async with database.session() as session:
        user = await signing_in.authenticate(session, LoginForm(email=alice.email, password=OLD))
        await signing_in.start(session, user, "browser")
        changing_it = await waits(database, what(database, alice, odile))  # type: ignore[arg-type]
        assert not changing_it.done()
    await changing_it
    assert await others(database, alice) == 0


@CHANGES
async def test_so_is_one_by_a_passkey_or_a_provider(
    alice: Person, odile: Person, database: Database, what: Change
) -> None:
    async with database.session() as session:
        await signing_in.start(session, await session.get_one(User, alice.id), "browser")
        changing_it = await waits(database, what(database, alice, odile))  # type: ignore[arg-type]
        assert not changing_it.done()
    await changing_it
    assert await others(database, alice) == 0


async def test_a_password_that_was_changed_while_it_was_looked_at_is_refused(alice: Person, database: Database) -> None:
    places = [passwords.AT_ONCE.acquire() for _ in range(passwords.AT_ONCE._value)]
    for place in places:
        await place
    login = asyncio.create_task(log_in(database))
    await asyncio.sleep(0.2)  # it has read the account, and waits for its turn
    await set_anew(database, alice)
    for _ in places:
        passwords.AT_ONCE.release()
    with pytest.raises(Invalid):
        await login
    assert await others(database, alice) == 0


async def test_whoever_was_disabled_meanwhile_is_not_let_in_by_what_was_proved_before(
    alice: Person, odile: Person, database: Database
) -> None:
    async with database.session() as session:
        user = await session.get_one(User, alice.id)
        await disable(database, alice, odile)
        with pytest.raises(Forbidden):
            await signing_in.start(session, user, "browser")


async def test_a_second_proof_is_no_use_when_the_first_counts_no_more(
    app: ASGIApp, alice: Person, database: Database
) -> None:
    phone, _ = await set_up(alice)
    async with database.session() as session:
        kept = {"by": "password", "remember": False, "then": "/library", "said": ""}
        token = await half_sessions.begin(session, alice.id, **kept)  # type: ignore[arg-type]
    browser = Browser(app)
    browser.client.cookies.set("__Host-half", token, domain=HOST, path="/")
    await browser.token()
    async with database.session() as session:
        await session.execute(text("SELECT FROM users FOR UPDATE"))  # the code has to wait
        second = await waits(database, browser.post("/login/second", {"code": phone.code()}))
        assert not second.done()
        await session.execute(text("UPDATE users SET password_hash = 'x', password_set_at = now()"))
        await session.execute(text("DELETE FROM sessions"))
    assert (await second).headers["location"] == "/login"
    assert await others(database, alice) == 0


async def test_of_twenty_logins_during_a_change_none_by_the_old_password_is_left(
    alice: Person, database: Database
) -> None:
    logins = [asyncio.create_task(log_in(database)) for _ in range(16)]
    await asyncio.sleep(0.15)
    await set_anew(database, alice)
    logins += [asyncio.create_task(log_in(database)) for _ in range(4)]
    answers = await asyncio.gather(*logins, return_exceptions=True)
    assert len(answers) == 20
    assert {type(each) for each in answers} <= {str, Invalid, TooBusy}
    assert await others(database, alice) == 0


async def test_a_hash_that_two_renew_at_once_lets_both_in(alice: Person, database: Database) -> None:
    weaker = type(HASHER)(time_cost=1, memory_cost=1024, parallelism=1).hash(OLD)
    async with database.session() as session:
        await session.execute(update(User).where(User.id == alice.id).values(password_hash=weaker))
    await asyncio.gather(*(log_in(database) for _ in range(4)))
    assert await others(database, alice) == 4
