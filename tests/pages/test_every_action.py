"""The questions every action answers, asked of each."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from app.kit.db import Database
from tests.cast import Browser, Person
from tests.markup import read
from tests.pages.conftest import Evening
from tests.pages.expected import ACTIONS, Action

EVERY = pytest.mark.parametrize("action", ACTIONS, ids=str)
WITH_A_FRAGMENT = pytest.mark.parametrize("action", [each for each in ACTIONS if each.root], ids=str)
WITH_A_FORM = pytest.mark.parametrize("action", [each for each in ACTIONS if each.bad], ids=str)
HIS = pytest.mark.parametrize("action", [each for each in ACTIONS if each.stranger == "for himself"], ids=str)
NOT_HIS = pytest.mark.parametrize("action", [each for each in ACTIONS if each.stranger == "forbidden"], ids=str)
HERS = pytest.mark.parametrize(
    "action", [each for each in ACTIONS if each.stranger in ("not found", "refused")], ids=str
)

KEPT = text("""
    SELECT json_build_object(
        'menus', (SELECT json_agg(to_jsonb(m) - 'updated_at' ORDER BY m.id) FROM menus m),
        'courses', (SELECT json_agg(to_jsonb(c) - 'updated_at' ORDER BY c.id) FROM courses c),
        'items', (SELECT json_agg(to_jsonb(i) - 'updated_at' ORDER BY i.id) FROM course_items i),
        'tags', (SELECT json_agg(to_jsonb(t) - 'updated_at' ORDER BY t.id) FROM tags t),
        'tagged', (SELECT json_agg(to_jsonb(g) ORDER BY g.id) FROM media_item_tags g),
        'log', (SELECT json_agg(to_jsonb(l) - 'updated_at' ORDER BY l.id) FROM user_item_logs l),
        'goals', (SELECT json_agg(to_jsonb(o) - 'updated_at' ORDER BY o.id) FROM goals o),
        'entries', (SELECT json_agg(to_jsonb(e) - 'updated_at' ORDER BY e.id) FROM user_item_states e)
    )::text
""")
OUT_OF_ORDER = text("""
    SELECT position, row_number() OVER (PARTITION BY menu_id ORDER BY position) AS place FROM courses
    UNION ALL
    SELECT position, row_number() OVER (PARTITION BY course_id ORDER BY position) FROM course_items
