"""Bringing back what was taken along: by a page without JavaScript, and by a program."""

import io
import zipfile
from collections.abc import AsyncIterator

from litestar.types import ASGIApp
from sqlalchemy import text

from app.kit.db import Database
from app.kit.settings import Settings
from tests.api.program import member
from tests.cast import MakeApp, Person
from tests.pages.conftest import Evening

AT = "/settings/data/imports"
EXPORT = "/settings/data/exports"
TOLD = text("SELECT count(*) FROM audit_events WHERE action = 'data.imported' AND user_id = :id")
LET_GO = text("DELETE FROM user_item_states")
ENTRIES = text("SELECT count(*) FROM user_item_states WHERE user_id = :id")


async def brought(person: Person, content: bytes, *, token: str | None = None) -> tuple[int, str, str]:
    """As a form with a file does: status, where to, and the page."""
    fields = {"_csrf_token": await person.token() if token is None else token}
    answer = await person.client.post(AT, data=fields, files={"file": ("mine.zip", content)}, headers=person.said)
    return answer.status_code, answer.headers.get("location", ""), answer.text


async def test_what_was_let_go_is_brought_back_and_told(alice: Person, evening: Evening, database: Database) -> None:
    content = (await alice.post(EXPORT)).content
    async with database.session() as session:
        await session.execute(LET_GO)
    status, where, _ = await brought(alice, content)
    assert (status, where[: len(AT)]) == (303, AT)
    page = await alice.see(where)
    assert "It is read." in page.text
    assert "mine.zip" in (await alice.see(AT)).text
    async with database.session() as session:
        assert await session.scalar(ENTRIES, {"id": alice.id}) == 1
        assert await session.scalar(TOLD, {"id": alice.id}) == 1


async def test_what_is_no_export_is_said_beside_the_field(alice: Person, evening: Evening) -> None:
    status, _, page = await brought(alice, b"no zip")
    assert (status, "This is no ZIP file" in page, 'id="file-error"' in page) == (422, True, True)
    answer = await alice.post(AT, {})
    assert (answer.status_code, "Choose the file first." in answer.text) == (422, True)


async def test_without_the_token_no_file_is_read(alice: Person, evening: Evening, database: Database) -> None:
    read: list[int] = []

    async def pieces() -> AsyncIterator[bytes]:
        head = b'--b\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\nwrong\r\n--b\r\n'
        yield head + b'Content-Disposition: form-data; name="file"; filename="x.zip"\r\n\r\n'
        for number in range(100):
            read.append(number)
            yield b"x" * 100_000

    said = alice.said | {"content-type": "multipart/form-data; boundary=b"}
    answer = await alice.client.post(AT, content=pieces(), headers=said)
    assert answer.status_code == 403
    assert len(read) < 3


async def test_larger_than_it_may_be_is_said(make_app: MakeApp, alice: Person, settings: Settings) -> None:
    app = make_app(settings=settings.model_copy(update={"import_max_mb": 1}))
    person = Person(app, alice.user, alice.cookie or "")
    status, _, page = await brought(person, b"x" * 1_000_001)
    assert (status, "This file is too large: 1 MB is the most." in page) == (422, True)


async def test_covers_go_along_if_wished_and_are_no_harm_on_the_way_back(alice: Person, evening: Evening) -> None:
    content = (await alice.post(EXPORT, {"covers": "1"})).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("covers/")]  # none is kept here
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("covers/../../../etc/x.webp", b"RIFF")
    assert (await brought(alice, made.getvalue()))[0] == 303


async def test_a_program_takes_it_and_brings_it_back(app: ASGIApp, evening: Evening, database: Database) -> None:
    program = await member(app, database, "Dora")
    taken = await program.get("/api/export")
    assert taken.headers["content-type"] == "application/zip"
    answer = await program.raw("POST", "/api/imports", taken.content, "application/zip")
    assert answer.status_code == 201, answer.text
    assert (await program.see(answer.headers["location"]))["state"] == "done"
    answer = await program.raw("POST", "/api/imports", b"x", "application/zip")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "file")
