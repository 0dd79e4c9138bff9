"""A menu as a file: read offline, carried to another Tastebuds, and whatever else somebody may send in its place."""

import json
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.errors import Invalid
from app.menus import composing, packing, reading, sharing
from app.menus.forms import TitleForm
from app.menus.unpacking import BROKEN, FILE_MAX, NOT_OURS, TOO_MANY, TOO_NEW, read_packed
from app.ops.merging import merge
from tests.cast import Browser, Person
from tests.fair_loop import costs_less_than
from tests.markup import read
from tests.pages.conftest import Evening

BOUNDARY = "----a-line-that-is-in-no-file"
MENUS = text("SELECT count(*) FROM menus")
ITEMS = text("SELECT title FROM media_items ORDER BY title")
FORGET = text("DELETE FROM menus")
FORGET_ALL = text("TRUNCATE menus, media_items CASCADE")
TITLE = "</script> & שלום"
DUNE = {"type": "book", "title": "Dune", "creators": ["Frank Herbert"]}


async def sent(person: Browser, content: bytes, name: str = "menu.html", key: str = "") -> httpx.Response:
    """As a form with a file in it."""
    carried = {"_csrf_token": await person.token()} | ({"_key": key} if key else {})
    part = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    fields = "".join(part.format(BOUNDARY, *field) for field in carried.items())
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = fields.encode() + file.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = person.said | {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await person.client.post("/menus/imports", content=body, headers=headers)


async def test_a_file_sent_twice_is_one_menu_and_another_of_its_name_another(alice: Person, database: Database) -> None:
    for title in ("Hers", "Hers", "His", "His"):
        assert (await sent(alice, packed(title=title), key="one")).status_code == 303
    assert (await sent(alice, b"x" * (FILE_MAX + 1), key="one")).status_code == 422
    async with database.reading() as session:
        assert await session.scalar(MENUS) == 2


async def offline(person: Browser, slug: str) -> str:
    answer = await person.get(f"/menus/{slug}/offline")
    assert answer.headers["content-disposition"] == f'attachment; filename="{slug}.html"'
    return answer.text


def data_of(file: str) -> dict[str, Any]:
    """What must be the same wherever the menu is."""
    told: dict[str, Any] = json.loads(read(file).one("script", type="application/json").text)
    assert (told["tastebuds"], told["schema"]) == ("menu", 1)
    return dict(told["menu"])


def packed(**menu: Any) -> bytes:
    return json.dumps({"tastebuds": "menu", "schema": 1, "menu": {"title": "Hers"} | menu}).encode()


def serving(*works: dict[str, Any], **more: Any) -> bytes:
    return packed(courses=[{"title": "One", "items": [{"work": work} for work in works]}], **more)


def said(answer: httpx.Response) -> str:
    assert answer.status_code == 422
    return str(read(answer.text).at("file-error").text)


async def whole(database: Database, person: Person) -> reading.WholeMenu:
    """The one menu there is."""
    async with database.session() as session:
        rows, _ = await reading.menus_of(session, person.id)
        return await reading.menu_of(session, person.id, rows[0].id)


async def test_it_is_one_file_that_asks_nothing_of_a_network(alice: Person, evening: Evening) -> None:
    file = await offline(alice, evening.slug)
    page = read(file)
    assert page.one("h1").text == "An evening of sand"
    assert "Goes with Arrival: Sand, then rain." in page.one("main").text
    assert not any(page.has(tag) for tag in ("link", "img", "form", "iframe"))
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import", file)
    for secret in (alice.email, evening.menu, evening.starters, evening.served_dune, evening.dune):
        assert str(secret) not in file


async def test_a_draft_is_its_owners_to_take(
    alice: Person, bob: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    there = f"/menus/{evening.slug}/offline"
    assert [(await who.get(there)).status_code for who in (alice, bob, nobody)] == [200, 404, 404]
    async with database.session() as session:
        await sharing.publish(session, alice.id, evening.menu)
    assert [(await who.get(there)).status_code for who in (bob, nobody)] == [200, 200]
    assert f"https://tastebuds.test/menus/{evening.slug}" in (await nobody.get(there)).text


async def test_a_work_that_becomes_another_while_it_is_packed_is_in_the_file(
    alice: Person, evening: Evening, database: Database
) -> None:
    menu = await whole(database, alice)
    async with database.session() as session:
        await merge(session, alice.id, evening.spare, evening.dune, is_operator=True)
    async with database.reading() as session:
        told = await packing.pack(session, menu, "")
    told = told["menu"]
    work = told["courses"][0]["items"][0]["work"]
    assert (work["title"], work["released"], work["identifiers"]) == ("Dune", None, [])
    assert [(each["first"], each["second"]) for each in told["pairings"]] == [([1, 1], [1, 2])]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "where nothing is known"])
