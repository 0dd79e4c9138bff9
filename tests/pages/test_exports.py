"""Everything of mine in one file, nothing of anybody else's, and no secret (PR-1)."""

import asyncio
import csv
import io
import json
import resource
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import auditing, personal_tokens
from app.accounts.token_forms import PersonalTokenForm
from app.kit.db import Base, Database
from app.kit.errors import TooBusy
from app.kit.ids import UUID
from app.library import keeping
from app.library.forms import EntryForm
from app.menus import composing
from app.menus.forms import NoteForm, TitleForm
from app.ops import csv_cells, exporting
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


async def much(who: Person, stock: Stock, database: Database, many: int) -> UUID:
    """In the library, with long notes."""
    (dune,) = await stock(DUNE)
    copies = text("""
        INSERT INTO media_items SELECT (json_populate_record(i, json_build_object('id', gen_random_uuid()))).*
        FROM media_items i, generate_series(1, :many)
    """)
    keeps = text("""
        INSERT INTO user_item_states (id, user_id, item_id, notes, created_at, updated_at)
        SELECT gen_random_uuid(), :user, id, repeat(md5(id::text), 30), now(), now() FROM media_items
    """)
    async with database.session() as session:
        await session.execute(copies, {"many": many})
        await session.execute(keeps, {"user": who.id})
    return dune


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
    assert taken["manifest"]["schema_version"] == 2
    assert (taken["profile"][0]["email"], taken["library"][0]["notes"]) == (alice.email, "The spice.")
    assert taken["library"][0]["item_title"] == "Dune"
    assert [menu["title"] for menu in taken["menus"]] == ["An evening of sand"]
    assert [(each["title"], each["position"]) for each in taken["courses"]] == [("Starters", 1), ("Mains", 2)]
    assert [(each["item_title"], each["note"]) for each in taken["course-items"]] == [
        ("Dune", "Read it first."),
        ("Arrival", ""),
    ]
    referred = {each["item_id"] for name in ("library", "log", "tagged", "course-items") for each in taken[name]}
    assert {each["id"] for each in taken["items"] if not each["is_made_by_me"]} == referred
    assert taken["activity"][-1]["action"] == "session.started"
    assert "Schema version 2." in taken["readme"]
    assert not any(word in str(taken) for word in ("Charlie", "charlie", token, token.split("_")[2]))


async def test_no_secret_has_a_place_in_it(alice: Person) -> None:
    taken = read((await alice.post(EXPORT)).content)
    names = {name for each in EXPORTS for row in taken[each.file] for name in row}
    assert not [name for name in names if any(word in name for word in SECRET)]


async def test_a_long_library_is_whole(app: ASGIApp, alice: Person, stock: Stock, database: Database) -> None:
    dune = await much(alice, stock, database, 950)
    taken = read((await alice.post(EXPORT)).content)
    assert len(taken["library"]) == 951
    assert str(dune) in {entry["item_id"] for entry in taken["library"]}


async def test_it_is_told_and_takes_a_fresh_proof(alice: Person, database: Database) -> None:
    told = text("SELECT count(*) FROM audit_events WHERE action = 'data.exported' AND user_id = :id")
    await alice.post(EXPORT)
    async with database.session() as session:
        assert await session.scalar(told, {"id": alice.id}) == 1
        await session.execute(OLD)
    assert (await alice.post(EXPORT)).status_code in (303, 403)
    async with database.session() as session:
        assert await session.scalar(told, {"id": alice.id}) == 1


async def test_it_takes_no_room_on_the_disk(alice: Person, evening: Evening) -> None:
    await alice.token()
    few, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))  # bytes of any file, in place of a disk that is full
    try:
        answer = await alice.post(EXPORT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (few, most))
    assert answer.status_code == 200
    assert len(read(answer.content)["library"]) == 1


async def test_two_take_theirs_at_once_and_a_third_is_asked_to_wait(
    alice: Person, bob: Person, charlie: Person, evening: Evening, database: Database
) -> None:
    async with database.session() as session:
        taking = [await exporting.export(session, database, alice.id)]
        with pytest.raises(TooBusy, match="already"):
            await exporting.export(session, database, alice.id)
        taking.append(await exporting.export(session, database, bob.id))
        with pytest.raises(TooBusy, match="in a minute"):
            await exporting.export(session, database, charlie.id)
        whole = [b"".join([piece async for piece in each.pieces()]) for each in taking]
        assert [len(read(each)["library"]) for each in whole] == [1, 0]
        third = await exporting.export(session, database, alice.id)
        assert len(read(b"".join([piece async for piece in third.pieces()]))["library"]) == 1


async def test_it_begins_before_it_is_made_whole_and_holds_only_what_is_on_its_way(
    alice: Person, stock: Stock, database: Database
) -> None:
    await much(alice, stock, database, 950)
    async with database.session() as session:
        archive = await exporting.export(session, database, alice.id)
        await asyncio.sleep(0.2)  # nobody takes a piece
        assert not archive.making.done()
        assert archive.way.pieces.qsize() <= exporting.AHEAD
        whole = b"".join([piece async for piece in archive.pieces()])
    assert len(read(whole)["library"]) == 951


async def test_who_goes_away_in_the_middle_leaves_nothing_behind(
    alice: Person, stock: Stock, database: Database
) -> None:
    await much(alice, stock, database, 950)
    async with database.session() as session:
        archive = await exporting.export(session, database, alice.id)
    pieces = archive.pieces()
    await anext(pieces)
    await pieces.aclose()
    await asyncio.wait({archive.making})
    assert isinstance(archive.making.exception(), exporting.Left)
    assert (await alice.post(EXPORT)).status_code == 200


@given(st.text(max_size=12) | st.text("'=+-@\t\r\n,\"a", max_size=6))
@settings(max_examples=60)
def test_no_cell_is_a_formula_and_each_is_read_as_it_was(value: str) -> None:
    assert csv_cells.plain(csv_cells.guarded(value)) == value
    assert csv_cells.guarded(value)[:1] not in tuple("=+-@\t\r\n") or not value


async def test_the_csv_is_for_spreadsheets_and_runs_nothing_in_them(
    alice: Person, evening: Evening, database: Database
) -> None:
    notes = ('=HYPERLINK("https://x.example")', "'=1", "+49 30", "@SUM(1)", "\tx", 'a "b", c\nd')
    async with database.session() as session:
        for note in notes:
            await keeping.mark(session, alice.id, evening.dune, EntryForm(status="done", notes="."))
            await session.execute(text("UPDATE user_item_states SET notes = :notes"), {"notes": note})
            await session.commit()
            with zipfile.ZipFile(io.BytesIO((await alice.post(EXPORT)).content)) as archive:
                content = archive.read("library.csv")
                (line,) = archive.read("library.jsonl").splitlines()
            assert content.startswith(b"\xef\xbb\xbfid,item_id,")
            assert content.endswith(b"\r\n")
            (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
            assert (csv_cells.plain(row["notes"]), json.loads(line)["notes"]) == (note, note)
            assert not row["notes"].startswith(tuple("=+-@\t\r"))
            assert row["rating"] == ""


async def test_a_note_in_a_course_is_taken_as_it_is_written(
    alice: Person, evening: Evening, database: Database
) -> None:
    note = 'Ünïcode, "quotes",\nand a second line 🍲'
    async with database.session() as session:
        await composing.annotate(
            session, alice.id, evening.menu, evening.starters, evening.served_arrival, NoteForm(note=note)
        )
    taken = read((await alice.post(EXPORT)).content)
    assert [each["note"] for each in taken["course-items"]] == ["Read it first.", note]
