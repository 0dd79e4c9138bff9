"""The operator shuts out, lets in and hands over; at once, told in the audit and to whom it concerns (SE-6)."""

import asyncio
import re
from typing import Any

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text, update

from app.accounts import half_sessions, personal_tokens, resetting
from app.accounts.models import User
from app.accounts.token_forms import PersonalTokenForm
from app.kit.db import Database
from app.library import keeping
from app.library.forms import EntryForm
from app.menus import composing, sharing
from app.menus.forms import TitleForm
from tests.api.program import Program, member
from tests.cast import Browser, Person, sign_up
from tests.pages.conftest import Stock
from tests.pages.works import DUNE

PAGE = "/ops/users"
TOLD = text("SELECT action, user_id, actor_id FROM audit_events WHERE action LIKE 'account.%' ORDER BY id")
LETTERS = text("SELECT details->>'subject' AS subject FROM outgoing_mail WHERE user_id = :id ORDER BY written_at")
LEFT = text("""
    SELECT (SELECT count(*) FROM sessions WHERE user_id = :id)
        + (SELECT count(*) FROM half_sessions WHERE user_id = :id)
        + (SELECT count(*) FROM reset_links WHERE user_id = :id)
""")
WITHDRAWN = text("SELECT user_id, actor_id, details->>'name' FROM audit_events WHERE action = 'token.withdrawn'")
OLD = text("UPDATE sessions SET proved_at = proved_at - interval '11 minutes'")
ACTS = {
    "account.disabled": ("POST", "suspension"),
    "account.enabled": ("DELETE", "suspension"),
    "account.promoted": ("POST", "operator"),
    "account.demoted": ("DELETE", "operator"),
    "account.signed_out": ("DELETE", "sessions"),
}


async def told(database: Database) -> list[Any]:
    async with database.session() as session:
        return [tuple(row) for row in await session.execute(TOLD)]


async def letters(database: Database, person: Person) -> list[str]:
    async with database.session() as session:
        return list(await session.scalars(LETTERS, {"id": person.id}))


async def is_out(person: Person) -> bool:
    answer = await person.get("/library")
    return answer.status_code == 303 and answer.headers["location"].startswith("/login")


async def test_who_is_disabled_is_out_at_once_everywhere(
    app: ASGIApp, odile: Person, bob: Person, database: Database
) -> None:
    async with database.session() as session:
        form = PersonalTokenForm(name="script", scopes=["library:read"], days=30)
        _, token = await personal_tokens.make(session, bob.id, form)
    script = Program(app, token)
    assert (await script.get("/api/library")).status_code == 200
    there = await odile.follow(await odile.post(f"{PAGE}/{bob.id}/suspension"))
    assert "Bob is disabled" in there.text
    assert await is_out(bob)
    assert (await script.get("/api/library")).status_code == 401
    assert await told(database) == [("account.disabled", bob.id, odile.id)]
    assert "Your account is disabled" in await letters(database, bob)


async def test_enabled_again_they_log_in_anew_and_old_tokens_stay_dead(
    app: ASGIApp, odile: Person, bob: Person, database: Database
) -> None:
    await odile.post(f"{PAGE}/{bob.id}/suspension")
    await odile.delete(f"{PAGE}/{bob.id}/suspension")
    assert await is_out(bob)
    async with database.session() as session:
        assert await session.scalar(text("SELECT disabled_at FROM users WHERE id = :id"), {"id": bob.id}) is None


async def test_who_is_disabled_is_told_so_only_with_the_right_password(
    nobody: Browser, odile: Person, bob: Person, database: Database
) -> None:
    await odile.post(f"{PAGE}/{bob.id}/suspension")
    right = await nobody.post("/login", {"email": bob.email, "password": "an apple a day is plenty"})
    wrong = await nobody.post("/login", {"email": bob.email, "password": "not his password at all"})
    assert "disabled" in right.text
    assert "disabled" not in wrong.text
    assert nobody.cookie is None