async def test_what_comes_out_is_what_went_in(
    alice: Person, bob: Person, evening: Evening, database: Database, elsewhere: bool
) -> None:
    """Out, in, out, in: the same words, works and order; no work twice, and nothing public."""
    async with database.session() as session:
        await composing.add_item(session, alice.id, evening.menu, evening.mains, evening.disco)
        await composing.rename(
            session, alice.id, evening.menu, TitleForm(title="</script> & שלום", intent="One\n\ntwo")
        )
    first = await offline(alice, (await whole(database, alice)).slug)
    async with database.session() as session:
        await session.execute(FORGET if not elsewhere else FORGET_ALL)
        before = set() if elsewhere else {*(await session.execute(ITEMS)).scalars()}
    seen = []
    for _ in range(2):
        page = await bob.follow(await sent(bob, first.encode()))
        assert "is here, as a draft of yours." in page.text
        menu = await whole(database, bob)
        assert (menu.published_at, menu.owner_id) == (None, bob.id)
        first = await offline(bob, menu.slug)
        seen.append(data_of(first))
        async with database.session() as session:
            titles = (await session.execute(ITEMS)).scalars().all()
        assert sorted(titles) == sorted(before | {"Arrival", "Disco Elysium", "Dune"})
    assert seen[0] == seen[1] == data_of(first)
    assert seen[0]["title"] == TITLE
    assert [len(course["items"]) for course in seen[0]["courses"]] == [2, 1]
    assert seen[0]["pairings"] == [{"first": [1, 1], "second": [1, 2], "sentence": "Sand, then rain."}]


async def test_what_a_file_says_of_a_known_work_changes_nothing_of_it(
    alice: Person, evening: Evening, database: Database
) -> None:
    async with database.session() as session:
        served = await reading.menu_of(session, alice.id, evening.menu)
        works = [each["work"] for each in (await packing.pack(session, served, ""))["menu"]["courses"][0]["items"]]
        before = (await session.execute(text("SELECT * FROM media_items ORDER BY id"))).all()
        names = (await session.execute(text("SELECT * FROM media_identifiers ORDER BY id"))).all()
    told = works[0] | {"title": "Not Dune", "subtitle": "Spoilt", "creators": ["Mallory"]}
    told["identifiers"] = [*told["identifiers"], {"scheme": "imdb", "value": "tt0000001"}]
    assert (await sent(alice, serving(told))).status_code == 303
    async with database.session() as session:
        assert (await session.execute(text("SELECT * FROM media_items ORDER BY id"))).all() == before
        assert (await session.execute(text("SELECT * FROM media_identifiers ORDER BY id"))).all() == names


async def test_markup_in_a_file_is_text_on_the_page(alice: Person, evening: Evening) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    course = {"title": evil, "intent": evil, "items": [{"note": evil, "work": DUNE | {"title": evil}}]}
    page = await alice.follow(await sent(alice, packed(title=evil, courses=[course])))
    assert not any("alert" in script.text for script in page.every("script"))
    assert [image for image in page.every("img") if image.attributes.get("src") == "x"] == []


async def test_a_work_named_twice_in_a_course_is_served_once(
    alice: Person, evening: Evening, database: Database
) -> None:
    pairs = [
        {"first": [1, 2], "second": [1, 3], "sentence": "Both."},
        {"first": [1, 1], "second": [1, 2], "sentence": "One."},
    ]
    assert (await sent(alice, serving(DUNE, DUNE, {"type": "game", "title": "Ico"}, pairings=pairs))).status_code == 303
    menu = await whole(database, alice)
    assert [row.title for row in menu.courses[0].items] == ["Dune", "Ico"]
    assert [(pair.first.title, pair.second.title) for pair in menu.pairings] == [("Dune", "Ico")]


