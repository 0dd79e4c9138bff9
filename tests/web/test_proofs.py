"""Before what matters, who is in says once more who they are; and nothing they typed is lost on the way (SE-7, B3)."""

import json

import httpx
import pytest
from sqlalchemy import text

from app.kit.db import Database
from tests.authenticator import set_up
from tests.cast import PASSWORD, Browser, Person
from tests.markup import Element, read

LONG_AGO = text("UPDATE sessions SET proved_at = now() - interval '11 minutes'")
OVER = text("DELETE FROM sessions")
TITLE = {"title": "Winter", "intent": "Long nights,\r\nwarm “lamps” & <b>."}


async def do(database: Database, statement: object) -> None:
    async with database.session() as session:
        await session.execute(statement)  # type: ignore[call-overload]


async def actions(database: Database) -> list[str]:
    async with database.session() as session:
        return list(await session.scalars(text("SELECT action FROM audit_events ORDER BY id")))


def sent_of(answer: httpx.Response) -> str:
    return read(answer.text).value("_sent") or ""


async def press(browser: Browser, page: Element) -> httpx.Response:
    """The one button of the page that sends what was typed."""
    (form,) = [each for each in page.every("form") if "action" in each.attributes and not is_of_every_page(each)]
    fields = {each.attributes["name"]: each.attributes["value"] for each in form.every("input", type="hidden")}
    browser.forget_token()
    path = form.attributes["action"]
    token = fields.pop("_csrf_token")
    fields.pop("_key", None)
    assert token == await browser.token()
    return await browser.post(path, fields)


def is_of_every_page(form: Element) -> bool:
    return form.attributes["action"] == "/logout"


async def test_a_dangerous_page_asks_first_and_leads_back(alice: Person, database: Database) -> None:
    assert (await alice.get("/settings/tokens/new")).status_code == 200
    await do(database, LONG_AGO)
    asked = await alice.get("/settings/tokens/new")
    assert (asked.status_code, asked.headers["location"]) == (303, "/proof?next=/settings/tokens/new")
    page = await alice.follow(asked)
    assert page.one("input", name="password").attributes["autocomplete"] == "current-password"
    proved = await alice.post(asked.headers["location"], {"password": PASSWORD})
    assert (proved.status_code, proved.headers["location"]) == (303, "/settings/tokens/new")
    assert (await alice.get("/settings/tokens/new")).status_code == 200


async def test_after_the_proof_one_press_does_what_was_asked(
    alice: Person, nobody: Browser, database: Database
) -> None:
    await nobody.post("/login", {"email": alice.email, "password": PASSWORD})
    await do(database, LONG_AGO)
    asked = await alice.delete("/settings/other-sessions")
    before = alice.cookie
    proved = await alice.post("/proof?next=/", {"password": PASSWORD, "_sent": sent_of(asked)})
    assert proved.status_code == 200
    assert alice.cookie != before
    done = await press(alice, read(proved.text))
    assert (done.status_code, done.headers["location"]) == (303, "/settings/sessions")
    assert (await nobody.get("/library")).status_code == 303
    assert [each for each in await actions(database) if each in ("session.proved", "sessions.revoked")] == [
        "session.proved",
        "sessions.revoked",
    ]


