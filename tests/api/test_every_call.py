"""The questions every call answers."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.ids import new_id
from app.menus import sharing
from tests.api.described import as_described
from tests.api.expected import CALLS, Call
from tests.api.program import Member, Program, wrong
from tests.pages.conftest import Evening

KEPT = text("""
    SELECT (SELECT jsonb_agg(to_jsonb(s) ORDER BY id) FROM user_item_states s)::text,
        (SELECT jsonb_agg(to_jsonb(m) ORDER BY id) FROM menus m)::text,
        (SELECT jsonb_agg(to_jsonb(c) ORDER BY id) FROM courses c)::text,
        (SELECT jsonb_agg(to_jsonb(i) ORDER BY id) FROM course_items i)::text,
        (SELECT count(*) FROM media_items), (SELECT count(*) FROM users), (SELECT count(*) FROM sessions),
        (SELECT jsonb_agg(to_jsonb(t) - 'used_at' ORDER BY id) FROM api_tokens t)::text
""")

EVERY = pytest.mark.parametrize("call", CALLS, ids=str)
WITH_FIELDS = pytest.mark.parametrize("call", [call for call in CALLS if call.bad], ids=str)
WITH_A_BODY = pytest.mark.parametrize("call", [call for call in CALLS if call.sent], ids=str)
HERS = pytest.mark.parametrize("call", [call for call in CALLS if call.stranger == "not found"], ids=str)
HIS = pytest.mark.parametrize("call", [call for call in CALLS if call.stranger == "for himself"], ids=str)
NOT_HIS = pytest.mark.parametrize("call", [call for call in CALLS if call.stranger == "forbidden"], ids=str)
FOR_ANYONE = pytest.mark.parametrize("call", [call for call in CALLS if call.stranger == "as anyone"], ids=str)
SIGNED_IN = pytest.mark.parametrize("call", [call for call in CALLS if call.stranger != "as anyone"], ids=str)


@pytest.fixture(autouse=True)
async def _published(database: Database, alice: Member, evening: Evening, request: pytest.FixtureRequest) -> None:
    """Where the call reads what is public, it is."""
    if "public/" in str(request.node.callspec.params["call"]):
        async with database.session() as session:
            await sharing.publish(session, alice.id, evening.menu)


async def make(program: Program, evening: Evening, call: Call) -> httpx.Response:
    sent = {key: evening.at(value) if isinstance(value, str) else value for key, value in (call.sent or {}).items()}
    return await program.ask(call.method, evening.at(call.path), sent if call.sent else None)


async def kept(database: Database) -> Any:
    async with database.session() as session:
        return (await session.execute(KEPT)).one()


@EVERY
async def test_it_works(alice: Member, evening: Evening, call: Call) -> None:
    answer = await make(alice, evening, call)
    assert answer.status_code == call.status, answer.text
    if call.status < 400:
        assert answer.headers["cache-control"] == call.kept
    if call.status == 204:
        assert answer.content == b""
    if call.status == 201:
        assert "location" in answer.headers
    as_described(await alice.see("/api/openapi.json"), call.route, answer)


@EVERY
async def test_it_is_refused_as_described(nobody: Program, evening: Evening, call: Call) -> None:
    sent = {"title": "", "email": 7} if call.method != "GET" else None
    path = evening.at(call.path).replace(evening.slug, "nowhere")
    answer = await nobody.ask(call.method, path, sent)
    as_described(await nobody.see("/api/openapi.json"), call.route, answer)


@pytest.mark.parametrize("call", [call for call in CALLS if call.status == 201], ids=str)
async def test_what_was_made_is_where_the_answer_says(alice: Member, evening: Evening, call: Call) -> None:
    made = await make(alice, evening, call)
    there = await alice.see(made.headers["location"])
    assert (
        there.items()
        >= {
            key: value for key, value in made.json().items() if key in ("id", "title", "slug", "status", "rating")
        }.items()
    )


@SIGNED_IN
async def test_nobody_is_asked_for_a_token(nobody: Program, evening: Evening, call: Call, database: Database) -> None:
    before = await kept(database)
    answer = await make(nobody, evening, call)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert await kept(database) == before


@FOR_ANYONE
async def test_anyone_may(nobody: Program, evening: Evening, call: Call) -> None:
    assert (await make(nobody, evening, call)).status_code == call.status


@HERS
async def test_a_stranger_finds_nothing_and_changes_nothing(
    charlie: Member, evening: Evening, call: Call, database: Database
) -> None:
    before = await kept(database)
    answer = await make(charlie, evening, call)
    assert answer.status_code == 404
    assert not any(word in answer.text for word in ("sand", "Starters", "alice", "Alice"))
    assert await kept(database) == before


@HIS
async def test_a_stranger_does_it_for_himself_and_leaves_hers_as_it_was(
    alice: Member, charlie: Member, evening: Evening, call: Call
) -> None:
    answer = await make(charlie, evening, call)
    assert answer.status_code == call.status
    assert "The spice." not in answer.text
    hers = await alice.see(evening.at("/api/library/{dune}"))
    assert (hers["notes"], hers["rating"]) == ("The spice.", 9)
    assert len((await alice.see("/api/menus"))["menus"]) == 1
    assert (await alice.see("/api/library"))["counts"] == {"book": 1}


@NOT_HIS
async def test_a_stranger_is_told_whose_it_is_to_do_and_changes_nothing(
    charlie: Member, evening: Evening, call: Call, database: Database
) -> None:
    before = await kept(database)
    answer = await make(charlie, evening, call)
    assert (answer.status_code, "only an operator" in answer.text) == (403, True)
    assert await kept(database) == before


@EVERY
async def test_twice_is_safe(alice: Member, evening: Evening, call: Call, database: Database) -> None:
    items = text("SELECT count(*) FROM media_items")
    async with database.session() as session:
        before = await session.scalar(items)
    await make(alice, evening, call)
    again = await make(alice, evening, call)
    assert again.status_code == call.again, again.text
    positions = text("SELECT count(*) FROM courses a JOIN courses b USING (menu_id, position) WHERE a.id <> b.id")
    async with database.session() as session:
        assert await session.scalar(positions) == 0
        change = await session.scalar(items) - before
    assert change in (-1, 0, 1) or call.path == "/api/items/by-hand"  # two that are said twice are two


@WITH_FIELDS
async def test_everything_that_is_wrong_is_said_at_once(
    alice: Member, evening: Evening, call: Call, database: Database
) -> None:
    before = await kept(database)
    path = evening.at(call.path)
    if call.method == "GET":
        answer = await alice.get(path.partition("?")[0], **call.bad)
    else:
        answer = await alice.ask(call.method, path, call.bad)
    assert wrong(answer) == call.wrong
    assert await kept(database) == before


@WITH_A_BODY
async def test_fields_that_are_not_named_set_nothing(
    alice: Member, evening: Evening, call: Call, database: Database
) -> None:
    mine = {"id": str(new_id()), "owner_id": str(new_id()), "user_id": str(new_id()), "is_operator": True, "slug": "a"}
    sent = {key: evening.at(value) if isinstance(value, str) else value for key, value in (call.sent or {}).items()}
    answer = await alice.ask(call.method, evening.at(call.path), sent | mine)
    assert answer.status_code == call.status
    assert not any(value in answer.text for value in mine.values() if isinstance(value, str) and len(value) > 1)
    assert '"is_operator":true' not in answer.text


FIELDS = (
    "title",
    "note",
    "notes",
    "name",
    "email",
    "password",
    "external_id",
    "item",
    "preview",
    "course",
    "move",
    "whom",
    "rating_scale",
    "source",
)


def everywhere(value: str) -> bytes:
    """The object in which every field there is holds this."""
    return ("{" + ", ".join(f'"{name}": {value}' for name in FIELDS) + "}").encode()


HOSTILE = {
    "nothing but an opening": b'{"title": ',
    "deep": b"[" * 100_000,
    "deep within": everywhere("[" * 900 + "]" * 900),
    "not UTF-8": b'{"title": "\xff"}',
    "half a character": everywhere('"\\ud800"'),
    "NUL": everywhere('"\\u0000"'),
    "a list": b"[]",
    "a number beyond numbers": b'{"rating": 1e999}',
    "a long number": b'{"rating": ' + b"9" * 5000 + b"}",
    "not a number": b'{"rating": NaN}',
    "null": b"null",
}


@WITH_A_BODY
@pytest.mark.parametrize("body", HOSTILE.values(), ids=list(HOSTILE))
async def test_what_cannot_be_read_is_refused(
    alice: Member, evening: Evening, call: Call, body: bytes, database: Database
) -> None:
    before = await kept(database)
    answer = await alice.raw(call.method, evening.at(call.path), body)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await kept(database) == before


@WITH_A_BODY
async def test_a_body_of_a_megabyte_is_too_large(alice: Member, evening: Evening, call: Call) -> None:
    answer = await alice.raw(call.method, evening.at(call.path), b'{"title": "' + b"x" * 1_000_000 + b'"}')
    assert answer.status_code == 413


@WITH_A_BODY
async def test_a_form_is_not_json(alice: Member, evening: Evening, call: Call) -> None:
    answer = await alice.raw(call.method, evening.at(call.path), b"title=a", "application/x-www-form-urlencoded")
    assert answer.status_code == 415


@EVERY
async def test_ids_that_are_none_name_nothing(alice: Member, evening: Evening, call: Call) -> None:
    if "{" not in call.path or "slug" in call.path:
        return
    for odd in ("nonsense", "%00", "..%2f..", "0", "🍲", "x" * 3000, str(new_id())):
        parts = call.path.split("/")
        parts = [odd if part.startswith("{") else part for part in parts]
        answer = await alice.ask(call.method, "/".join(parts), call.sent)
        if call.method == "DELETE" and "library" in call.path and answer.status_code == 204:
            continue  # what is not in the library is out of it
        assert answer.status_code in (404, 422), (odd, answer.status_code)
