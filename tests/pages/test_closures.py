"""Closing an account, keeping it after all, and what is left when it is erased (PR-2)."""

from typing import Any

import pytest
from litestar.types import ASGIApp
from saq.types import Context
from sqlalchemy import text

from app.accounts import notices, personal_tokens
from app.accounts.token_forms import PersonalTokenForm
from app.jobs.erasing import erase
from app.jobs.sweeping import sweep
from app.kit.db import Database
from app.library import keeping
from app.library.forms import EntryForm
from app.menus import composing, sharing
from app.menus.forms import TitleForm
from tests.api.program import Program
from tests.cast import PASSWORD, Browser, Person, sign_up
from tests.markup import read
from tests.pages.conftest import Stock
from tests.pages.works import DUNE

CLOSURE, DATA = "/settings/closure", "/settings/data"
OLD = text("UPDATE sessions SET proved_at = proved_at - interval '11 minutes'")
DUE = text("UPDATE users SET closes_at = now() - interval '1 second' WHERE closes_at IS NOT NULL")
ACTIONS = text("SELECT action FROM audit_events ORDER BY id")
TABLES = text("""
    SELECT quote_ident(table_name) FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
""")
CANARY = "c4nary"


async def all_told(database: Database) -> list[str]:
    async with database.session() as session:
        return list(await session.scalars(ACTIONS))


async def run_due(database: Database) -> int:
    async with database.session() as session:
        await session.execute(DUE)
    context: Context = {"database": database}  # type: ignore[typeddict-unknown-key,typeddict-item]
    erased = await erase(context)
    assert await erase(context) == 0  # twice is safe
    return erased


async def close(person: Person) -> Any:
    answer = await person.post(CLOSURE, {"email": person.email.upper()})
    person.forget_token()
    return answer


async def log_in(browser: Browser, person: Person) -> Any:
    browser.forget_token()
    answer = await browser.post("/login", {"email": person.email, "password": PASSWORD})
    browser.forget_token()
    return answer


async def test_closed_it_is_out_everywhere_and_its_menus_are_not_read(
    app: ASGIApp, alice: Person, nobody: Browser, database: Database
) -> None:
    async with database.session() as session:
        menu = await composing.create(session, alice.id, TitleForm(title="An evening", intent=""))
        await sharing.publish(session, alice.id, menu.id)
        form = PersonalTokenForm(name="script", scopes=["library:read"], days=30)
        _, token = await personal_tokens.make(session, alice.id, form)
    answer = await close(alice)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "Log in before" in (await alice.see("/login")).text
    assert (await alice.get("/library")).status_code == 303
    assert (await Program(app, token).get("/api/library")).status_code == 401
    assert (await nobody.get(f"/menus/{menu.slug}")).status_code == 404
    assert "account.closed" in await all_told(database)


async def test_who_logs_in_again_may_keep_it_and_nothing_else(
    alice: Person, nobody: Browser, database: Database
) -> None:
    async with database.session() as session:
        menu = await composing.create(session, alice.id, TitleForm(title="An evening", intent=""))
        await sharing.publish(session, alice.id, menu.id)
    await close(alice)
    await log_in(nobody, alice)
    for path in ("/", "/library", DATA, "/settings/tokens", "/menus", f"/menus/{menu.slug}"):
        answer = await nobody.get(path)
        assert (answer.status_code, answer.headers.get("location")) == (303, CLOSURE), path
    nobody._token = (await nobody.see(CLOSURE)).value("_csrf_token")
    assert (await nobody.post("/menus", {"title": "Another", "intent": ""})).headers["location"] == CLOSURE
    kept = await nobody.delete(CLOSURE)
    assert (kept.status_code, kept.headers["location"]) == (303, "/")
    assert (await nobody.get(f"/menus/{menu.slug}")).status_code == 200
    assert (await nobody.get(CLOSURE)).headers["location"] == DATA
    assert await run_due(database) == 0
    assert [each for each in await all_told(database) if each.startswith("account.")] == [
        "account.closed",
        "account.kept",
    ]


@pytest.mark.parametrize("typed", ["", "bob@example.org", "alice"])
async def test_it_takes_the_address_to_close_it(alice: Person, database: Database, typed: str) -> None:
    answer = await alice.post(CLOSURE, {"email": typed})
    assert answer.status_code == 422
    assert "to be sure that it is the one you mean" in answer.text
    assert await all_told(database) == []


