"""Every call with an id, each method, as a stranger and as nobody; ids that are nested; fields nobody named
(ID-1, ID-2, ID-3)."""

from itertools import product

import pytest
from sqlalchemy import text

from app.api.routes import ROUTES
from app.kit.db import Database
from app.kit.ids import new_id
from tests.api.expected import CALLS, Call
from tests.api.program import Member, Program
from tests.house.test_routes import HERS, handlers
from tests.pages.conftest import Evening, as_nested
from tests.whole import everything, tables_with

# the catalog, and each one's own entry on an item of it
EVERYBODYS = {
    ("GET", "/api/items/{item_id}"),
    ("GET", "/api/items/{item_id}/choices"),
    ("PUT", "/api/items/{item_id}/choices"),
    ("GET", "/api/items/{item_id}/merges"),
    ("POST", "/api/items/{item_id}/merges"),
    ("POST", "/api/items/{item_id}/splits"),
    ("GET", "/api/items/{item_id}/sources"),
    ("GET", "/api/items/{item_id}/tags"),
    ("POST", "/api/items/{item_id}/tags"),
    ("POST", "/api/items/{item_id}/renewal"),
    ("PUT", "/api/library/{item_id}"),
    ("DELETE", "/api/library/{item_id}"),
    ("POST", "/api/ingest/{source}"),
}
WITH_AN_ID = sorted({(method, path) for method, path, _ in handlers(ROUTES) if "{" in path})
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
SENT = dict.fromkeys(("title", "note", "name", "sentence"), "Mine now") | {"move": "up"}
NESTED = [(method, path) for method, path in WITH_AN_ID if "{menu_id}" in path and path.count("{") > 1]
INTRUDER, WORD = new_id(), "s3ntinel"
PROTECTED = {
    **dict.fromkeys(("id", "owner_id", "user_id", "menu_id", "item_id", "course_id", "actor_id"), str(INTRUDER)),
    **dict.fromkeys(("slug", "role", "password_hash", "secret_hash", "kind", "source_name"), WORD),
    **dict.fromkeys(
        ("created_at", "updated_at", "proved_at", "expires_at", "published_at", "disabled_at"), "1999-01-01"
    ),
    **dict.fromkeys(("is_operator", "is_first", "is_remembered"), True),
}
OPERATORS = text("SELECT count(*) FROM users WHERE is_operator OR is_first OR disabled_at IS NOT NULL")


async def test_no_id_of_hers_gives_a_stranger_or_nobody_anything(
    charlie: Member, nobody: Program, evening: Evening, database: Database
) -> None:
    """A call with a new kind of id fails here until it is said what stands for what is hers (`HERS`)."""
    before, found = await everything(database), []
    for path in sorted({path for _, path in WITH_AN_ID}):
        for method in METHODS:
            sent = None if method in ("GET", "TRACE", "PROPFIND") else SENT | _of_hers(path, evening)
            address = evening.at(path.format(**HERS))
            is_there = (method, path) in WITH_AN_ID
            answer = await nobody.ask(method, address, sent)
            assert answer.status_code in ((401, 404) if is_there else (401, 404, 405)), (method, path)
            if (method, path) not in EVERYBODYS:
                answer = await charlie.ask(method, address, sent)
                if answer.status_code not in ((404,) if is_there else (404, 405)):
                    found.append((method, path, answer.text))
                assert not any(word in answer.text for word in ("sand", "Starters", "alice"))
    assert not found, "\n".join(map(str, found))
    assert await everything(database) == before


def _of_hers(path: str, evening: Evening) -> dict[str, str]:
    """Whole enough to be looked at: what is missing is said before what is not found."""
    starters = {"course": str(evening.starters)}
    pair = {"first": str(evening.served_dune), "second": str(evening.served_arrival)}
    return {
        "items": {"item": str(evening.disco)},
        "order": starters,
        "copies": starters,
        "pairings": pair,
        "slug": {"slug": "mine-now"},
        "upstream": {"piece": "all", "choice": "take"},
        "merges": {"into": str(evening.warm)},
    }.get(path.rpartition("/")[2], {})


async def test_an_id_of_hers_below_one_of_his_is_not_found(
    charlie: Member, evening: Evening, database: Database
) -> None:
    his, hers = await as_nested(database, charlie.id, evening.dune), evening.nested
    before = await everything(database)
    for method, path in NESTED:
        names = [name for name in his if f"{{{name}}}" in path]
        for whose in product((his, hers), repeat=len(names)):
            if any(each is hers for each in whose):
                address = path.format(**{name: each[name] for name, each in zip(names, whose, strict=True)})
                sent = None if method == "GET" else SENT | {"item": str(evening.disco)}
                answer = await charlie.ask(method, address, sent)
                assert answer.status_code == 404, (method, address, answer.text)
    assert await everything(database) == before


@pytest.mark.parametrize("call", [call for call in CALLS if call.sent], ids=str)
async def test_no_body_sets_what_the_call_does_not_name(
    alice: Member, evening: Evening, call: Call, database: Database
) -> None:
    sent = {key: evening.at(value) if isinstance(value, str) else value for key, value in (call.sent or {}).items()}
    await alice.ask(call.method, evening.at(call.path), PROTECTED | sent)
    for word in (str(INTRUDER), WORD, "1999-01-01"):
        assert await tables_with(database, word) == []
    async with database.reading() as session:
        assert await session.scalar(OPERATORS) == 0
