"""Sent twice, done once (C2, B2): the same key gets the first answer again, whoever is fast, and nothing twice."""

import asyncio
import hashlib
import inspect
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text

from app.accounts import submissions
from app.accounts.submissions import Submission
from app.api.routes import ROUTES as API
from app.kit.db import Database
from app.kit.settings import Settings
from app.menus.models import Menu
from app.pages.routes import ROUTES as PAGES
from tests.cast import PASSWORD, Browser, MakeApp, Person
from tests.markup import read

# what is taken along changes nothing, and what is brought back twice nothing the second time
HARMLESS = {"app.pages.exports.create", "app.pages.imports.create", "app.api.personal_data.create"}
OLD = text("UPDATE submissions SET created_at = created_at - interval '49 hours'")


async def count(database: Database, table: type[Any] = Menu) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def send(person: Person, key: str, title: str = "Winter", path: str = "/menus", **said: str) -> httpx.Response:
    """As htmx and programs say it."""
    headers = person.said | {"x-csrf-token": await person.token(), "idempotency-key": key} | said
    return await person.client.post(path, data={"title": title}, headers=headers)


def same(answers: list[httpx.Response]) -> bool:
    """Byte for byte, but for what says that it is the answer of before."""

    def seen(answer: httpx.Response) -> tuple[Any, ...]:
        passing = {"idempotency-replayed", "ratelimit", "x-request-id"}
        told = {name: value for name, value in answer.headers.items() if name not in passing}
        return answer.status_code, answer.content, told

    return len({repr(seen(answer)) for answer in answers}) == 1


async def test_the_same_key_gets_the_first_answer_again(alice: Person, database: Database) -> None:
    first, second = await send(alice, "one"), await send(alice, "one")
    assert first.status_code == 303
    assert same([first, second])
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await count(database) == 1


async def test_ten_at_once_are_one_menu_and_one_answer(alice: Person, database: Database) -> None:
    await alice.token()
    answers = await asyncio.gather(*(send(alice, "ten") for _ in range(10)))
    assert same(list(answers))
    assert await count(database) == 1


async def test_a_page_s_form_pressed_twice_without_javascript_counts_once(alice: Person, database: Database) -> None:
    form = (await alice.see("/menus/new")).form("/menus")
    fields = {"title": "Winter", "_key": form.value("_key") or ""}
    answers = await asyncio.gather(*(alice.post("/menus", fields) for _ in range(4)))
    assert same(list(answers))
    assert await count(database) == 1


async def test_every_form_of_a_page_has_a_key_of_its_own(alice: Person) -> None:
    await alice.post("/menus", {"title": "Winter"})
    menu = (await alice.see("/menus")).one("h3").one("a").attributes["href"]
    page = await alice.see(menu)
    keys = [field.attributes["value"] for field in page.every("input", name="_key")]
    assert len(keys) > 3
    assert len(set(keys)) == len(keys)
    again = await alice.see(menu)
    assert not set(keys) & {field.attributes["value"] for field in again.every("input", name="_key")}


async def test_the_same_key_with_other_words_is_refused(alice: Person, database: Database) -> None:
    await send(alice, "one")
    answer = await send(alice, "one", "Summer")
    assert answer.status_code == 422
    assert "something else in it" in answer.text
    assert await count(database) == 1


async def test_the_same_key_at_another_address_is_refused(alice: Person) -> None:
    menu = (await send(alice, "one")).headers["location"].removesuffix("/edit")
    assert (await send(alice, "one", path=f"{menu}/courses")).status_code == 422


async def test_keys_are_each_person_s_own(alice: Person, bob: Person, database: Database) -> None:
    ours = [await send(person, "one") for person in (alice, bob)]
    assert ours[0].headers["location"] != ours[1].headers["location"]
    assert await count(database) == 2


async def test_what_was_refused_may_come_again_with_the_same_key(alice: Person, database: Database) -> None:
    assert (await send(alice, "one", "")).status_code == 422
    assert await count(database, Submission) == 0
    assert (await send(alice, "one", "Winter")).status_code == 303
    assert await count(database) == 1


async def test_a_fragment_comes_again_as_it_was(alice: Person) -> None:
    menu = (await send(alice, "menu")).headers["location"].removesuffix("/edit")
    htmx = {"hx-request": "true", "hx-target": "div#courses"}
    answers = [await send(alice, "course", "Starters", f"{menu}/courses", **htmx) for _ in range(2)]
    assert same(answers)
    assert len(list(read(answers[0].text).every("section"))) == 2  # the course, and the form for another


