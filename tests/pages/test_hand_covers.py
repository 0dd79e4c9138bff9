"""A cover that somebody puts on what they added by hand: drawn anew, seen by everybody, and gone when taken off."""

import re
from collections.abc import Mapping
from itertools import cycle
from typing import Any

import httpx
from litestar.types import ASGIApp
from PIL import Image
from sqlalchemy import text

from app.kit.db import Database
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.main import create_app
from app.menus import composing, sharing
from app.ops.merging import merge
from app.ops.unmerging import undo
from app.sources import hand_covers
from app.sources.hand_covers import FILE_MAX, LARGE, SMALL, UNREADABLE
from app.sources.pictures import own_of
from sandbox.traps import SVG, bomb
from tests.api.program import member
from tests.cast import Browser, Person
from tests.markup import Element, read
from tests.pages.conftest import Evening
from tests.sources.painting import BLUE, RED, about, painted, written
from tests.sources.painting import read as opened

BOUNDARY = "----a-line-that-is-in-no-picture"
WORDS = {"title": "Desert notes", "version": "9"}
KEPT = text("SELECT count(*) FROM hand_covers")
SHOWN = text("SELECT cover_provider, cover_key, version FROM media_items WHERE id = :id")
TOLD = text("""
    UPDATE media_sources SET said = said || '{"cover": {"provider": "tmdb", "key": "notes.jpg"}}' WHERE item_id = :id
""")


async def sent(
    person: Browser, path: str, content: bytes, form: Mapping[str, str], *, name: str = "cover.jpg"
) -> httpx.Response:
    """As a browser sends the form: the file is its last field."""
    carried = {"_csrf_token": await person.token(), **form}
    part = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    fields = "".join(part.format(BOUNDARY, *field) for field in carried.items())
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = fields.encode() + file.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = person.said | {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await person.client.post(path, content=body, headers=headers)


async def put_on(person: Person, item: UUID, content: bytes, **more: str) -> httpx.Response:
    return await sent(person, f"/items/{item}?_method=PUT", content, WORDS | more)


def covers(page: Element) -> list[str]:
    return [each.attributes["src"] for each in page.every("img") if each.attributes["src"].startswith("/covers/")]


async def many(database: Database) -> int:
    async with database.reading() as session:
        return int(await session.scalar(KEPT) or 0)


async def shown(database: Database, item: UUID) -> Any:
    async with database.reading() as session:
        return (await session.execute(SHOWN, {"id": item})).one()


def lying_on_its_side() -> bytes:
    """A photograph as telephones take it: its top is at the right, and it says where it was taken."""
    photo = Image.new("RGB", (300, 200), RED)
    photo.paste(BLUE, (0, 0, 150, 200))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken at home"
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)
    return written(photo, "JPEG", exif=exif, comment=b"taken at home")