""")


async def kept(database: Database) -> str:
    """All that people made, as one text."""
    async with database.session() as session:
        return str(await session.scalar(KEPT))


def filled(evening: Evening, form: Mapping[str, str]) -> dict[str, str]:
    return {name: evening.at(value) for name, value in form.items()}


async def ready(alice: Person, evening: Evening, action: Action) -> None:
    """Unpublishing needs a published menu to say anything."""
    if action.handler == "publications.destroy":
        await alice.post(evening.at("/menus/{menu}/publication"))


async def act(browser: Browser, evening: Evening, action: Action, *, target: str = "", **changed: Any) -> Any:
    form = changed.get("form", action.form)
    return await browser.send(action.method, evening.at(action.path), filled(evening, form), target=target)


@EVERY
async def test_it_works_without_javascript_and_says_so_once(alice: Person, evening: Evening, action: Action) -> None:
    await ready(alice, evening, action)
    answer = await act(alice, evening, action)
    assert answer.status_code == 303
    pattern = re.escape(evening.at(action.then)).replace(r"\*", "[0-9a-f-]{36}")
    assert re.fullmatch(pattern + r"(#[\w-]+)?", answer.headers["location"])
    there = await alice.follow(answer)
    assert action.shows in there.text
    assert there.text.count(action.said) >= 1
    if action.said:
        again = await alice.see(answer.headers["location"])
        assert action.said not in again.text


@WITH_A_FRAGMENT
async def test_htmx_gets_the_thing_it_changed_and_nothing_around_it(
    alice: Person, evening: Evening, action: Action
) -> None:
    await ready(alice, evening, action)
    root = evening.at(action.root)
    answer = await act(alice, evening, action, target=root)
    assert answer.status_code == 200
    assert [element.attributes.get("id") for element in read(answer.text).roots] == [root]
    assert "set-cookie" not in answer.headers  # what is said is said in the fragment
    assert "HX-Request" in answer.headers["vary"]


@WITH_A_FORM
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
async def test_what_cannot_be_taken_is_said_beside_each_field_with_what_was_typed_kept(
    alice: Person, evening: Evening, action: Action, htmx: bool, database: Database
) -> None:
    before = await kept(database)
    answer = await act(alice, evening, action, form=action.bad, target=evening.at(action.root) if htmx else "")
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.wrong() == action.wrong
    fields = {name: typed for name, typed in action.bad.items() if name in ("title", "intent", "note", "notes")}
    form = page.form(evening.at(f"{action.path}{'' if action.method == 'POST' else '?_method=' + action.method}"))
    assert {name: form.value(name) for name in fields} == fields
    assert await kept(database) == before
    if htmx and action.root:
        assert [element.attributes.get("id") for element in page.roots] == [evening.at(action.root)]


@HERS
@pytest.mark.parametrize("target", ["", "courses"], ids=["plain", "htmx"])
async def test_a_stranger_finds_nothing_and_changes_nothing(
    charlie: Person, evening: Evening, action: Action, target: str, database: Database
) -> None:
    before = await kept(database)
    answer = await act(charlie, evening, action, target=target)
    assert answer.status_code == (404 if action.stranger == "not found" else 422)
    for word in ("sand", "Starters", "alice"):
        assert word not in answer.text
    assert await kept(database) == before


@HIS
async def test_a_stranger_does_it_for_himself_and_leaves_hers_as_it_was(
    alice: Person, charlie: Person, evening: Evening, action: Action
) -> None:
    answer = await act(charlie, evening, action)
    assert answer.status_code == 303
    hers = await alice.see(evening.at("/items/{dune}"))
    assert hers.value("notes") == "The spice."
    assert len(list((await alice.see("/menus")).every("li"))) == 1


@NOT_HIS
async def test_a_stranger_is_told_whose_it_is_to_do_and_changes_nothing(
    charlie: Person, evening: Evening, action: Action, database: Database
) -> None:
    before = await kept(database)
    answer = await act(charlie, evening, action)
    assert (answer.status_code, "only an operator" in answer.text) == (403, True)
    assert await kept(database) == before


@EVERY
async def test_nobody_is_asked_who_they_are_and_htmx_is_told_where(
    nobody: Browser, evening: Evening, action: Action, database: Database
) -> None:
    before = await kept(database)
    plain = await act(nobody, evening, action)
    assert plain.status_code == 401
    assert read(plain.text).value("_sent")
    htmx = await act(nobody, evening, action, target=evening.at(action.root) or "content")
    assert htmx.status_code == 401
    (error,) = read(htmx.text).roots
    assert error.attributes["id"] == "error"
    assert error.one("p", **{"data-asks": "/login?next=/session"}).text
    assert await kept(database) == before


@EVERY
async def test_twice_is_safe(alice: Person, evening: Evening, action: Action, database: Database) -> None:
    target = evening.at(action.root) or "content"
    await act(alice, evening, action, target=target)
    once = await kept(database)
    again = await act(alice, evening, action, target=target)
    assert again.status_code == action.again
    async with database.session() as session:
        assert all(position == place for position, place in await session.execute(OUT_OF_ORDER))
    if action.handler not in TWO_FOR_TWO:
        assert without_versions(await kept(database)) == without_versions(once)


TWO_FOR_TWO = ("menus.create", "courses.create", "course_copies.create", "forks.create", "item_logs.create")


def without_versions(all_of_it: str) -> str:
    return re.sub(r'"version": ?\d+', "", all_of_it)
