"""What else lets somebody in, once the password was changed or set by a link: shown, and removed with one press."""

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import resetting
from app.kit.db import Database
from tests.cast import PASSWORD, Browser, Person
from tests.markup import read
from tests.pages.conftest import Evening

HERE = "/settings/security/ways-in"
NEW = "quite another table 77"
TOLD = text("SELECT action FROM audit_events WHERE action ~ '^(passkey|identity|token)' ORDER BY action")
LETTERS = text("SELECT details->>'subject' FROM outgoing_mail ORDER BY id")


async def told(database: Database) -> tuple[list[str], list[str]]:
    async with database.reading() as session:
        return list(await session.scalars(TOLD)), list(await session.scalars(LETTERS))


async def change(alice: Person) -> str:
    answer = await alice.put("/settings/password", {"current_password": PASSWORD, "password": NEW})
    alice.forget_token()
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_whoever_has_none_is_not_sent_there(alice: Person) -> None:
    assert await change(alice) == "/settings/security"
    assert not (await alice.see(HERE)).has(id="ways")


async def test_after_a_change_they_are_shown_and_all_go_with_one_press(
    alice: Person, evening: Evening, database: Database
) -> None:
    assert await change(alice) == HERE
    shown = (await alice.see(HERE)).at("ways").text
    assert all(name in shown for name in ("Phone", "https://id.example", "Kitchen"))
    answer = await alice.delete(HERE)
    assert not (await alice.follow(answer)).has(id="ways")
    assert await told(database) == (
        ["identity.unlinked", "passkey.removed", "token.withdrawn"],
        ["Your password was changed", "A passkey was removed", "An account elsewhere was unlinked"],
    )


@pytest.mark.parametrize("kind", ["passkeys", "identities", "tokens"])
async def test_each_goes_by_itself(alice: Person, evening: Evening, database: Database, kind: str) -> None:
    forms = (await alice.see(HERE)).at("ways").every("form")
    (action,) = [form.attributes["action"] for form in forms if f"/{kind}/" in form.attributes["action"]]
    assert (await alice.post(action)).status_code == 303
    assert len(list((await alice.see(HERE)).at("ways").every("li"))) == 2


async def test_an_open_session_alone_removes_none(alice: Person, evening: Evening, database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET proved_at = now() - interval '11 minutes'"))
    for path in (HERE, f"/settings/security/identities/{evening.identity}"):
        assert (await alice.delete(path)).status_code == 403
    assert await told(database) == ([], [])
    assert len(list((await alice.see(HERE)).at("ways").every("li"))) == 3


async def test_a_reset_ends_the_tokens_and_leads_to_the_rest(
    app: ASGIApp, alice: Person, evening: Evening, nobody: Browser, database: Database
) -> None:
    async with database.session() as session:
        link = await resetting.link_for(session, alice.user)
    answer = await nobody.put("/reset/password", {"token": link.removeprefix(resetting.PATH), "password": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={HERE.replace('/', '%2F')}")
    login = read((await nobody.get(answer.headers["location"])).text)
    (form,) = [each for each in login.every("form") if each.attributes["action"].startswith("/login?")]
    answer = await nobody.post(form.attributes["action"], {"email": alice.email, "password": NEW})
    nobody.forget_token()
    shown = (await nobody.follow(answer)).at("ways").text
    assert "Phone" in shown
    assert "Kitchen" not in shown
    actions, _ = await told(database)
    assert actions == ["token.withdrawn"]