async def test_a_work_is_added_with_a_cover_that_everybody_sees(
    alice: Person, bob: Person, nobody: Browser, database: Database
) -> None:
    form = {"type": "book", "title": "Letters from home", "creators": "Ada\r\nBea"}
    answer = await sent(alice, "/items/by-hand", lying_on_its_side(), form)
    place = answer.headers["location"]
    assert "by Ada, Bea" in (await alice.follow(answer)).one("main").text
    (address,) = covers(await bob.see(place))
    for width in (160, 320, 640):
        picture = await nobody.get(re.sub(r"\d+\.webp", f"{width}.webp", address))
        assert opened(picture.content).size == (width, width * 3 // 2)
        assert picture.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert about(opened(picture.content).convert("RGB").getpixel((width // 2, width // 4)), BLUE)
        assert not opened(picture.content).getexif()
    async with database.reading() as session:
        (row,) = await session.execute(text("SELECT whole, small, middle, large FROM hand_covers"))
    assert not any(b"home" in each or b"EXIF" in each or b"Exif" in each for each in row)


async def test_what_it_is_is_seen_in_the_picture_and_not_in_its_name(alice: Person, evening: Evening) -> None:
    for kind in ("PNG", "WEBP"):
        assert (await put_on(alice, evening.made, painted(200, 300, kind=kind))).status_code == 303
        assert len(covers(await alice.see(f"/items/{evening.made}"))) == 1


BAD = (
    (b"", UNREADABLE),
    (b"GIF89a, it says", UNREADABLE),
    (SVG.encode(), UNREADABLE),
    (painted(200, 300, kind="GIF"), UNREADABLE),
    (painted(200, 300)[:-200], UNREADABLE),
    (bomb(), LARGE),
    (painted(1, 1), SMALL),
    (b"x" * (FILE_MAX + 1), "This file is too large: 8 MB is the most."),
)


async def test_what_is_no_cover_is_told_beside_its_field_and_no_word_is_lost(
    alice: Person, evening: Evening, database: Database
) -> None:
    words = {"type": "book", "title": "Typed by hand", "description": "Many\r\nwords", "isbn13": "978"}
    paths = cycle(("/items/by-hand", f"/items/{evening.made}?_method=PUT"))
    for (content, sentence), path in zip(BAD, paths, strict=False):
        answer = await sent(alice, path, content, words, name="ours.png")
        assert answer.status_code == 422
        page = read(answer.text)
        assert page.at("file-error").text == sentence
        assert "a digit is wrong or missing" in page.at("isbn13-error").text
        assert page.at("title").attributes["value"] == "Typed by hand"
        assert page.at("description").text == "Many words"
        assert "value" not in page.at("file").attributes
    assert await many(database) == 0


async def test_one_already_there_is_asked_about_first_and_the_picture_has_to_be_chosen_again(
    alice: Person, evening: Evening, database: Database
) -> None:
    form = {"type": "book", "title": "Desert notes"}
    page = read((await sent(alice, "/items/by-hand", painted(200, 300), form)).text)
    assert "Choose “cover.jpg” once more" in page.at("file-hint").text
    answer = await sent(alice, "/items/by-hand", painted(200, 300), form | {"anyway": "1"})
    assert len(covers(await alice.follow(answer))) == 1
    assert await many(database) == 1


async def test_a_form_that_came_back_without_its_picture_says_so(alice: Person, evening: Evening) -> None:
    """So after a login in between, which carries words and no files."""
    answer = await alice.put(f"/items/{evening.made}", WORDS | {"file": "cover.jpg"})
    assert answer.status_code == 422
    assert "did not come along" in read(answer.text).at("file-error").text


async def test_another_takes_its_place_at_another_address_and_the_same_changes_nothing(
    alice: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    here = f"/items/{evening.made}"
    await put_on(alice, evening.made, painted(200, 300, RED))
    (before,) = covers(await alice.see(here))
    first = await shown(database, evening.made)
    await put_on(alice, evening.made, painted(200, 300, RED))
    assert await shown(database, evening.made) == first
    await put_on(alice, evening.made, painted(200, 300, BLUE))
    (after,) = covers(await alice.see(here))
    assert (await shown(database, evening.made)).version == first.version + 1
    assert before != after
    assert about(opened((await nobody.get(after)).content).convert("RGB").getpixel((9, 9)), BLUE)
    gone = await nobody.get(before)
    assert (gone.status_code, gone.headers["cache-control"]) == (200, "public, max-age=60")
    assert opened(gone.content).convert("RGBA").getchannel("A").getextrema() == (0, 0)
    assert await many(database) == 1


async def test_taken_off_it_is_gone_and_what_a_source_shows_comes_in_its_place(
    alice: Person, evening: Evening, database: Database
) -> None:
    edit = f"/items/{evening.made}/edit"
    assert not (await alice.see(edit)).has("input", name="no_cover")
    await put_on(alice, evening.made, painted(200, 300))
    assert (await alice.see(edit)).has("input", name="no_cover")
    await alice.put(f"/items/{evening.made}", WORDS | {"no_cover": "1"})
    assert tuple(await shown(database, evening.made))[:2] == (None, None)
    assert await many(database) == 0
    await put_on(alice, evening.made, painted(200, 300))
    async with database.session() as session:
        await session.execute(TOLD, {"id": evening.made})
    choose = f"/items/{evening.made}/choices"
    assert (await alice.put(choose, {"cover": "sample:notes"})).status_code == 303
    (chosen,) = covers(await alice.see(f"/items/{evening.made}"))
    assert "/tmdb/notes.jpg/" in chosen
    await alice.put(f"/items/{evening.made}", WORDS | {"no_cover": "1"})
    assert tuple(await shown(database, evening.made))[:2] == ("tmdb", "notes.jpg")


async def test_who_may_not_write_its_words_may_not_put_a_cover_on_it(
    bob: Person, alice: Person, odile: Person, evening: Evening, database: Database
) -> None:
    for item in (evening.made, evening.dune):
        assert (await put_on(bob, item, painted(200, 300))).status_code == 404
    await bob.post(f"/items/{evening.made}/entry")
    assert (await put_on(alice, evening.made, painted(200, 300))).status_code == 403
    assert await many(database) == 0
    assert (await put_on(odile, evening.dune, painted(200, 300), title="Dune")).status_code == 303
    alice._token = "another"
    assert (await put_on(alice, evening.spare, painted(200, 300))).status_code == 403
    assert await many(database) == 1


async def test_a_published_menu_shows_it_to_guests_who_have_seen_it_before(
    alice: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    async with database.session() as session:
        await composing.add_item(session, alice.id, evening.menu, evening.mains, evening.made)
        await sharing.publish(session, alice.id, evening.menu)
    there = f"/menus/{evening.slug}"
    etag = (await nobody.get(there)).headers["etag"]
    assert (await nobody.client.get(there, headers={"if-none-match": etag})).status_code == 304
    await put_on(alice, evening.made, painted(200, 300))
    again = await nobody.client.get(there, headers={"if-none-match": etag})
    assert again.status_code == 200
    assert any("/hand/" in each for each in covers(read(again.text)))


async def test_a_merge_takes_it_along_and_undone_it_is_back(
    alice: Person, evening: Evening, database: Database
) -> None:
    await put_on(alice, evening.made, painted(200, 300))
    key = (await shown(database, evening.made)).cover_key
    async with database.session() as session:
        row = await merge(session, alice.id, evening.spare, evening.made)
    assert (await shown(database, evening.spare)).cover_key == key
    async with database.session() as session:
        assert await hand_covers.sweep(session) == 0
        await hand_covers.put(session, evening.spare, own_of(painted(200, 300, BLUE), "tall"))
        await hand_covers.take_off(session, evening.spare)
        await undo(session, alice.id, row.id)
    assert (await shown(database, evening.spare)).cover_key is None
    assert (await shown(database, evening.made)).cover_key == key
    async with database.session() as session:
        await session.execute(text("UPDATE media_items SET cover_provider = NULL, cover_key = NULL"))
        assert await hand_covers.sweep(session) == 1


async def test_programs_send_it_as_the_body(app: ASGIApp, database: Database) -> None:
    program = await member(app, database, "Dana")
    item = (await program.post("/api/items/by-hand", {"type": "book", "title": "Notes"})).json()["id"]
    place = f"/api/items/{item}/cover"
    answer = await program.raw("PUT", place, lying_on_its_side(), "image/jpeg")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert "/hand/" in answer.json()["cover_url"]
    assert UNREADABLE in (await program.raw("PUT", place, b"x", "image/png")).text
    assert (await program.raw("PUT", place, b"x" * (FILE_MAX + 1), "image/png")).status_code == 413
    assert (await program.delete(place)).json()["cover_url"] is None
    assert await many(database) == 0


async def test_the_words_of_a_form_with_a_picture_are_kept_while_nothing_answers(
    alice: Person, evening: Evening, settings: Settings
) -> None:
    await alice.token()
    away = create_app(settings, Database("postgresql+asyncpg://nobody@127.0.0.1:9/none"), sources={})
    hers = Browser(away)
    hers.carry(alice.cookie or "")
    hers._token = await alice.token()
    refused = await sent(hers, "/items/by-hand", painted(200, 300), {"type": "book", "title": "Winter"})
    page = read(refused.text)
    assert refused.status_code == 503
    (title,) = page.every("input", name="title")
    assert title.attributes["value"] == "Winter"
