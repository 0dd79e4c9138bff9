"""What happened to one's account, and what happened to all, each to whom it concerns."""

from typing import Any

import pytest
from litestar.types import ASGIApp
from sqlalchemy import insert, text

from app.accounts import auditing
from app.accounts.models import AuditEvent, User
from app.accounts.trail import PAGE
from app.kit.db import Database
from tests.api.program import member
from tests.cast import Browser, Person
from tests.counting import statements

MINE, ALL = "/settings/activity", "/ops/audit"
TOLD = text("SELECT action, user_id, actor_id, refused, address, details FROM audit_events ORDER BY id")


async def tell(database: Database, action: str, whose: Person | None, by: Person | None = None, **more: Any) -> None:
    row = {"user_id": whose and whose.id, "actor_id": (by or whose) and (by or whose).id, "address": "192.0.2.7"}  # type: ignore[union-attr]
    async with database.session() as session:
        await session.execute(insert(AuditEvent).values(action=action, **(row | more)))


async def told(database: Database) -> list[Any]:
    async with database.session() as session:
        return list((await session.execute(TOLD)).all())


async def test_she_sees_what_happened_to_her_account_and_from_where(
    alice: Person, bob: Person, database: Database
) -> None:
    await tell(database, "session.started", alice, details={"by": "passkey"})
    await tell(database, "session.refused", alice, refused=True)
    await tell(database, "session.ended", bob)
    page = await alice.see(MINE)
    lines = [" ".join(each.text.split()) for each in page.every("li") if "UTC" in each.text]
    assert lines[0].startswith("Refused A login was refused")
    assert lines[1].startswith("Logged in, with a passkey")
    assert "from the network at home (192.0.2.7)" in lines[1]
    assert "Logged out" not in [line[:10] for line in lines]


async def test_where_an_operator_was_is_not_told(alice: Person, odile: Person, database: Database) -> None:
    await tell(database, "session.ended", alice, odile, agent="Odile's browser")
    page = await alice.see(MINE)
    assert "by Odile" in page.text
    assert "192.0.2.7" not in page.text
    assert "Odile's browser" not in page.text


async def test_a_long_list_is_paged_by_its_lines(alice: Person, database: Database) -> None:
    for _ in range(PAGE + 3):
        await tell(database, "session.started", alice)
    first = await alice.see(MINE)
    assert first.text.count("UTC") == PAGE
    (older,) = [each for each in first.every("a") if each.text.strip() == "Older"]
    last = await alice.see(older.attributes["href"])
    assert last.text.count("UTC") == 3
    assert "Older" not in last.text
    assert (await alice.get(f"{MINE}?before=nonsense")).status_code == 422


async def test_the_operator_finds_a_person_an_action_and_what_was_refused(
    odile: Person, alice: Person, bob: Person, database: Database
) -> None:
    await tell(database, "session.started", alice)
    await tell(database, "session.refused", alice, refused=True)
    await tell(database, "session.started", bob)
    await tell(database, "session.refused", None, refused=True)
    counts = {
        "": 4,
        "?person=ALICE@example.org": 2,
        "?person=lic": 2,
        f"?person={bob.id}": 1,
        "?person=nobody": 0,
        "?action=session.started": 2,
        "?refused=1": 2,
        "?person=alice&refused=1&action=session.refused": 1,
        "?person=alice&refused=1&action=session.started": 0,
    }
    found = {query: (await odile.see(ALL + query)).text.count("UTC") for query in counts}
    assert found == counts


async def test_programs_read_both(app: ASGIApp, alice: Person, database: Database) -> None:
    program = await member(app, database, "Paula")
    async with database.session() as session:
        auditing.record(session, "session.started", program.id, by="passkey")
    await tell(database, "session.started", alice)
    mine = await program.see("/api/auth/activity")
    assert [(each["said"], each["by"]) for each in mine["events"]] == [("Logged in, with a passkey", None)]
    assert mine["before"] is None
    assert (await program.get("/api/ops/audit")).status_code == 404
    async with database.session() as session:
        await session.execute(text("UPDATE users SET is_operator = true WHERE id = :id"), {"id": program.id})
    everything = await program.see("/api/ops/audit")
    assert {each["action"] for each in everything["events"]} == {"session.started", "access.refused"}
    assert (await program.get("/api/ops/audit", refused="maybe")).status_code == 422


@pytest.mark.parametrize("path", ["/ops/audit", "/ops/settings", "/ops/patterns"])
async def test_who_is_refused_what_is_the_operator_s_is_told_once_a_minute(
    alice: Person, database: Database, path: str
) -> None:
    for _ in range(3):
        assert (await alice.get(path)).status_code == 404
    (row,) = await told(database)
    assert (row.action, row.user_id, row.actor_id, row.refused) == ("access.refused", alice.id, alice.id, True)
    assert row.details == {"method": "GET", "path": path}


async def test_a_forged_request_is_told_without_what_its_address_holds(
    app: ASGIApp, alice: Person, database: Database
) -> None:
    evil = Browser(app, said={"sec-fetch-site": "cross-site"})
    evil.client.cookies = alice.client.cookies
    answer = await evil.client.post("/items/secret-in-the-address/entry", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    (row,) = await told(database)
    assert (row.action, row.user_id, row.refused) == ("request.forged", alice.id, True)
    assert "secret" not in str(row.details)


async def test_long_lists_cost_no_more_statements_than_short_ones(
    app: ASGIApp, alice: Person, odile: Person, database: Database
) -> None:
    asked: list[dict[str, int]] = []
    for more in (10, 90):
        for number in range(more):
            await tell(database, "session.started", alice)
            async with database.session() as session:
                name = f"{more} {number}"
                session.add(User(name=name, email=f"{more}.{number}@example.org", password_hash=""))
        asked.append({})
        for person, path in ((alice, MINE), (odile, ALL), (odile, "/ops/users"), (odile, f"/ops/users/{alice.id}")):
            await person.see(path)
            with statements(database) as sent:
                await person.see(path)
            asked[-1][path] = len(sent)
    assert asked[0] == asked[1]
    assert all(number <= 3 for number in asked[1].values()), asked
