"""Erasing runs by itself, in as many workers as there are, and asks anew how things are (ID-7)."""

import asyncio
from typing import cast

from saq.types import Context
from sqlalchemy import func, select, text

from app.accounts import closing, letters, notices
from app.accounts.door_models import OutgoingMail
from app.accounts.models import AuditEvent, User
from app.jobs.erasing import erase
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.menus import composing, forking
from app.menus.forms import TitleForm
from tests.rows import a_user


async def closed(database: Database, name: str) -> UUID:
    async with database.session() as session:
        user = User(name=name, email=f"{name}@example.org", password_hash="", closes_at=clock.now())
        session.add(user)
    return user.id


def context(database: Database) -> Context:
    return cast("Context", {"database": database})


async def test_of_four_workers_each_account_is_erased_by_one(database: Database) -> None:
    for at in range(8):
        await closed(database, f"p{at}")
    erased = await asyncio.gather(*(erase(context(database)) for _ in range(4)))
    assert sum(erased) == 8
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 0
        assert await session.scalar(select(func.count()).where(AuditEvent.action == "account.erased")) == 8


async def test_who_keeps_it_at_the_last_moment_has_it_or_has_not(database: Database) -> None:
    for at in range(6):
        id_ = await closed(database, f"p{at}")

        async def keep(id_: UUID = id_) -> bool:
            try:
                async with database.session() as session:
                    await closing.keep(session, id_)
            except NotFound:
                return False
            return True

        kept, erased = await asyncio.gather(keep(), erase(context(database)))
        assert (kept, erased) in ((True, 0), (False, 1))
        async with database.session() as session:
            assert (await session.get(User, id_) is not None) == kept


async def test_what_is_not_due_stays(database: Database) -> None:
    id_ = await closed(database, "alice")
    async with database.session() as session:
        await session.execute(text("UPDATE users SET closes_at = now() + interval '1 minute'"))
    assert await erase(context(database)) == 0
    async with database.session() as session:
        assert await session.get(User, id_)


async def test_a_letter_that_waited_is_not_written_to_who_was_disabled_meanwhile(database: Database) -> None:
    await closed(database, "alice")
    async with database.session() as session:
        await notices.write(session, "reset", "alice@example.org")
    async with database.session() as session:
        mail = (await session.scalars(select(OutgoingMail))).one()
        await session.execute(text("UPDATE users SET disabled_at = now()"))
        assert await letters.compose(session, mail) is None


async def test_who_is_erased_is_not_named_by_forks_of_what_was_theirs(database: Database) -> None:
    alice, bob = await closed(database, "alice"), await a_user(database, "Bob")
    async with database.session() as session:
        for title in ("Dinner", "Supper"):
            menu = await composing.create(session, alice, TitleForm(title=title))
            await forking.fork(session, alice, menu.slug)
            await session.execute(
                text("UPDATE menus SET owner_id = :bob WHERE id <> :id AND title = :title"),
                {"bob": bob, "id": menu.id, "title": title},
            )
        await composing.discard(session, alice, menu.id)
    await erase(context(database))
    async with database.session() as session:
        assert set(await session.scalars(text("SELECT origin_author FROM menu_lineage"))) == {"somebody"}