async def test_the_menus_of_who_is_disabled_are_not_read(
    nobody: Browser, odile: Person, bob: Person, database: Database
) -> None:
    async with database.session() as session:
        menu = await composing.create(session, bob.id, TitleForm(title="Bob at table", intent=""))
        await sharing.publish(session, bob.id, menu.id)
    assert (await nobody.get(f"/menus/{menu.slug}")).status_code == 200
    await odile.post(f"{PAGE}/{bob.id}/suspension")
    assert (await nobody.get(f"/menus/{menu.slug}")).status_code == 404
    await odile.delete(f"{PAGE}/{bob.id}/suspension")
    assert (await nobody.get(f"/menus/{menu.slug}")).status_code == 200


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_whose_role_changes_logs_in_anew(odile: Person, bob: Person, database: Database, method: str) -> None:
    async with database.session() as session:
        await session.execute(
            text("UPDATE users SET is_operator = :is WHERE id = :id"), {"is": method == "DELETE", "id": bob.id}
        )
    await odile.send(method, f"{PAGE}/{bob.id}/operator")
    assert await is_out(bob)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_no_token_wakes_up_or_goes_on_when_a_role_changes(
    app: ASGIApp, odile: Person, bob: Person, database: Database, method: str
) -> None:
    """Not even one that should never have been made; what is not the operator's goes on."""
    async with database.session() as session:
        operating = update(User).where(User.id == bob.id)
        await session.execute(operating.values(is_operator=True))
        forms = [
            PersonalTokenForm(name=name, scopes=scopes, days=30)
            for name, scopes in (("watch", ["search", "ops:read"]), ("shelf", ["library:read"]))
        ]
        watch, shelf = [Program(app, (await personal_tokens.make(session, bob.id, form))[1]) for form in forms]
        await session.execute(operating.values(is_operator=method == "DELETE"))
        await resetting.link_for(session, await session.get_one(User, bob.id))
        await half_sessions.begin(session, bob.id, by="password", remember=False, then="/", said="")
    assert (await watch.get("/api/ops/users")).status_code == (200 if method == "DELETE" else 404)
    assert (await odile.send(method, f"{PAGE}/{bob.id}/operator")).status_code == 303
    assert (await watch.get("/api/ops/users")).status_code == 401
    assert (await shelf.get("/api/library")).status_code == 200
    async with database.session() as session:
        assert await session.scalar(LEFT, {"id": bob.id}) == 0
        withdrawn = (await session.execute(WITHDRAWN)).all()
    assert [tuple(row) for row in withdrawn] == [(bob.id, odile.id, "watch")]


@pytest.mark.parametrize("action", ACTS)
async def test_each_act_is_told_once_however_often_it_is_asked(
    odile: Person, bob: Person, database: Database, action: str
) -> None:
    before = {"account.enabled": "suspension", "account.demoted": "operator"}.get(action)
    if before:
        await odile.post(f"{PAGE}/{bob.id}/{before}")
    method, noun = ACTS[action]
    for _ in range(1 if action == "account.signed_out" else 3):
        assert (await odile.send(method, f"{PAGE}/{bob.id}/{noun}")).status_code == 303
    assert [row for row in await told(database) if row[0] == action] == [(action, bob.id, odile.id)]
    assert len(await letters(database, bob)) == (2 if before else 1)


async def test_the_last_operator_stays_and_nobody_disables_themselves(odile: Person, bob: Person) -> None:
    demoted = await odile.delete(f"{PAGE}/{odile.id}/operator")
    assert demoted.status_code == 409
    assert "the last who operates" in demoted.text
    for method, noun in (("POST", "suspension"), ("DELETE", "sessions")):
        refused = await odile.send(method, f"{PAGE}/{odile.id}/{noun}")
        assert refused.status_code == 409
        assert "yourself" in refused.text
    assert not await is_out(odile)


