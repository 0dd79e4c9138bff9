"""One transaction per request: what is answered is kept, what cannot be kept is not answered."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.types import ASGIApp
from sqlalchemy import func, select, text

from app.kit.db import Database
from app.menus.models import Course, Menu
from tests.cast import Browser, Person

NO_FORM = {"sec-fetch-site": "same-origin", "content-type": "text/plain"}
REFUSE = (
    """
    CREATE FUNCTION refuse_at_commit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE unique_violation USING MESSAGE = 'hunter2'; END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON menus DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_at_commit()
    """,
)


@pytest.fixture
async def refusing(database: Database) -> AsyncIterator[None]:
    """Postgres refuses every new menu, but only when it is committed."""
    async with database.session() as session:
        for statement in REFUSE:
            await session.execute(text(statement))
    yield
    async with database.session() as session:
        await session.execute(text("DROP FUNCTION refuse_at_commit CASCADE"))


async def count(database: Database, table: type[Any]) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.usefixtures("refusing")
async def test_what_fails_at_commit_is_not_said_to_have_worked(alice: Person, database: Database) -> None:
    answer = await alice.post("/menus", {"title": "Winter"})
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert await count(database, Menu) == 0


async def test_it_is_committed_before_the_answer_begins(app: ASGIApp, alice: Person, database: Database) -> None:
    """Who is answered may ask again at once, on another connection."""
    seen: list[int] = []

    async def watching(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                seen.append(await count(database, Menu))
            await send(message)

        await app(scope, receive, sending)

    browser = Browser(watching)
    browser.carry(alice.cookie or "")
    assert (await browser.post("/menus", {"title": "Winter"})).status_code == 303
    assert seen[-1] == 1


async def test_what_is_refused_half_way_leaves_nothing(alice: Person, database: Database) -> None:
    """The fifty-first course: its menu was locked and told that it changes."""
    menu = (await alice.post("/menus", {"title": "Winter"})).headers["location"].removesuffix("/edit")
    for number in range(50):
        assert (await alice.post(f"{menu}/courses", {"title": f"Course {number}"})).status_code == 303
    async with database.session() as session:
        before = await session.scalar(select(Menu.version))
    answer = await alice.post(f"{menu}/courses", {"title": "One too many"})
    assert answer.status_code == 422
    assert "A menu holds 50 courses at most." in answer.text
    assert "One too many" in answer.text
    assert await count(database, Course) == 50
    async with database.session() as session:
        assert await session.scalar(select(Menu.version)) == before


async def test_a_refusal_leaves_no_session_half_made(nobody: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """Litestar never closes what it had begun to make beside the dependency that refused."""
    for _ in range(5):
        assert (await nobody.get("/library")).status_code == 303
        assert (await nobody.client.post("/login", content=b"x", headers=NO_FORM)).status_code == 415
    gc.collect()
    await asyncio.sleep(0.05)
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []
