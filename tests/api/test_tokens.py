"""What programs come in with: access and refresh tokens of a login, and personal tokens (SE-8, SE-9)."""

import re
import time
from typing import Any

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import totp
from app.accounts.access_tokens import access_tokens_of
from app.accounts.scopes import SCOPES, offered
from app.accounts.second_factor import begin, confirm, enrolment
from app.accounts.signing_in import Viewer
from app.kit import clock
from app.kit.db import Database
from app.kit.ids import new_id
from app.kit.keys import ring_of
from tests.accounts.test_access_tokens import NOT_OURS, Forger
from tests.api.expected import CALLS
from tests.api.program import Member, Program
from tests.api.program import wrong as told_wrong
from tests.api.test_every_call import kept, make
from tests.cast import PASSWORD, SETTINGS
from tests.pages.conftest import Evening

WRITTEN = re.compile(r"tb_[0-9a-f]{32}_[0-9a-f]{48}_[0-9a-f]{8}")


async def do(database: Database, statement: str) -> Any:
    async with database.session() as session:
        return await session.execute(text(statement))


async def told(database: Database, action: str) -> list[Any]:
    rows = await do(database, f"SELECT details FROM audit_events WHERE action = '{action}'")
    return list(rows.scalars())


async def script(app: ASGIApp, owner: Member, *scopes: str, **more: Any) -> Program:
    """A program with a personal token of `owner`'s, made with nothing but the API."""
    made = await owner.post("/api/auth/tokens", {"name": new_id().hex, "scopes": scopes, **more})
    assert made.status_code == 201, made.text
    return Program(app, made.json()["token"])


async def log_in(nobody: Program, owner: Member, **more: str) -> dict[str, Any]:
    answer = await nobody.post("/api/auth/login", {"email": owner.email, "password": PASSWORD, **more})
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


async def refresh(nobody: Program, tokens: dict[str, Any]) -> Any:
    return await nobody.post("/api/auth/refresh", {"refresh_token": tokens["refresh_token"]})


# of a login


async def test_a_login_gives_a_token_for_a_while_and_one_to_go_on_with(
    app: ASGIApp, nobody: Program, alice: Member
) -> None:
    first = await log_in(nobody, alice)
    assert (first["token_type"], first["expires_in"], first["refresh_expires_in"]) == ("Bearer", 900, 14 * 86400)
    second = (await refresh(nobody, first)).json()
    assert second.keys() == first.keys()
    assert second["session"] == first["session"]
    assert second["refresh_token"] != first["refresh_token"]
    for tokens in (first, second):
        assert (await Program(app, tokens["access_token"]).see("/api/me")) == tokens["user"]


async def test_a_spent_token_gives_the_same_again_and_after_the_grace_the_end(
    app: ASGIApp, nobody: Program, alice: Member, database: Database
) -> None:
    first = await log_in(nobody, alice)
    second = (await refresh(nobody, first)).json()
    assert (await refresh(nobody, first)).json()["refresh_token"] == second["refresh_token"]
    await do(database, "UPDATE refresh_tokens SET spent_at = spent_at - interval '11 seconds'")
    for dead in (first, second):
        answer = await refresh(nobody, dead)
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("/api/docs#refresh-token-refused")
    assert (await Program(app, second["access_token"]).get("/api/me")).status_code == 401
    assert await told(database, "refresh_token.reused") == [{"family": first["session"].replace("-", "")}]


async def test_logging_out_ends_the_family(app: ASGIApp, nobody: Program, alice: Member, database: Database) -> None:
    tokens = await log_in(nobody, alice)
    assert (await Program(app, tokens["access_token"]).post("/api/auth/logout")).status_code == 204
    assert (await Program(app, tokens["access_token"]).get("/api/me")).status_code == 401
    assert (await refresh(nobody, tokens)).status_code == 400
    assert await told(database, "session.ended") == [{"kind": "api"}]
    assert await told(database, "session.started") == [{"kind": "api", "by": "password"}]


@pytest.mark.parametrize(
    "ended",
    [
        "DELETE FROM sessions",
        "UPDATE sessions SET expires_at = now()",
        "UPDATE sessions SET seen_at = now() - interval '15 days'",
        "UPDATE sessions SET kind = 'browser'",
        "UPDATE users SET disabled_at = now()",
        "UPDATE users SET closes_at = now() + interval '1 day'",
    ],
)
async def test_an_access_token_ends_with_its_session_at_once(alice: Member, database: Database, ended: str) -> None:
    assert (await alice.get("/api/me")).status_code == 200
    await do(database, ended)
    answer = await alice.get("/api/me")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


async def test_a_token_for_her_session_names_nobody_else(app: ASGIApp, alice: Member, charlie: Member) -> None:
    mine = access_tokens_of(SETTINGS).read(alice.token)
    assert mine
    mixed = access_tokens_of(SETTINGS).issue(charlie.id, mine.session_id)
    assert (await Program(app, mixed).get("/api/me")).status_code == 401


async def test_the_second_factor_is_asked_for_here_too(nobody: Program, alice: Member, database: Database) -> None:
    viewer = Viewer(alice.id, "Alice", alice.email, False, alice.session_id, b"", clock.now())
    async with database.session() as session:
        await begin(session, SETTINGS, viewer)
    async with database.session() as session:
        secret = (await enrolment(session, SETTINGS, viewer, "Tastebuds")).secret
        step = int(time.time()) // totp.STEP
        (recovery, *_) = await confirm(session, SETTINGS, viewer, totp.code_at(secret, step))
    sent = {"email": alice.email, "password": PASSWORD}
    for code, kind in (("", "needed"), ("000000", "refused"), ("no", "refused")):
        answer = await nobody.post("/api/auth/login", sent | {"code": code})
        assert answer.status_code == 401
        assert answer.json()["type"] == f"{SETTINGS.address}/api/docs#second-factor-{kind}"
    assert (await nobody.post("/api/auth/login", sent | {"password": "not this one", "code": ""})).json()[
        "type"
    ] == "about:blank"
    await log_in(nobody, alice, code=recovery)
    assert (await nobody.post("/api/auth/login", sent | {"code": recovery})).status_code == 401
    await log_in(nobody, alice, code=totp.code_at(secret, step + 1))
    started = await told(database, "session.started")
    assert [each["second"] for each in started] == ["recovery_code", "totp"]


# in the request


async def test_what_is_not_exactly_ours_gets_401(app: ASGIApp, alice: Member) -> None:
    mine = access_tokens_of(SETTINGS).read(alice.token)
    assert mine
    forger = Forger(ring_of(SETTINGS), SETTINGS.address, alice.id, mine.session_id)
    assert (await Program(app, forger.forged()).get("/api/me")).status_code == 200
    program = Program(app)
    for what, made in NOT_OURS.items():
        said = {b"authorization": f"Bearer {made(forger)}".encode()}
        answer = await program.client.get("/api/me", headers=said)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), what
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"', what


async def test_two_credentials_are_none(alice: Member) -> None:
    said = ("authorization", alice.client.headers["authorization"])
    bare = {"headers": [said, said]}
    del alice.client.headers["authorization"]
    assert (await alice.client.get("/api/me", headers=bare["headers"])).status_code == 401
    assert (await alice.client.get("/api/me", headers=[said])).status_code == 200


async def test_a_token_counts_in_its_header_alone(app: ASGIApp, alice: Member) -> None:
    mine = alice.token
    personal = (await script(app, alice, "account:read")).token
    del alice.client.headers["authorization"]
    for token in (mine, personal):
        assert (await Program(app, token).get("/api/me")).status_code == 200
        for name in ("token", "access_token", "authorization", "bearer"):
            assert (await alice.get("/api/me", **{name: token})).status_code == 401
            assert (await alice.ask("POST", "/api/auth/logout", {name: token})).status_code == 401
        for cookie in ("__Host-session", "access_token", "token"):
            alice.client.cookies.set(cookie, token)
        assert (await alice.get("/api/me")).status_code == 401
        assert (await alice.get("/library")).status_code == 303
        alice.client.cookies.clear()
        for said in (token, f"Token {token}", f"Basic {token}", f"Bearer {token} {token}", f"Bearer\t{token}x"):
            answer = await alice.client.get("/api/me", headers={"authorization": said})
            assert answer.status_code == 401, said[:20]


# personal tokens


async def test_a_personal_token_is_told_once_and_kept_as_a_hash(
    app: ASGIApp, alice: Member, database: Database
) -> None:
    made = (await alice.post("/api/auth/tokens", {"name": "Nightly", "scopes": ["account:read"], "days": None})).json()
    assert WRITTEN.fullmatch(made["token"])
    (listed,) = await alice.see("/api/auth/tokens")
    assert listed == {name: value for name, value in made.items() if name != "token"}
    assert (listed["scopes"], listed["expires_at"], listed["used_at"]) == (["account:read"], None, None)
    program = Program(app, made["token"])
    assert (await program.see("/api/me"))["email"] == alice.email
    (used,) = await alice.see("/api/auth/tokens")
    assert used["used_at"]
    assert (await program.get("/api/me")).status_code == 200
    assert (await alice.see("/api/auth/tokens")) == [used]  # not every request is a write
    secret = made["token"].split("_")[2]
    for table in ("api_tokens", "audit_events", "outgoing_mail"):
        rows = (await do(database, f"SELECT t::text FROM {table} t")).scalars().all()
        assert not [row for row in rows if secret in row]
    assert [each["name"] for each in await told(database, "token.made")] == ["Nightly"]


async def test_a_personal_token_ends(app: ASGIApp, alice: Member, database: Database) -> None:
    for ended, begun in (
        ("UPDATE api_tokens SET expires_at = now()", "UPDATE api_tokens SET expires_at = NULL"),
        ("UPDATE users SET disabled_at = now()", "UPDATE users SET disabled_at = NULL"),
        ("UPDATE users SET closes_at = now() + interval '1 day'", "UPDATE users SET closes_at = NULL"),
    ):
        program = await script(app, alice, "account:read", name=ended)
        assert (await program.get("/api/me")).status_code == 200
        await do(database, ended)
        assert (await program.get("/api/me")).status_code == 401, ended
        await do(database, begun)
    tokens = await alice.see("/api/auth/tokens")
    assert (await alice.delete(f"/api/auth/tokens/{tokens[0]['id']}")).status_code == 204
    assert (await program.get("/api/me")).status_code == 401
    assert len(await told(database, "token.withdrawn")) == 1


async def test_what_is_not_exactly_the_token_is_nobodys(app: ASGIApp, alice: Member) -> None:
    token = (await script(app, alice, "account:read")).token
    prefix, id_, secret, crc = token.split("_")
    others = (await script(app, alice, "search")).token.split("_")
    for wrong in (
        token[:-1],
        token + "0",
        token.upper(),
        f"{prefix}_{id_}_{secret[::-1]}_{crc}",
        f"tbr_{id_}_{secret}_{crc}",
        f"{prefix}_{others[1]}_{secret}_{others[3]}",
        f"{prefix}_{id_}_{secret}",
        "tb_",
        "tb_" + "0" * 5000,
    ):
        assert (await Program(app, wrong).get("/api/me")).status_code == 401


async def test_a_personal_token_does_what_its_scope_says_on_every_call(
    app: ASGIApp, alice: Member, evening: Evening, nobody: Program, database: Database
) -> None:
    """Generated over the description: without the scope 403, whatever else it may do; with it, not."""
    described = (await nobody.see("/api/openapi.json"))["paths"]
    await do(database, "UPDATE users SET is_operator = true")
    everything = await script(app, alice, *SCOPES)
    without = {scope: await script(app, alice, *(SCOPES.keys() - {scope})) for scope in SCOPES}
    only = {scope: await script(app, alice, scope) for scope in SCOPES}
    only["catalog:write"] = await script(app, alice, "catalog:write", "library:write")  # it keeps what it takes in
    await do(database, "UPDATE users SET is_operator = false")
    before = await kept(database)
    asked = set()
    for call in CALLS:
        method, _, path = call.route.partition(" ")
        if not (security := described[path][method.lower()].get("security")):
            continue
        ((scope,),) = security[0].values()
        asked.add(scope)
        answer = await make(without.get(scope, everything), evening, call)
        assert answer.status_code == 403, call
        assert answer.headers["www-authenticate"] == f'Bearer error="insufficient_scope", scope="{scope}"'
        assert answer.json()["type"].endswith("/api/docs#scope-missing")
        assert scope == "session" or scope in answer.json()["detail"]
    assert asked == {*SCOPES, "session"}
    assert await kept(database) == before
    for call in CALLS:
        if security := described[call.route.partition(" ")[2]][call.method.lower()].get("security"):
            ((scope,),) = security[0].values()
            if scope != "session":
                assert (await make(only[scope], evening, call)).status_code not in (401, 403), call


async def test_the_operator_s_scopes_are_only_for_who_operates(alice: Member, database: Database) -> None:
    sent = {"name": "Sleeper", "scopes": ["search", "ops:read"]}
    refused = await alice.post("/api/auth/tokens", sent)
    assert told_wrong(refused) == {"scopes": "ops:read is for those who operate this Tastebuds."}
    assert await alice.see("/api/auth/tokens") == []
    await do(database, "UPDATE users SET is_operator = true")
    assert (await alice.post("/api/auth/tokens", sent)).status_code == 201


async def test_keeping_what_is_taken_in_needs_the_library(app: ASGIApp, alice: Member, evening: Evening) -> None:
    sent = {"preview": str(evening.preview), "keep": True}
    answer = await (await script(app, alice, "catalog:write")).post("/api/items", sent)
    assert (answer.status_code, "library:write" in answer.headers["www-authenticate"]) == (403, True)
    assert (await (await script(app, alice, "catalog:write", "library:write")).post("/api/items", sent)).is_success


async def test_a_personal_token_opens_no_page(app: ASGIApp, alice: Member) -> None:
    program = await script(app, alice, *offered(operating=False))
    for page in ("/library", "/settings/tokens", "/settings/security", "/menus"):
        answer = await program.get(page)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login"), page


async def test_making_and_withdrawing_need_a_login_that_is_minutes_old(alice: Member, database: Database) -> None:
    token = (await alice.post("/api/auth/tokens", {"name": "Nightly", "scopes": ["search"]})).json()
    await do(database, "UPDATE sessions SET proved_at = now() - interval '11 minutes'")
    for answer in (
        await alice.post("/api/auth/tokens", {"name": "Another", "scopes": ["search"]}),
        await alice.delete(f"/api/auth/tokens/{token['id']}"),
    ):
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/api/docs#proof-needed")
    assert len(await alice.see("/api/auth/tokens")) == 1


async def test_an_account_has_fifty_tokens_and_no_two_of_one_name(alice: Member, database: Database) -> None:
    await do(
        database,
        "INSERT INTO api_tokens (id, user_id, name, secret_hash, scopes) "
        "SELECT gen_random_uuid(), id, n::text, 'h', '{search}' FROM users, generate_series(1, 49) n",
    )
    again = await alice.post("/api/auth/tokens", {"name": "7", "scopes": ["search"]})
    assert again.json()["errors"][0]["field"] == "name"
    assert (await alice.post("/api/auth/tokens", {"name": "50", "scopes": ["search"]})).status_code == 201
    refused = await alice.post("/api/auth/tokens", {"name": "51", "scopes": ["search"]})
    assert (refused.status_code, "50 tokens" in refused.json()["detail"]) == (422, True)


async def test_a_new_password_leaves_personal_tokens_and_ends_the_sessions_of_programs(
    app: ASGIApp, alice: Member, database: Database
) -> None:
    program = await script(app, alice, "account:read")
    await do(database, "UPDATE users SET password_set_at = now()")
    await do(database, "DELETE FROM sessions")  # as a change of the password does
    assert (await program.get("/api/me")).status_code == 200
    assert (await alice.get("/api/me")).status_code == 401