HOSTILE = {
    "nothing": (b"", NOT_OURS),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), NOT_OURS),
    "another page": (b"<!doctype html><title>Hello</title>", NOT_OURS),
    "other data": (b'{"name": "package"}', NOT_OURS),
    "half of it": (packed()[:-3], BROKEN),
    "half a character": (packed().replace(b"Hers", b"\xff"), BROKEN),
    "deep": (b'{"a":' * 100_000, NOT_OURS),
    "a newer one": (packed().replace(b'"schema": 1', b'"schema": 2'), TOO_NEW),
    "another shape": (packed(courses={"title": "One"}), BROKEN),
    "no such type": (serving({"type": "opera", "title": "Tosca"}), BROKEN),
    "no such place": (serving(DUNE, pairings=[{"first": [1, 1], "second": [2, 9], "sentence": "x"}]), BROKEN),
    "no date": (serving(DUNE | {"released": "tomorrow", "precision": "day"}), BROKEN),
    "ten thousand": (serving(*[DUNE] * 10_000), TOO_MANY),
    "a course too long": (serving(*[DUNE] * 101), "A course holds 100 items at most; one in this file has more."),
    "courses too many": (
        packed(courses=[{"title": "x"}] * 51),
        "A menu holds 50 courses and 200 pairings at most; this one has more.",
    ),
    "no title": (packed(title=" "), "A title in this file cannot be kept. This is needed."),
    "a title nobody can see": (
        packed(title="\u200b"),
        "A title in this file cannot be kept. There is nothing to read in this.",
    ),
    "a course nobody can see": (
        packed(courses=[{"title": "\uffff"}]),
        "A title in this file cannot be kept. There is nothing to read in this.",
    ),
    "a work nobody can see": (
        serving(DUNE | {"title": "\ufeff"}),
        "This file names a work that cannot be kept: its title or a name in it holds what cannot be kept.",
    ),
    "a note too long": (
        packed(courses=[{"title": "One", "items": [{"work": DUNE, "note": "x" * 2_001}]}]),
        "A note in this file cannot be kept. Use 2,000 characters or fewer (this has 2,001).",
    ),
    "a title with nothing to see": (
        serving(DUNE | {"title": "Du\x00ne"}),
        "This file names a work that cannot be kept: its title or a name in it holds what cannot be kept.",
    ),
    "too large": (packed(intent="x" * FILE_MAX), "This file is too large: 4 MB is the most."),
}


@pytest.mark.parametrize(("content", "sentence"), HOSTILE.values(), ids=HOSTILE)
async def test_what_is_no_menu_is_told_in_one_sentence_and_leaves_nothing(
    alice: Person, database: Database, content: bytes, sentence: str
) -> None:
    assert said(await sent(alice, content)) == sentence
    async with database.session() as session:
        assert await session.scalar(MENUS) == 0
        assert (await session.execute(ITEMS)).all() == []


async def test_a_file_has_to_be_chosen_and_sent_by_a_page_of_ours(
    alice: Person, nobody: Browser, database: Database
) -> None:
    assert said(await sent(alice, b"", name="")) == "Choose the file first."
    assert (await sent(nobody, packed())).status_code in (303, 401)
    alice._token = "another"
    assert (await sent(alice, packed())).status_code == 403
    async with database.session() as session:
        assert await session.scalar(MENUS) == 0


def test_a_page_that_was_saved_again_is_read_too() -> None:
    page = b"<html><SCRIPT id=tastebuds-menu type='application/json'>" + packed() + b"</SCRIPT></html>"
    assert read_packed(page).title == "Hers"


@pytest.mark.parametrize(
    "piece", [b"<script id=tastebuds-menu>", b"<script ", b"<script id=", b"<script id=tastebuds-menu "]
)
def test_a_file_that_never_ends_what_it_begins_is_read_once(piece: bytes) -> None:
    with costs_less_than(1), pytest.raises(Invalid) as refused:
        read_packed(piece * (FILE_MAX // len(piece)))
    assert refused.value.errors == {"file": NOT_OURS}