async def test_of_two_operators_who_demote_each_other_at_once_one_is_left(
    app: ASGIApp, odile: Person, database: Database
) -> None:
    paula = await sign_up(app, database, "Paula", is_operator=True)
    await asyncio.gather(odile.token(), paula.token())
    await asyncio.gather(odile.delete(f"{PAGE}/{paula.id}/operator"), paula.delete(f"{PAGE}/{odile.id}/operator"))
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM users WHERE is_operator")) == 1


async def test_a_link_to_another_password_is_shown_once(odile: Person, bob: Person, nobody: Browser) -> None:
    answer = await odile.post(f"{PAGE}/{bob.id}/reset-link")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    (path,) = re.findall(r'id="link"[^>]*>https?://[^/]+(/[^<]+)<', answer.text)
    assert (await nobody.get(path.replace("&amp;", "&"))).status_code in (200, 303)
    assert path not in (await odile.see(f"{PAGE}/{bob.id}")).text


@pytest.mark.parametrize("action", ACTS)
async def test_an_old_proof_does_nothing(odile: Person, bob: Person, database: Database, action: str) -> None:
    await odile.token()
    async with database.session() as session:
        await session.execute(OLD)
    method, noun = ACTS[action]
    assert (await odile.send(method, f"{PAGE}/{bob.id}/{noun}")).status_code in (303, 403)
    assert await told(database) == []
    assert not await is_out(bob)


@pytest.mark.parametrize("action", ACTS)
async def test_who_does_not_operate_finds_nothing(alice: Person, bob: Person, database: Database, action: str) -> None:
    method, noun = ACTS[action]
    assert (await alice.send(method, f"{PAGE}/{bob.id}/{noun}")).status_code == 404
    assert await told(database) == []


async def test_people_are_found_and_nothing_of_what_they_keep_is_seen(
    odile: Person, bob: Person, alice: Person, stock: Stock, database: Database
) -> None:
    (dune,) = await stock(DUNE)
    async with database.session() as session:
        await keeping.mark(session, bob.id, dune, EntryForm(status="done", notes="The spice."))
        await composing.create(session, bob.id, TitleForm(title="Bob's secret menu", intent=""))
    assert [name in (await odile.see(f"{PAGE}?q=BOB@")).text for name in ("Bob", "Alice")] == [True, False]
    assert [name in (await odile.see(f"{PAGE}?state=operator")).at("content").text for name in ("Bob", "Alice")] == [
        False,
        False,
    ]
    for path in (PAGE, f"{PAGE}/{bob.id}", f"/ops/audit?person={bob.id}"):
        page = (await odile.see(path)).text
        assert not any(word in page for word in ("spice", "Dune", "secret menu"))
    assert (await odile.get(f"{PAGE}/nonsense")).status_code == 404
    assert (await odile.get(f"{PAGE}?state=lost")).status_code == 422


async def test_programs_look_after_people_too(app: ASGIApp, bob: Person, database: Database) -> None:
    program = await member(app, database, "Odile")
    async with database.session() as session:
        await session.execute(text("UPDATE users SET is_operator = true WHERE id = :id"), {"id": program.id})
    listed = await program.see("/api/ops/users", q="bob")
    assert [(each["name"], each["sessions"]) for each in listed["people"]] == [("Bob", 1)]
    place = f"/api/ops/users/{bob.id}"
    assert (await program.post(f"{place}/suspension")).json()["disabled_at"] is not None
    assert await is_out(bob)
    assert (await program.delete(f"{place}/suspension")).json()["disabled_at"] is None
    assert (await program.delete(f"{place}/sessions")).status_code == 204
    assert (await program.post(f"/api/ops/users/{program.id}/suspension")).status_code == 409
    async with database.session() as session:
        await session.execute(OLD)
    assert (await program.post(f"{place}/suspension")).status_code == 403
    assert await told(database) == [
        ("account.disabled", bob.id, program.id),
        ("account.enabled", bob.id, program.id),
        ("account.signed_out", bob.id, program.id),
    ]