async def test_an_old_proof_closes_nothing_until_it_is_renewed_with_what_was_typed_kept(
    alice: Person, database: Database
) -> None:
    await alice.token()
    async with database.session() as session:
        await session.execute(OLD)
    asked = await alice.post(CLOSURE, {"email": alice.email})
    assert asked.status_code == 403
    assert await all_told(database) == []
    assert (await alice.get("/library")).status_code == 200
    sent = read(asked.text).value("_sent") or ""
    proved = read((await alice.post("/proof?next=/", {"password": PASSWORD, "_sent": sent})).text)
    assert proved.value("email") == alice.email
    alice.forget_token()
    assert (await alice.post(CLOSURE, {"email": alice.email})).headers["location"] == "/login"
    assert (await all_told(database))[-1] == "account.closed"


async def test_a_program_cannot_log_in_to_a_closed_account(app: ASGIApp, alice: Person) -> None:
    await close(alice)
    answer = await Program(app).post("/api/auth/login", {"email": alice.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "closed" in answer.json()["detail"]


async def test_the_last_operator_stays_while_others_are_here(app: ASGIApp, odile: Person, database: Database) -> None:
    bob = await sign_up(app, database, "Bob")
    refused = await odile.post(CLOSURE, {"email": odile.email})
    assert refused.status_code == 409
    assert "the last who operates" in refused.text
    await close(bob)
    assert (await close(odile)).status_code == 303  # whoever is left leaves too


async def laid_out(app: ASGIApp, alice: Person, stock: Stock, database: Database) -> None:
    """What one can have here, each with a word of her own in it."""
    (dune,) = await stock(DUNE)
    async with database.session() as session:
        await session.execute(text("UPDATE users SET name = :name WHERE id = :id"), {"name": CANARY, "id": alice.id})
        await keeping.mark(session, alice.id, dune, EntryForm(status="done", notes=CANARY))
        menu = await composing.create(session, alice.id, TitleForm(title=CANARY, intent=CANARY))
        course = await composing.add_course(session, alice.id, menu.id, TitleForm(title=CANARY))
        await composing.add_item(session, alice.id, menu.id, course.id, dune)
        await sharing.publish(session, alice.id, menu.id)
        form = PersonalTokenForm(name=CANARY, scopes=["library:read"], days=30)
        await personal_tokens.make(session, alice.id, form)
        await notices.write(session, "reset", alice.email)
    alice.client.headers["user-agent"] = CANARY
    await alice.get("/search/found?q=dune")
    await alice.get("/ops/users")  # refused, and told
    await alice.client.post("/menus", headers={"sec-fetch-site": "cross-site"})
    await alice.post(f"/items/{dune}/entry", {"status": "done", "notes": CANARY})


async def test_after_the_week_nothing_of_her_is_left_but_that_it_happened(
    app: ASGIApp, alice: Person, odile: Person, nobody: Browser, stock: Stock, database: Database
) -> None:
    nobody.client.headers["user-agent"] = CANARY
    await laid_out(app, alice, stock, database)
    await odile.delete(f"/ops/users/{alice.id}/sessions")
    await log_in(nobody, alice)
    nobody._token = None
    assert (await nobody.post(CLOSURE, {"email": alice.email})).status_code == 303
    assert await found(database, CANARY)  # the scan sees what is there
    assert await run_due(database) == 1
    context: Context = {"database": database}  # type: ignore[typeddict-unknown-key,typeddict-item]
    await sweep(context)
    assert await found(database, CANARY) == {}
    assert await found(database, alice.email) == {}
    for id_ in (str(alice.id), alice.id.hex):
        assert (await found(database, id_)).keys() <= {"audit_events"}
    assert (await all_told(database))[-1] == "account.erased"
    again = await log_in(nobody, alice)
    assert "do not belong together" in again.text


async def found(database: Database, wanted: str) -> dict[str, int]:
    """In how many rows of which table it stands, in whatever column, in letters or in bytes."""
    counts = {}
    async with database.session() as session:
        for table in await session.scalars(TABLES):
            rows = text(f"""
                SELECT count(*) FROM {table} AS t
                WHERE strpos(lower(t::text), lower(:wanted)) > 0 OR strpos(t::text, encode(:bytes, 'hex')) > 0
            """)
            if count := await session.scalar(rows, {"wanted": wanted, "bytes": wanted.encode()}):
                counts[str(table)] = int(count)
    return counts
