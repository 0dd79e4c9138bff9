"""What happened is told once, in words, and nobody takes it back (AU-1, AU-2)."""

import ast
import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from app.accounts import auditing
from app.accounts.auditing import ACTIONS
from app.accounts.models import AuditEvent, User
from app.accounts.telling import LABELS, UNSAID, said
from app.kit import clock
from app.kit.db import Database
from app.kit.ids import UUID, new_id

APP = Path(__file__).parents[2] / "app"
TELLING = {"record", "record_apart", "record_seldom", "tell_denied"}
NO_DETAIL = {"user_id", "actor_id", "refused"}
ALL = text("SELECT * FROM audit_events ORDER BY id")


def calls() -> Iterator[ast.Call]:
    """Every place of the code that tells something."""
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                of = getattr(getattr(node.func, "value", None), "id", "auditing")
                if name in TELLING and of == "auditing" and len(node.args) > 1:
                    yield node


def strings(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_every_action_is_told_somewhere_and_none_that_has_no_words() -> None:
    told = set().union(*(strings(call.args[1]) for call in calls()))
    told = {each for each in told if "." in each}
    assert told - ACTIONS.keys() == set()
    assert ACTIONS.keys() - told == set()


def test_every_detail_has_words() -> None:
    named = {word.arg for call in calls() for word in call.keywords if word.arg}
    assert named - NO_DETAIL - LABELS.keys() - set(UNSAID) == set()


def test_what_is_said_reads_as_a_sentence() -> None:
    assert said("session.started", {"by": "passkey", "family": "x"}) == "Logged in, with a passkey"
    assert said("rules.changed", {"registration": ["open", "closed"]}) == (
        "The settings of this Tastebuds were changed, who may register: open → closed"
    )


async def person(database: Database, name: str = "Alice") -> UUID:
    async with database.session() as session:
        user = User(name=name, email=f"{name.lower()}@example.org", password_hash="")
        session.add(user)
    return user.id


async def tell(database: Database, whose: UUID | None, **more: Any) -> UUID:
    row = {"id": new_id(), "user_id": whose, "actor_id": whose, "action": "session.started", "address": "192.0.2.7"}
    async with database.session() as session:
        await session.execute(insert(AuditEvent).values(**(row | {"agent": "Canary", "details": {"by": "x"}} | more)))
    return UUID(str(row["id"]))


async def told(database: Database) -> list[Any]:
    async with database.session() as session:
        return list((await session.execute(ALL)).all())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "UPDATE audit_events SET action = 'session.ended'",
        "UPDATE audit_events SET address = ''",
        "UPDATE audit_events SET address = '', agent = '', details = '{}'",
        "UPDATE audit_events SET user_id = NULL",
        "UPDATE audit_events SET happened_at = now() - interval '2 years'",
    ],
)
async def test_the_application_itself_can_change_nothing_of_it(database: Database, statement: str) -> None:
    await tell(database, await person(database))
    before = await told(database)
    with pytest.raises(DBAPIError) as refused:
        async with database.session() as session:
            await session.execute(text(statement))
    assert refused.value.orig is not None
    assert getattr(refused.value.orig, "sqlstate", "") == "42501"
    assert await told(database) == before


async def test_a_line_of_nobody_stays_whole(database: Database) -> None:
    await tell(database, None)
    with pytest.raises(DBAPIError):
        async with database.session() as session:
            await session.execute(text("UPDATE audit_events SET address = '', agent = '', details = '{}'"))


async def test_what_is_undone_was_not_told(database: Database) -> None:
    alice = await person(database)

    async def failing() -> None:
        async with database.session() as session:
            auditing.record(session, "session.ended", alice)
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert await told(database) == []


async def test_after_400_days_a_line_goes_and_not_before(database: Database) -> None:
    alice, now = await person(database), clock.now()
    kept = await tell(database, alice, happened_at=now - timedelta(days=399))
    await tell(database, alice, happened_at=now - timedelta(days=401))
    async with database.session() as session:
        assert await auditing.sweep(session) == 1
    assert [row.id for row in await told(database)] == [kept]


async def test_of_an_erased_account_only_that_it_happened_is_left(database: Database) -> None:
    alice, odile = await person(database), await person(database, "Odile")
    await tell(database, alice)
    await tell(database, alice, actor_id=odile)
    await tell(database, odile, actor_id=alice)  # Alice's address, in Odile's account
    await tell(database, odile)
    async with database.session() as session:
        await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": alice})
        await auditing.sweep(session)
    rows = [(row.user_id, row.address, row.agent, row.details) for row in await told(database)]
    assert rows == [
        (alice, "", "", {}),
        (alice, "", "", {}),
        (odile, "", "", {"by": "x"}),
        (odile, "192.0.2.7", "Canary", {"by": "x"}),
    ]


async def test_who_knocks_all_night_is_told_once_a_minute(database: Database) -> None:
    alice = await person(database)
    await asyncio.gather(*(auditing.record_seldom(database, "access.refused", alice, path="/ops") for _ in range(20)))
    await auditing.record_seldom(database, "access.refused", await person(database, "Bob"), path="/ops")
    rows = await told(database)
    assert len(rows) == 2
    assert all(row.refused for row in rows)