async def test_a_proof_gives_the_session_another_name_and_its_pages_another_token(
    app: object, alice: Person, database: Database
) -> None:
    await do(database, LONG_AGO)
    before, token = alice.cookie or "", await alice.token()
    answer = await alice.post("/proof?next=/library", {"password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/library")
    old = Browser(alice.client._transport.app)  # type: ignore[attr-defined]
    old.carry(before)
    assert (await old.get("/library")).status_code == 303
    alice.forget_token()
    assert await alice.token() != token
    assert (await alice.get("/proof", next="/library")).headers["location"] == "/library"


async def test_a_wrong_password_proves_nothing_and_goes_on_carrying(alice: Person, database: Database) -> None:
    await do(database, LONG_AGO)
    asked = await alice.delete("/settings/other-sessions")
    answer = await alice.post("/proof?next=/", {"password": "not it at all", "_sent": sent_of(asked)})
    page = read(answer.text)
    assert (answer.status_code, page.wrong()) == (422, {"password": "This is not your password."})
    assert page.value("_sent") == sent_of(asked)
    assert "not it at all" not in answer.text
    assert (await actions(database))[-1] == "proof.refused"


async def test_who_guesses_is_slowed_down(alice: Person, database: Database) -> None:
    async with database.session() as session:  # no hash is worth the wait
        await session.execute(text("UPDATE users SET password_hash = 'none'"))
    answers = [await alice.post("/proof", {"password": f"guess {n}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Too many attempts" in answers[-1].text


async def test_htmx_and_programs_are_told_what_is_missing(alice: Person, database: Database) -> None:
    await do(database, LONG_AGO)
    answer = await alice.delete("/settings/other-sessions", target="sessions")
    assert answer.status_code == 403
    assert read(answer.text).has("p", **{"data-asks": "/proof?next=/session"})


async def test_a_session_that_ended_mid_edit_loses_nothing(alice: Person, database: Database) -> None:
    await alice.token()
    await do(database, OVER)
    asked = await alice.post("/menus", TITLE)
    assert asked.status_code == 401
    wrong = await alice.client.post(
        "/login", data={"email": alice.email, "password": "no", "_sent": sent_of(asked)}, headers=alice.said
    )
    assert (wrong.status_code, sent_of(wrong)) == (422, sent_of(asked))
    form = {"email": alice.email, "password": PASSWORD, "_sent": sent_of(wrong)}
    page = await alice.client.post("/login?next=/", data=form, headers=alice.said)
    assert page.status_code == 200
    done = await press(alice, read(page.text))
    menu = read((await alice.client.get(done.headers["location"])).text)
    assert menu.value("title") == "Winter"
    assert menu.value("intent") == TITLE["intent"].replace("\r\n", "\n")


async def test_nor_does_it_where_there_is_a_second_factor(alice: Person, database: Database) -> None:
    phone, _ = await set_up(alice)
    alice.forget_token()
    await alice.token()
    await do(database, OVER)
    asked = await alice.post("/menus", TITLE)
    form = {"email": alice.email, "password": PASSWORD, "_sent": sent_of(asked)}
    second = await alice.client.post("/login", data=form, headers=alice.said)
    assert (second.status_code, sent_of(second)) == (200, sent_of(asked))
    form = {"code": phone.code(), "_sent": sent_of(second)}
    page = await alice.client.post("/login/second", data=form, headers=alice.said)
    assert page.status_code == 200
    assert (await press(alice, read(page.text))).status_code == 303


async def test_what_one_typed_another_does_not_send(alice: Person, bob: Person, database: Database) -> None:
    await alice.token()
    await do(database, OVER)
    asked = await alice.post("/menus", TITLE)
    form = {"email": bob.email, "password": PASSWORD, "_sent": sent_of(asked)}
    answer = await alice.client.post("/login", data=form, headers=alice.said)
    assert answer.status_code == 422
    assert "written with another account" in answer.text
    assert sent_of(answer) == sent_of(asked)
    assert alice.cookie is None or (await alice.get("/library")).status_code == 303
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM menus")) == 0


async def test_a_page_of_an_earlier_session_is_sent_again_at_a_press(alice: Person, database: Database) -> None:
    """As it is after a proof, or a login, in another tab."""
    stale = await alice.token()
    await do(database, LONG_AGO)
    await alice.post("/proof", {"password": PASSWORD})
    answer = await alice.post("/menus", TITLE)
    assert answer.status_code == 403
    assert stale not in answer.text
    done = await press(alice, read(answer.text))
    assert done.status_code == 303
    assert "Winter" in (await alice.follow(done)).text


async def test_a_page_of_another_account_is_not(alice: Person, bob: Person, database: Database) -> None:
    await alice.token()
    alice.client.cookies.set("__Host-session", bob.cookie or "", domain="tastebuds.test", path="/")
    answer = await alice.post("/menus", TITLE)
    assert answer.status_code == 403
    assert "another account" in answer.text
    assert "Winter" not in answer.text


async def test_no_password_and_no_code_is_carried(alice: Person, database: Database) -> None:
    await alice.token()
    await do(database, OVER)
    form = {"password": "s3cret-one", "current_password": "s3cret-two", "code": "s3cret-three", "tmdb_key": "s3cret-4"}
    answer = await alice.put("/settings/password", form | {"name": "kept"})
    assert answer.status_code == 401
    assert "s3cret" not in answer.text
    sent = json.loads(sent_of(answer))
    assert (sent["fields"], sent["is_whole"]) == ({"name": "kept"}, False)


@pytest.mark.parametrize("said", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {}])
async def test_nothing_another_site_sent_is_carried(alice: Person, database: Database, said: dict[str, str]) -> None:
    for statement in (LONG_AGO, OVER):
        await do(database, statement)
        answer = await alice.client.post("/settings/other-sessions?_method=DELETE", data={"x": "planted"}, headers=said)
        assert answer.status_code == 403
        assert "planted" not in answer.text
        assert "_sent" not in answer.text


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/x\ny", ""]
)
async def test_what_is_carried_leads_nowhere_else(alice: Person, to: str) -> None:
    sent = json.dumps({"to": to, "fields": {"a": "b"}, "writer": "", "is_whole": True})
    answer = await alice.post("/proof?next=/library", {"password": PASSWORD, "_sent": sent})
    assert (answer.status_code, answer.headers["location"]) == (303, "/library")


@pytest.mark.parametrize("sent", ["x", "[]", "{}", "[" * 20_000, '{"to": 1}', "null"])
async def test_what_cannot_be_read_is_not_carried(alice: Person, sent: str) -> None:
    answer = await alice.post("/proof?next=/library", {"password": PASSWORD, "_sent": sent})
    assert (answer.status_code, answer.headers["location"]) == (303, "/library")
