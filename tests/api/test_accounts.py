"""Tokens: how a program gets one, whose it is, and how it ends."""

from litestar.types import ASGIApp

from app.kit.db import Database
from tests.api.program import Member, Program, wrong
from tests.cast import PASSWORD, sign_up

NEW = {"name": "Dora", "email": "dora@example.org", "password": "long enough to be one"}


async def test_who_registers_gets_a_token_that_is_theirs(app: ASGIApp, alice: Member, nobody: Program) -> None:
    token = (await nobody.post("/api/auth/register", NEW)).json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 900)
    me = await Program(app, token["access_token"]).see("/api/me")
    assert me == token["user"]
    assert (me["name"], me["email"]) == ("Dora", "dora@example.org")


async def test_the_first_account_is_not_made_here(nobody: Program) -> None:
    answer = await nobody.post("/api/auth/register", NEW)
    assert answer.status_code == 403
    assert "by the link that it printed" in answer.json()["detail"]


async def test_an_address_registers_once(nobody: Program, alice: Member) -> None:
    answer = await nobody.post("/api/auth/register", NEW | {"email": alice.email})
    assert wrong(answer) == {"email": "This address has an account already. Log in instead."}


async def test_every_login_is_another_token(nobody: Program, alice: Member) -> None:
    sent = {"email": alice.email, "password": PASSWORD}
    tokens = [(await nobody.post("/api/auth/login", sent)).json()["access_token"] for _ in range(2)]
    assert len(set(tokens)) == 2


async def test_an_unknown_address_and_a_wrong_password_are_told_the_same(nobody: Program, alice: Member) -> None:
    answers = [
        await nobody.post("/api/auth/login", {"email": email, "password": "not this one at all"})
        for email in (alice.email, "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert [answer.json() | {"instance": ""} for answer in answers] == [answers[0].json() | {"instance": ""}] * 2
    assert answers[0].headers["www-authenticate"] == "Bearer"


async def test_logging_out_ends_this_token_and_no_other(app: ASGIApp, alice: Member, nobody: Program) -> None:
    other = (await nobody.post("/api/auth/login", {"email": alice.email, "password": PASSWORD})).json()
    assert (await alice.post("/api/auth/logout")).status_code == 204
    assert (await alice.get("/api/me")).status_code == 401
    assert (await Program(app, other["access_token"]).get("/api/me")).status_code == 200


async def test_a_browser_session_counts_for_nothing_here_nor_a_token_on_pages(
    app: ASGIApp, database: Database, alice: Member
) -> None:
    bob = await sign_up(app, database, "Bob")
    assert (await bob.get("/api/me")).status_code == 401
    assert (await Program(app, bob.cookie or "").get("/api/me")).status_code == 401
    assert (await alice.get("/library")).status_code == 303


async def test_what_is_no_token_is_nobodys(app: ASGIApp, database: Database) -> None:
    for said in ("Bearer", "Bearer x", "Bearer .", f"bearer {'0' * 32}.é", "Bearer " + "x" * 9000, "Basic YTph"):
        program = Program(app)
        program.client.headers["authorization"] = said
        assert (await program.get("/api/me")).status_code == 401, said
