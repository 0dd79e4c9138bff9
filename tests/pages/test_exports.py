"""Everything of mine in one file, nothing of anybody else's, and no secret (PR-1)."""

import io
import json
import resource
import zipfile
from typing import Any

from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import auditing, personal_tokens
from app.accounts.token_forms import PersonalTokenForm
from app.kit.db import Base, Database
from app.library import keeping
from app.library.forms import EntryForm
from app.menus import composing
from app.menus.forms import NoteForm, TitleForm
from app.ops.exports import EXPORTS, LEFT_OUT
from app.tables import EVERY_MODULE
from tests.cast import Person
from tests.pages.conftest import Evening, Stock
from tests.pages.works import DUNE

assert EVERY_MODULE  # importing it is what fills the metadata

EXPORT = "/settings/data/exports"
OLD = text("UPDATE sessions SET proved_at = proved_at - interval '11 minutes'")
SECRET = ("hash", "secret", "sealed", "credential", "token_", "answer", "user_handle")
COUNTS = text("""
    SELECT (SELECT count(*) FROM user_item_states WHERE user_id = :id) AS library,
        (SELECT count(*) FROM menus WHERE owner_id = :id) AS menus,
        (SELECT count(*) FROM sessions WHERE user_id = :id) AS sessions,
        (SELECT count(*) FROM api_tokens WHERE user_id = :id) AS tokens,
        (SELECT count(*) FROM audit_events WHERE user_id = :id AND action <> 'data.exported') AS activity
""")


def test_every_table_of_somebody_s_is_taken_along_or_left_out_with_a_reason() -> None:
    refers = {
        table.name
        for table in Base.metadata.tables.values()
        if {"user_id", "owner_id", "actor_id"} & set(table.columns.keys())
        or any(key.column.table.name in ("users", "sessions", "menus", "courses") for key in table.foreign_keys)
    }
    taken = {table for each in EXPORTS for table in each.tables}
    assert taken & LEFT_OUT.keys() == set()
    assert refers - taken - LEFT_OUT.keys() == set(), "say in app/ops/exports.py how it is taken along, or why not"
    assert (taken | LEFT_OUT.keys()) - Base.metadata.tables.keys() == set()


def read(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    lists = {
        name.removesuffix(".jsonl"): [json.loads(line) for line in text_.splitlines()]
        for name, text_ in files.items()
        if name.endswith(".jsonl")
    }
    return lists | {"readme": files["README.txt"], "manifest": json.loads(files["manifest.json"])}


async def test_what_is_taken_is_what_there_is_and_nothing_of_others(
    alice: Person, charlie: Person, evening: Evening, stock: Stock, database: Database
) -> None:
    async with database.session() as session:
        form = PersonalTokenForm(name="script", scopes=["library:read"], days=30)
        _, token = await personal_tokens.make(session, alice.id, form)
        auditing.record(session, "session.started", alice.id, by="passkey")
        await keeping.mark(session, charlie.id, evening.dune, EntryForm(status="done", notes="Charlie's own."))
        await composing.create(session, charlie.id, TitleForm(title="Charlie's menu", intent=""))
    answer = await alice.post(EXPORT)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith('attachment; filename="tastebuds-')
    assert answer.headers["cache-control"] == "no-store"
    taken = read(answer.content)
    async with database.session() as session:
        counts = (await session.execute(COUNTS, {"id": alice.id})).one()._asdict()
        everything = (
            await session.execute(
                text("SELECT password_hash FROM users UNION SELECT encode(secret_hash, 'hex') FROM sessions")
            )
        ).scalars()
        assert not any(secret and secret in str(taken) for secret in everything)
    assert {name: len(taken[name]) for name in counts} == counts
    assert taken["manifest"]["rows"] == {each.file: len(taken[each.file]) for each in EXPORTS}
    assert taken["manifest"]["schema_version"] == 1
    assert (taken["profile"][0]["email"], taken["library"][0]["notes"]) == (alice.email, "The spice.")
    assert taken["library"][0]["item"]["title"] == "Dune"
    (menu,) = taken["menus"]
    assert [course["title"] for course in menu["courses"]] == ["Starters", "Mains"]
    assert [(each["item"]["title"], each["note"]) for each in menu["courses"][0]["items"]] == [
        ("Dune", "Read it first."),
        ("Arrival", ""),
    ]
    assert taken["activity"][-1]["action"] == "session.started"
    assert "Schema version 1." in taken["readme"]
    assert not any(word in str(taken) for word in ("Charlie", "charlie", token, token.split("_")[2]))


async def test_no_secret_has_a_place_in_it(alice: Person) -> None:
    taken = read((await alice.post(EXPORT)).content)
    names = {name for each in EXPORTS for row in taken[each.file] for name in row}
    assert not [name for name in names if any(word in name for word in SECRET)]


async def test_a_long_library_is_whole(app: ASGIApp, alice: Person, stock: Stock, database: Database) -> None:
    (dune,) = await stock(DUNE)
    copies = text("""
        INSERT INTO media_items SELECT (json_populate_record(i, json_build_object('id', gen_random_uuid()))).*
        FROM media_items i, generate_series(1, 950)
    """)
    keeps = text("""
        INSERT INTO user_item_states (id, user_id, item_id, notes, created_at, updated_at)
        SELECT gen_random_uuid(), :user, id, repeat('sand ', 200), now(), now() FROM media_items
    """)
    async with database.session() as session:
        await session.execute(copies)
        await session.execute(keeps, {"user": alice.id})
    taken = read((await alice.post(EXPORT)).content)
    assert len(taken["library"]) == 951
    assert str(dune) in {entry["item"]["id"] for entry in taken["library"]}


async def test_it_is_told_and_takes_a_fresh_proof(alice: Person, database: Database) -> None:
    told = text("SELECT count(*) FROM audit_events WHERE action = 'data.exported' AND user_id = :id")
    await alice.post(EXPORT)
    async with database.session() as session:
        assert await session.scalar(told, {"id": alice.id}) == 1
        await session.execute(OLD)
    assert (await alice.post(EXPORT)).status_code in (303, 403)
    async with database.session() as session:
        assert await session.scalar(told, {"id": alice.id}) == 1


async def test_without_room_for_it_that_is_said_and_it_works_when_there_is(alice: Person) -> None:
    await alice.token()
    few, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))  # bytes of any file, in place of a disk that is full
    try:
        answer = await alice.post(EXPORT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (few, most))
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
    assert "There is no room to make the file" in answer.text
    assert (await alice.post(EXPORT)).status_code == 200


async def test_a_note_in_a_course_is_taken_as_it_is_written(
    alice: Person, evening: Evening, database: Database
) -> None:
    note = 'Ünïcode, "quotes",\nand a second line 🍲'
    async with database.session() as session:
        await composing.annotate(
            session, alice.id, evening.menu, evening.starters, evening.served_arrival, NoteForm(note=note)
        )
    taken = read((await alice.post(EXPORT)).content)
    assert taken["menus"][0]["courses"][0]["items"][1]["note"] == note
