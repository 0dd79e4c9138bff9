"""Invitations: made by the operator, shown once, good for so many and so long."""

import asyncio

import pytest
from sqlalchemy import text

from app.accounts import inviting
from app.kit.db import Database
from app.kit.errors import Invalid
from app.kit.ids import new_id
from tests.cast import PASSWORD, Browser, Person
from tests.markup import read

FORM = {"email": "nora@example.org", "name": "Nora", "password": PASSWORD}


async def invite(odile: Person, **form: str) -> str:
    """The token of a new link."""
    answer = await odile.post("/ops/invitations", {"note": "The neighbours", "uses": "1", "days": "7"} | form)
    assert answer.status_code == 200, answer.text[:300]
    return read(answer.text).one("code", id="link").text.partition("invitation=")[2]


async def names(database: Database, statement: str = "SELECT name FROM users ORDER BY id") -> list[str]:
    async with database.session() as session:
        return list(await session.scalars(text(statement)))


async def test_who_was_invited_may_register_and_once(odile: Person, nobody: Browser, database: Database) -> None:
    token = await invite(odile)
    page = await nobody.get(f"/register?invitation={token}")
    assert (page.headers["referrer-policy"], page.headers["cache-control"]) == ("no-referrer", "no-store")
    assert read(page.text).one("input", name="invitation").attributes["value"] == token
    await nobody.follow(await nobody.post("/register", FORM | {"invitation": token}))
    assert await names(database) == ["Odile", "Nora"]
    assert await names(database, "SELECT action FROM audit_events WHERE action LIKE 'invitation%' ORDER BY id") == [
        "invitation.made",
        "invitation.used",
    ]
    nobody.client.cookies.clear()
    nobody.forget_token()
    again = await nobody.post("/register", FORM | {"email": "eve@example.org", "invitation": token})
    assert again.status_code == 422
    assert "does not work any more" in again.text
    assert "does not work any more" in (await nobody.see("/register", invitation=token)).text


@pytest.mark.parametrize("token", ["", "made-up", "\x00"])
async def test_who_was_not_may_not(odile: Person, nobody: Browser, database: Database, token: str) -> None:
    answer = await nobody.post("/register", FORM | {"invitation": token})
    assert answer.status_code == (422 if token else 403)
    assert "invitation" in answer.text
    assert await names(database) == ["Odile"]


async def test_of_twenty_who_use_it_at_once_only_so_many_get_in(odile: Person, database: Database) -> None:
    token = await invite(odile, uses="3")

    async def use() -> None:
        async with database.session() as session:
            await inviting.use(session, await inviting.find(session, token), new_id())
            await asyncio.sleep(0.05)  # so that they really meet

    used = await asyncio.gather(*(use() for _ in range(20)), return_exceptions=True)
    assert sum(each is None for each in used) == 3
    assert sum(isinstance(each, Invalid) for each in used) == 17


@pytest.mark.parametrize(
    "how",
    [
        "UPDATE invitations SET expires_at = now()",
        "UPDATE invitations SET used = uses_max",
        "UPDATE users SET is_operator = false",
        "UPDATE users SET disabled_at = now()",
        "UPDATE users SET closes_at = now() + interval '7 days'",
        "INSERT INTO instance_settings (name, value, changed_at) VALUES ('registration', '\"closed\"', now())",
    ],
)
async def test_one_that_is_over_lets_nobody_in(odile: Person, nobody: Browser, database: Database, how: str) -> None:
    token = await invite(odile)
    async with database.session() as session:
        await session.execute(text(how))
    assert (await nobody.post("/register", FORM | {"invitation": token})).status_code in (403, 422)
    assert await names(database) == ["Odile"]


async def test_one_that_is_withdrawn_is_over(odile: Person, nobody: Browser, database: Database) -> None:
    token = await invite(odile)
    (id_,) = await names(database, "SELECT id::text FROM invitations")
    page = await odile.follow(await odile.delete(f"/ops/invitations/{id_}"))
    assert "None. Those that were used up" in page.text
    assert (await odile.delete(f"/ops/invitations/{id_}")).status_code == 404
    assert (await nobody.post("/register", FORM | {"invitation": token})).status_code == 422


async def test_its_token_is_shown_once_and_kept_nowhere(odile: Person, database: Database) -> None:
    token = await invite(odile)
    assert len(token) >= 43  # 256 bits
    assert token not in (await odile.get("/ops/invitations")).text
    async with database.session() as session:
        kept = str((await session.execute(text("SELECT i.*, a.* FROM invitations i, audit_events a"))).all())
    assert token not in kept


async def test_one_that_was_found_in_time_still_counts_for_nothing_once_its_maker_operates_no_more(
    odile: Person, database: Database
) -> None:
    token = await invite(odile)
    async with database.session() as session:
        invitation = await inviting.find(session, token)
        await session.execute(text("UPDATE users SET is_operator = false"))
        with pytest.raises(Invalid):
            await inviting.use(session, invitation, new_id())


async def test_making_one_takes_a_fresh_proof(odile: Person, database: Database) -> None:
    await odile.token()
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET proved_at = proved_at - interval '11 minutes'"))
    answer = await odile.post("/ops/invitations", {"note": "Thieves", "uses": "50", "days": "30"})
    assert "invitation=" not in answer.text
    assert await names(database, "SELECT note FROM invitations") == []


async def test_what_cannot_be_is_said_beside_its_field(odile: Person) -> None:
    answer = await odile.post("/ops/invitations", {"note": "x" * 201, "uses": "0", "days": "many"})
    assert answer.status_code == 422
    assert read(answer.text).wrong() == {
        "note": "Use 200 characters or fewer (this has 201).",
        "uses": "This must be 1 or more.",
        "days": "This must be a whole number.",
    }


async def test_nobody_else_makes_or_sees_any(odile: Person, alice: Person, nobody: Browser) -> None:
    assert (await alice.get("/ops/invitations")).status_code == 404
    assert (await alice.post("/ops/invitations", {"uses": "1", "days": "1"})).status_code == 404
    assert (await nobody.get("/ops/invitations")).status_code in (303, 404)