async def test_a_press_of_a_form_that_stays_is_no_double_click(alice: Person, database: Database) -> None:
    """htmx says a key for each press; that of the form is for browsers without script."""
    said = alice.said | {"x-csrf-token": await alice.token(), "hx-request": "true"}
    for _ in range(2):
        await alice.client.post("/menus", data={"title": "Winter", "_key": "form"}, headers=said)
    assert await count(database) == 2


async def test_nothing_can_be_read_of_an_answer_in_the_database(alice: Person, database: Database) -> None:
    await send(alice, "one", "hunter2")
    async with database.reading() as session:
        row = (await session.execute(text("SELECT s::text AS told, answer FROM submissions s"))).one()
    assert "hunter2" not in row.told
    assert b"edit" not in row.answer


async def test_a_password_that_was_sent_cannot_be_guessed_from_what_is_kept(alice: Person, database: Database) -> None:
    """What is kept is keyed: who reads the database alone has nothing to compare guesses with."""
    answer = await alice.post("/proof?next=%2Fsettings", {"password": PASSWORD, "_key": "one"})
    assert answer.status_code == 303
    async with database.reading() as session:
        row = (await session.execute(text("SELECT s::text AS told, route FROM submissions s"))).one()
    form = urlencode({"password": PASSWORD}).encode()
    for said in (PASSWORD.encode(), form, b"\0".join((row.route.encode(), b"next=%2Fsettings", form))):
        for name in ("md5", "sha1", "sha256", "sha512"):
            assert hashlib.new(name, said).hexdigest() not in row.told


async def test_another_secret_between_two_tries_makes_no_other_of_them(
    alice: Person, make_app: MakeApp, settings: Settings, database: Database
) -> None:
    old, new = "the old secret which is long enough to be one", "a new secret that is long enough to be one"
    form, answers = {"title": "Winter", "_key": "one"}, []
    for secrets in (old, f"{new},{old}"):
        browser = Browser(make_app(settings=settings.model_copy(update={"secret_key": SecretStr(secrets)})))
        browser.carry(alice.cookie or "")
        answers.append(await browser.post("/menus", form))
    assert same(answers)
    assert await count(database) == 1


async def test_a_form_that_comes_back_with_something_else_in_it_counts_once_as_that(
    alice: Person, database: Database
) -> None:
    """From the browser's cache: other words, or another row's button of a form that all rows share."""
    await send(alice, "menu")
    menu = (await alice.see("/menus")).one("h3").one("a").attributes["href"].removesuffix("/edit")
    for title in ("Starters", "Mains", "Sweets"):
        await alice.post(f"{menu}/courses", {"title": title})
    page = await alice.see(f"{menu}/edit")
    form = page.at("order-up")
    below = [button.attributes["value"] for button in page.every("button", form="order-up", name="course")][1:]
    for _ in range(2):
        for course in below:
            sent = {"course": course, "move": "up", "_key": form.value("_key") or ""}
            assert (await alice.post(form.attributes["action"], sent)).status_code == 303
    page = await alice.see(f"{menu}/edit")
    titles = [title.text for title in page.every("h3") if title.attributes.get("id", "").endswith("-name")]
    assert titles == ["Mains", "Sweets", "Starters"]
    answers = [await alice.post("/menus", {"title": title, "_key": "one"}) for title in ("A", "B", "B")]
    assert same(answers[1:])
    assert await count(database) == 3


async def test_a_key_that_is_none_is_said(alice: Person) -> None:
    assert (await send(alice, "x" * 101)).status_code == 400


async def test_after_two_days_they_are_gone_and_with_the_account_too(alice: Person, database: Database) -> None:
    await send(alice, "one")
    async with database.session() as session:
        assert await submissions.sweep(session) == 0
        await session.execute(OLD)
        assert await submissions.sweep(session) == 1
    await send(alice, "two")
    async with database.session() as session:
        await session.execute(text("DELETE FROM menus"))
        await session.execute(text("DELETE FROM users"))
    assert await count(database, Submission) == 0


@pytest.mark.usefixtures("database")
async def test_what_is_undone_leaves_no_key(alice: Person, database: Database) -> None:
    """Somebody else's menu: the handler raises, and its transaction is rolled back, with the key in it."""
    answer = await send(alice, "one", path=f"/menus/{alice.id}/courses")
    assert answer.status_code == 404
    assert await count(database, Submission) == 0


def test_every_handler_that_changes_something_stands_in_the_transaction_in_which_it_counts_once() -> None:
    """Who asks for no `session` would be done twice."""
    for router in (PAGES, API):
        for route in router.routes:
            for handler in route.route_handlers:  # type: ignore[union-attr]
                if f"{handler.fn.__module__}.{handler.fn.__name__}" in HARMLESS:
                    continue
                if not set(map(str, handler.http_methods)) <= {"GET", "HEAD", "OPTIONS"}:
                    assert "session" in inspect.signature(handler.fn).parameters, handler.fn
