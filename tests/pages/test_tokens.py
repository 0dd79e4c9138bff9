"""Tokens for programs, on the page: made once proved, told once, withdrawn (SE-7, SE-9)."""

import re

from litestar.types import ASGIApp
from sqlalchemy import text

from app.kit.db import Database
from tests.api.program import Program
from tests.cast import Person
from tests.pages.conftest import Evening

HERE = "/settings/tokens"
FORM = {"name": "Nightly <b>", "scope-account:read": "1", "scope-search": "1", "days": "30"}
WRITTEN = re.compile(r"tb_[0-9a-f]{32}_[0-9a-f]{48}_[0-9a-f]{8}")


async def do(database: Database, statement: str) -> None:
    async with database.session() as session:
        await session.execute(text(statement))


async def test_she_makes_one_and_sees_it_once(app: ASGIApp, alice: Person) -> None:
    assert "No token yet" in (await alice.see(HERE)).text
    assert "Search, and look at works" in (await alice.see(HERE + "/new")).text
    made = await alice.post(HERE, FORM)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    (token,) = WRITTEN.findall(made.text)
    assert (await Program(app, token).see("/api/me"))["name"] == "Alice"
    assert (await Program(app, token).get("/api/library")).status_code == 403
    page = await alice.get(HERE)
    assert "Nightly &lt;b&gt;" in page.text
    assert "Search, and look at works" in page.text
    assert token.split("_")[2] not in page.text


async def test_what_is_missing_is_said_and_what_was_chosen_stays(alice: Person) -> None:
    answer = await alice.post(HERE, {"name": "", "scope-menus:read": "", "days": "never"})
    assert answer.status_code == 422
    assert "This is needed." in answer.text
    assert "Choose one thing or more that the token may do." in answer.text
    assert '<option value="never" selected>' in answer.text
    again = await alice.post(HERE, {"name": "Nightly", "scope-menus:read": "1", "days": "400"})
    assert (again.status_code, "This must be 365 or less." in again.text) == (422, True)
    assert re.search(r'name="scope-menus:read"[^>]* checked', again.text)
    assert "No token yet" in (await alice.see(HERE)).text


async def test_scopes_there_are_not_and_the_operator_s_are_not_hers_to_choose(alice: Person, odile: Person) -> None:
    for scope in ("session", "everything", "ops:read"):
        assert (await alice.post(HERE, {"name": scope, f"scope-{scope}": "1", "days": "7"})).status_code == 422
    assert "ops:read" not in (await alice.see(HERE + "/new")).text
    assert (await odile.post(HERE, {"name": "Watch", "scope-ops:read": "1", "days": "7"})).status_code == 201


async def test_she_withdraws_one_and_a_stranger_none(
    app: ASGIApp, alice: Person, charlie: Person, evening: Evening
) -> None:
    (token,) = WRITTEN.findall((await alice.post(HERE, FORM)).text)
    id_ = token.split("_")[1]
    assert (await charlie.delete(f"{HERE}/{id_}")).status_code == 404
    assert (await charlie.delete(f"{HERE}/{evening.token}")).status_code == 404
    page = await alice.follow(await alice.delete(f"{HERE}/{id_}"))
    assert "Nightly <b> is withdrawn. It works no more." in page.text
    assert (await Program(app, token).get("/api/me")).status_code == 401
    assert (await alice.delete(f"{HERE}/{id_}")).status_code == 404


async def test_an_open_session_alone_makes_and_withdraws_none(
    alice: Person, evening: Evening, database: Database
) -> None:
    await alice.token()
    await do(database, "UPDATE sessions SET proved_at = now() - interval '11 minutes'")
    assert (await alice.get(HERE)).status_code == 200
    for answer in (
        await alice.get(HERE + "/new"),
        await alice.post(HERE, FORM),
        await alice.delete(f"{HERE}/{evening.token}"),
    ):
        assert answer.status_code in (303, 403)
    assert "Nightly" not in (await alice.see(HERE)).text
    assert "Kitchen" in (await alice.see(HERE)).text


async def test_one_that_has_ended_says_so(alice: Person, evening: Evening, database: Database) -> None:
    assert "Never ends." in (await alice.see(HERE)).text
    await do(database, "UPDATE api_tokens SET expires_at = now() - interval '1 day'")
    assert "Ended on" in (await alice.see(HERE)).text


async def test_who_changes_the_password_is_told_of_tokens_that_go_on(
    alice: Person, charlie: Person, evening: Evening, database: Database
) -> None:
    assert "1 token for programs" in (await alice.see("/settings/password")).text
    assert "for programs will go on" not in (await charlie.see("/settings/password")).text
    await do(database, "UPDATE api_tokens SET expires_at = now()")
    assert "for programs will go on" not in (await alice.see("/settings/password")).text
