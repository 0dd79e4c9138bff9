"""Who forgot the password sets another one by a link (PW-9), and who asks learns nothing of who is here (PW-3)."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import registering, resetting
from app.accounts.forms import RegisterForm
from app.accounts.models import User
from app.accounts.throttling import Throttle
from app.jobs.mailing import deliver
from app.kit import origin
from app.kit.db import Database
from app.kit.keys import ring_of
from app.kit.mail import mailer_of
from app.kit.origin import Origin
from app.kit.settings import Settings, read_settings
from app.web.templating import letters
from tests.authenticator import set_up
from tests.cast import ADDRESS, PASSWORD, Browser, MakeApp, Person, open_house
from tests.smtp_server import SmtpServer, smtp_server

ANOTHER = "a pear a day is nice as well"
Post = Callable[[], Awaitable[int]]


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with smtp_server() as server:
        yield server


@pytest.fixture
def with_mail(server: SmtpServer, settings: Settings) -> Settings:
    given = settings.model_dump(exclude={"smtp_url", "mail_from"})
    return read_settings(_env_file=None, **given, smtp_url=server.url, mail_from="Tastebuds <tb@example.org>")


@pytest.fixture
def deliver_now(database: Database, with_mail: Settings) -> Post:
    mailer = mailer_of(with_mail)
    assert mailer
    return partial(deliver, database, mailer, letters(with_mail))


@pytest.fixture
def guest(make_app: MakeApp, with_mail: Settings, database: Database) -> Browser:
    assert database
    return Browser(make_app(settings=with_mail))


def link_in(server: SmtpServer) -> str:
    """The path of the link in the latest letter."""
    found = re.search(re.escape(ADDRESS) + r"(/\S+token=\S+)", server.letters[-1].get_content())
    assert found
    return found[1]


async def link_for(database: Database, person: Person) -> str:
    async with database.session() as session:
        return await resetting.link_for(session, await session.get_one(User, person.id))


async def set_by(browser: Browser, link: str, password: str = ANOTHER) -> int:
    answer = await browser.put("/reset/password", {"token": link.partition("=")[2], "password": password})
    return answer.status_code


async def log_in(browser: Browser, person: Person, password: str) -> int:
    answer = await browser.post("/login", {"email": person.email, "password": password})
    browser.forget_token()
    return answer.status_code


async def actions(database: Database) -> list[str]:
    async with database.session() as session:
        return list(await session.scalars(text("SELECT action FROM audit_events ORDER BY id")))


async def test_a_letter_brings_a_link_and_the_link_another_password(
    guest: Browser, alice: Person, server: SmtpServer, deliver_now: Post, database: Database
) -> None:
    asked = await guest.follow(await guest.post("/reset", {"email": alice.email.upper()}))
    assert "a letter is on its way" in asked.text
    assert await deliver_now() == 1
    link = link_in(server)
    shown = await guest.get(link)
    assert (shown.status_code, shown.headers["referrer-policy"]) == (200, "no-referrer")
    assert shown.headers["cache-control"] == "no-store"
    assert 'autocomplete="new-password"' in shown.text
    assert await set_by(guest, link) == 303
    assert (await alice.get("/library")).status_code == 303  # every session is over
    assert await log_in(guest, alice, PASSWORD) == 422
    assert await log_in(guest, alice, ANOTHER) == 303
    told = await actions(database)
    assert (told.count("reset.asked"), told.count("reset.used")) == (1, 1)
    await deliver_now()
    assert "Your password was changed" in {letter["Subject"] for letter in server.letters}


async def test_who_has_no_account_is_answered_alike_and_written_to_not_at_all(
    guest: Browser, alice: Person, server: SmtpServer, deliver_now: Post
) -> None:
    answers = [await guest.post("/reset", {"email": email}) for email in (alice.email, "nobody@example.org")]
    told = [(each.status_code, each.headers["location"], each.headers.get_list("set-cookie")) for each in answers]
    assert told[0] == told[1]
    assert await deliver_now() == 1
    assert server.recipients == [alice.email]


async def test_without_mail_the_page_says_whom_to_ask(nobody: Browser) -> None:
    page = await nobody.see("/reset")
    assert "Ask whoever runs it" in page.text
    assert (await nobody.post("/reset", {"email": "a@example.org"})).status_code == 403


async def test_a_link_works_once(nobody: Browser, alice: Person, database: Database) -> None:
    link = await link_for(database, alice)
    assert await set_by(nobody, link) == 303
    assert await set_by(nobody, link, "yet another one, why not") == 404
    assert await log_in(nobody, alice, ANOTHER) == 303


@pytest.mark.parametrize(
    "happens",
    [
        "UPDATE reset_links SET expires_at = now()",
        "UPDATE users SET password_set_at = now() + interval '1 second'",
        "UPDATE users SET disabled_at = now()",
        "DELETE FROM reset_links",
    ],
)
async def test_a_link_is_over_after(nobody: Browser, alice: Person, database: Database, happens: str) -> None:
    link = await link_for(database, alice)
    async with database.session() as session:
        await session.execute(text(happens))
    answer = await nobody.get(link)
    assert answer.status_code == 404
    assert "does not work any more" in answer.text
    assert await set_by(nobody, link) == 404


async def test_a_link_is_over_once_its_owner_logs_in(nobody: Browser, alice: Person, database: Database) -> None:
    link = await link_for(database, alice)
    assert await log_in(nobody, alice, PASSWORD) == 303
    assert (await nobody.get(link)).status_code == 404


async def test_the_password_without_the_second_factor_ends_no_link(
    nobody: Browser, alice: Person, database: Database
) -> None:
    """Else who stole the password could keep its owner from setting another one."""
    phone, _ = await set_up(alice)
    link = await link_for(database, alice)
    assert await log_in(nobody, alice, PASSWORD) == 303
    typed = {"email": alice.email, "password": PASSWORD}
    assert (await nobody.client.post("/api/auth/login", json=typed)).status_code == 401
    assert (await nobody.get(link)).status_code == 200
    assert (await nobody.client.post("/api/auth/login", json=typed | {"code": phone.code()})).status_code == 200
    assert (await nobody.get(link)).status_code == 404


async def test_another_link_ends_the_one_before(nobody: Browser, alice: Person, database: Database) -> None:
    first, second = await link_for(database, alice), await link_for(database, alice)
    assert (await nobody.get(first)).status_code == 404
    assert (await nobody.get(second)).status_code == 200


async def test_what_is_guessed_first_is_refused_here_too(nobody: Browser, alice: Person, database: Database) -> None:
    link = await link_for(database, alice)
    assert await set_by(nobody, link, "alice-example-2026") == 422
    assert await set_by(nobody, link, "short") == 422
    assert (await nobody.get(link)).status_code == 200


async def test_what_a_link_holds_is_in_no_column_and_not_in_the_log(
    nobody: Browser, alice: Person, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    link = await link_for(database, alice)
    await nobody.get(link)
    async with database.session() as session:
        kept = str((await session.execute(text("SELECT r.*, a.* FROM reset_links r, audit_events a"))).all())
    token = link.partition("=")[2]
    assert len(token) >= 43
    assert token not in kept
    assert token not in "".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))


async def test_a_mailbox_is_not_flooded_and_nobody_is_told(database: Database, settings: Settings) -> None:
    throttle = Throttle(database, ring_of(settings))
    for n in range(14):
        here = origin.enter(Origin(address=f"203.0.113.{n}"))
        async with database.session() as session:
            await resetting.ask(session, throttle, "alice@example.org")
        origin.leave(here)
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM outgoing_mail")) == 5


async def test_a_network_asks_five_times_in_half_an_hour(guest: Browser, alice: Person) -> None:
    answers = [await guest.post("/reset", {"email": f"{n}@example.org"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "ratelimit" in answers[-1].headers
    assert "5@example.org" in answers[-1].text  # what was typed is kept


# registering, where there is mail


FORM = {"email": "nora@example.org", "name": "Nora", "password": PASSWORD}


async def test_registering_is_finished_by_the_link_and_the_password(
    guest: Browser, alice: Person, server: SmtpServer, deliver_now: Post, database: Database
) -> None:
    await open_house(database)
    asked = await guest.follow(await guest.post("/register", FORM))
    assert "Look into your mail" in asked.text
    assert await log_in(guest, alice, "not hers at all") == 422
    await deliver_now()
    link = link_in(server)
    assert server.recipients == ["nora@example.org"]
    token = link.partition("=")[2]
    shown = await guest.get(link)
    assert (shown.headers["referrer-policy"], shown.headers["cache-control"]) == ("no-referrer", "no-store")
    wrong = await guest.post("/registration", {"token": token, "password": "not the password I chose"})
    assert wrong.status_code == 422
    page = await guest.follow(await guest.post("/registration", {"token": token, "password": PASSWORD}))
    assert "Welcome, Nora." in page.text
    guest.forget_token()
    assert (await guest.get(link)).status_code == 404


@pytest.mark.parametrize("rules", ["closed", "invitation"])
async def test_a_link_to_register_is_no_way_around_the_rules_of_now(
    guest: Browser, alice: Person, server: SmtpServer, deliver_now: Post, database: Database, rules: str
) -> None:
    await open_house(database)
    await guest.post("/register", FORM)
    await deliver_now()
    async with database.session() as session:
        await session.execute(text("UPDATE instance_settings SET value = to_jsonb(CAST(:is AS text))"), {"is": rules})
    sent = {"token": link_in(server).partition("=")[2], "password": PASSWORD}
    assert (await guest.post("/registration", sent)).status_code == 403
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM users")) == 1
        await session.execute(text("UPDATE instance_settings SET value = '\"open\"'"))
    assert (await guest.post("/registration", sent)).status_code == 303


async def test_who_registers_another_s_address_again_and_again_fills_no_mailbox(
    database: Database, settings: Settings
) -> None:
    throttle, form = Throttle(database, ring_of(settings)), RegisterForm.read(FORM)
    for n in range(12):
        here = origin.enter(Origin(address=f"203.0.113.{n}"))
        async with database.session() as session:
            await registering.ask(session, throttle, form, None)
        origin.leave(here)
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM outgoing_mail")) == 10
        assert await session.scalar(text("SELECT count(*) FROM pending_registrations")) == 10


async def test_an_address_that_is_taken_registers_as_any_other_and_only_its_owner_is_told(
    guest: Browser, alice: Person, server: SmtpServer, deliver_now: Post, database: Database
) -> None:
    await open_house(database)
    answers = [await guest.post("/register", FORM | {"email": email}) for email in (alice.email, "new@example.org")]
    told = [(each.status_code, each.headers["location"], each.headers.get_list("set-cookie")) for each in answers]
    assert told[0] == told[1]
    await deliver_now()
    letters = {letter["To"]: letter for letter in server.letters}
    assert letters[alice.email]["Subject"] == "You have an account already"
    assert "token" not in letters[alice.email].get_content()
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM pending_registrations")) == 1


async def test_without_mail_it_has_to_be_said_and_not_often(
    app: ASGIApp, nobody: Browser, alice: Person, database: Database
) -> None:
    await open_house(database)
    answers = [await nobody.post("/register", FORM | {"email": alice.email}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert 'value="Nora"' in answers[-1].text  # what was typed is kept, but for the password
    assert PASSWORD not in answers[-1].text
