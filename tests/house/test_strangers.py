"""Ids that are nested must agree, and no form sets what is not its own (ID-2, ID-3)."""

from itertools import product
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.ids import new_id
from tests.cast import Person
from tests.house.test_routes import WITH_AN_ID
from tests.pages.conftest import Evening, as_nested
from tests.pages.expected import ACTIONS
from tests.pages.test_every_action import filled
from tests.whole import everything, tables_with

INTRUDER = new_id()
WORD = "s3ntinel"
PROTECTED = {
    **dict.fromkeys(("id", "owner_id", "user_id", "menu_id", "item_id", "course_id", "actor_id"), str(INTRUDER)),
    **dict.fromkeys(("slug", "role", "password_hash", "secret_hash", "scopes", "kind", "source_name"), WORD),
    **dict.fromkeys(
        ("created_at", "updated_at", "proved_at", "expires_at", "published_at", "disabled_at"), "1999-01-01"
    ),
    **dict.fromkeys(("is_operator", "is_first", "is_remembered"), "true"),
}
OPERATORS = text("SELECT count(*) FROM users WHERE is_operator OR is_first OR disabled_at IS NOT NULL")
NESTED = [(method, path) for method, path in WITH_AN_ID if "{menu_id}" in path and path.count("{") > 1]


@pytest.mark.parametrize(("method", "path"), NESTED)
async def test_an_id_of_hers_below_one_of_his_is_not_found(
    charlie: Person, evening: Evening, database: Database, method: str, path: str
) -> None:
    """Every mixture of the two, in which at least one is hers."""
    his, hers = await as_nested(database, charlie.id, evening.dune), evening.nested
    names = [name for name in his if f"{{{name}}}" in path]
    before = await everything(database)
    for whose in product((his, hers), repeat=len(names)):
        if any(each is hers for each in whose):
            address = path.format(**{name: each[name] for name, each in zip(names, whose, strict=True)})
            form = {"title": "Mine now", "note": "Mine now", "sentence": "Mine now", "item": str(evening.disco)}
            answer = await (charlie.get(address) if method == "GET" else charlie.send(method, address, form))
            assert answer.status_code == 404, (method, address)
    assert await everything(database) == before


async def test_an_order_takes_nothing_of_hers(charlie: Person, evening: Evening, database: Database) -> None:
    his = await as_nested(database, charlie.id, evening.dune)
    before = await everything(database)
    for course, item in product(
        (his["course_id"], evening.starters), (None, his["course_item_id"], evening.served_dune)
    ):
        if course == his["course_id"] and item != evening.served_dune:
            continue  # all his own
        form = {"course": str(course), "move": "up"} | ({"item": str(item)} if item else {})
        answer = await charlie.put(f"/menus/{his['menu_id']}/order", form)
        assert answer.status_code in (404, 422), (course, item)
    into_hers = {"item": str(his["course_item_id"]), "course_to": str(evening.starters)}
    assert (await charlie.put(f"/menus/{his['menu_id']}/order", into_hers)).status_code == 404
    assert await everything(database) == before


@pytest.mark.parametrize("action", ACTIONS, ids=str)
async def test_no_form_sets_what_it_does_not_name(
    alice: Person, evening: Evening, action: object, database: Database
) -> None:
    named = filled(evening, action.form)  # type: ignore[attr-defined]
    form = {name: value for name, value in PROTECTED.items() if name not in named} | named
    await alice.send(action.method, evening.at(action.path), form)  # type: ignore[attr-defined]
    await alice.get(f"/menus?{urlencode(PROTECTED)}")
    for word in (str(INTRUDER), WORD, "1999-01-01"):
        assert await tables_with(database, word) == []
    async with database.reading() as session:
        assert await session.scalar(OPERATORS) == 0
