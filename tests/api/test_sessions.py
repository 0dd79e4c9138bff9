"""`/api/auth/sessions`: browsers and programs in one list."""

from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import signing_in
from app.accounts.models import User
from app.kit.db import Database
from tests.api.program import Member, Program


async def another(database: Database, alice: Member) -> str:
    """The id of a session of hers in a browser."""
    async with database.session() as session:
        token, _ = await signing_in.start(session, await session.get_one(User, alice.id), "browser")
        found = await session.scalar(text("SELECT id::text FROM sessions WHERE kind = 'browser'"))
    assert token
    return str(found)


async def test_browsers_and_programs_stand_in_one_list(alice: Member, database: Database) -> None:
    browser = await another(database, alice)
    await alice.put(f"/api/auth/sessions/{browser}", {"name": "Kitchen"})
    mine, its = await alice.see("/api/auth/sessions")
    assert (mine["kind"], mine["is_this"]) == ("api", True)
    assert (its["id"], its["kind"], its["name"], its["is_this"]) == (browser, "browser", "Kitchen", False)
    assert (await alice.delete(f"/api/auth/sessions/{browser}")).status_code == 204
    assert len(await alice.see("/api/auth/sessions")) == 1


async def test_all_others_end(app: ASGIApp, alice: Member, database: Database) -> None:
    await another(database, alice)
    assert (await alice.delete("/api/auth/sessions")).status_code == 204
    (left,) = await alice.see("/api/auth/sessions")
    assert left["is_this"]


async def test_ending_needs_a_login_that_is_minutes_old(alice: Member, database: Database) -> None:
    browser = await another(database, alice)
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET proved_at = now() - interval '11 minutes'"))
    for path in ("/api/auth/sessions", f"/api/auth/sessions/{browser}"):
        answer = await alice.delete(path)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
        assert answer.json()["type"].endswith("/api/docs#proof-needed")
    assert len(await alice.see("/api/auth/sessions")) == 2


async def test_who_ends_their_own_is_out(app: ASGIApp, alice: Member) -> None:
    (mine,) = await alice.see("/api/auth/sessions")
    assert (await alice.delete(f"/api/auth/sessions/{mine['id']}")).status_code == 204
    assert (await Program(app, alice.token).get("/api/me")).status_code == 401
