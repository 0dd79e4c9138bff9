"""What was taken with one comes back: whole where nothing is, and changing nothing where it is already."""

import asyncio
import io
import warnings
import zipfile
from typing import Any

import msgspec
import pytest
from PIL import Image
from sqlalchemy import text

from app.accounts.models import User
from app.kit.db import Database
from app.kit.errors import Conflict, Invalid
from app.kit.ids import UUID, new_id
from app.menus import sharing
from app.ops import archives, exporting, importing, restoring
from app.ops.exports import BACK
from app.ops.merging import merge
from sandbox.traps import bomb
from tests.conftest import EMPTIED
from tests.ops.household import furnish
from tests.rows import items
from tests.sources.painting import painted

LISTS = ["items", *BACK]


TOLD = {"action": "data.imported"}
PICTURE = b"RIFF, of a provider"  # as it is kept here


async def member(database: Database, name: str) -> UUID:
    async with database.session() as session:
        user = User(name=name, email=f"{name.lower()}@example.org", password_hash="x")
        session.add(user)
        await session.flush()
        return user.id


async def exported(database: Database, user_id: UUID) -> bytes:
    async with database.session() as session:
        archive = await exporting.export(session, database, user_id, lambda *_: PICTURE)
        return b"".join([piece async for piece in archive.pieces()])


def lists(content: bytes) -> dict[str, bytes]:
    """What can travel: of each list the lines and the cells. A tag that everybody had becomes one's own."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {f"{name}{end}": archive.read(f"{name}{end}") for name in LISTS for end in (".jsonl", ".csv")}
        found |= {name: archive.read(name) for name in archive.namelist() if name.startswith("covers/")}
    found["tags.jsonl"] = found["tags.jsonl"].replace(b'"is_shared":true', b'"is_shared":false')
    found["tags.csv"] = found["tags.csv"].replace(b",true,", b",false,")
    return found


async def imported(database: Database, user_id: UUID, content: bytes) -> Any:
    async with database.session() as session:
        import_id = await importing.begin(session, user_id, "export.zip", io.BytesIO(content))
    await importing.run(database, import_id)
    async with database.session() as session:
        return await importing.show(session, user_id, import_id)


def results(row: Any) -> dict[str, int]:
    """Of all lists together."""
    return {
        name: many
        for name in ("added", "renewed", "there", "newer", "left")
        if (many := sum(counts.get(name, 0) for counts in row.counts.values()))
    }


async def emptied(database: Database) -> None:
    async with database.session() as session:
        await session.execute(EMPTIED)


@pytest.mark.parametrize("seed", range(3))
async def test_a_household_moves_to_an_empty_instance_byte_by_byte(database: Database, seed: int) -> None:
    alice = await member(database, "Alice")
    async with database.session() as session:
        await furnish(session, alice, seed)
    taken = await exported(database, alice)
    told = {name: content for name, content in lists(taken).items() if not name.startswith("covers/")}
    assert all(content.count(b"\n") > (name.endswith("csv")) for name, content in told.items())
    assert len(told) < len(lists(taken))
    await emptied(database)
    again = await member(database, "Alice")
    first = await imported(database, again, taken)
    assert (first.state, first.messages, first.said) == ("done", [], "")
    assert results(first).keys() == {"added"}
    back = await exported(database, again)
    assert lists(back) == lists(taken)
    second = await imported(database, again, taken)
    assert results(second) == {"there": results(first)["added"]}
    assert lists(await exported(database, again)) == lists(taken)


def rewritten(content: bytes, **lists: list[Any]) -> bytes:
    """The same archive with other lines in these lists."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            lines = lists.get(name.removesuffix(".jsonl").replace("-", "_")) if name.endswith(".jsonl") else None
            told = [each if isinstance(each, bytes) else msgspec.json.encode(each) for each in lines or ()]
            new.writestr(name, old.read(name) if lines is None else b"\n".join(told) + b"\n")
    return made.getvalue()


def rows(content: bytes, name: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [msgspec.json.decode(line) for line in archive.read(f"{name}.jsonl").splitlines()]


@pytest.fixture
async def taken(database: Database) -> tuple[UUID, bytes]:
    """Alice, and her household in a file."""
    alice = await member(database, "Alice")
    async with database.session() as session:
        await furnish(session, alice, 7, works=6)
    return alice, await exported(database, alice)


async def test_a_cover_in_a_file_is_drawn_anew_or_left_out(database: Database, taken: tuple[UUID, bytes]) -> None:
    """Nothing in a file is believed: neither that it is the picture we wrote, nor whose cover it is."""
    _, content = taken
    (work,) = [row for row in rows(content, "items") if row["cover_provider"] == "hand"]
    others = [row for row in rows(content, "items") if row["id"] != work["id"]]
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    photo = painted(300, 400, exif=exif)
    for sent, is_kept in ((photo, True), (bomb(), False), (b"<script>", False), (None, False)):
        await emptied(database)
        again = await member(database, "Alice")
        forged = [work | {"cover_key": "00"}, *(row | {"cover_provider": "hand", "cover_key": "00"} for row in others)]
        row = await imported(database, again, with_cover(rewritten(content, items=forged), work["id"], sent))
        assert (row.state, row.messages) == ("done", [])
        assert row.counts["items"] == {"added": 1 + len(others)}
        back = await exported(database, again)
        shown = [each["cover_key"] for each in rows(back, "items") if each["cover_provider"] == "hand"]
        assert (len(shown), "00" in shown) == (is_kept, False)
        drawn = [content for name, content in lists(back).items() if name.startswith("covers/")]
        assert len(drawn) == is_kept
        assert not any(b"home" in each for each in drawn)


def with_cover(content: bytes, item_id: str, picture: bytes | None) -> bytes:
    """The same archive with this in the place of one of its covers."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            given = picture if name == f"covers/{item_id}.webp" else old.read(name)
            if given is not None:
                new.writestr(name, given)
    return made.getvalue()


async def test_somebody_else_gets_it_under_other_ids_and_hers_stay_as_they_are(
    database: Database, taken: tuple[UUID, bytes]
) -> None:
    alice, content = taken
    bob = await member(database, "Bob")
    first = await imported(database, bob, content)
    assert lists(await exported(database, alice)) == lists(content)
    assert {each["said"] for each in first.messages} == {
        "There is one like it already.",
        restoring.TAKEN,
    }  # a handle, a slug
    his = await exported(database, bob)
    ids = {each["id"] for name in ("library", "menus", "courses", "course-items") for each in rows(his, name)}
    hers = {each["id"] for name in ("library", "menus", "courses", "course-items") for each in rows(content, name)}
    assert not ids & hers
    assert len(ids) == len(hers)
    for name in ("library", "log", "tagged", "menus", "courses", "course-items", "pairings", "lineage"):
        assert len(rows(his, name)) == len(rows(content, name)), name
    assert {each["slug"] for each in rows(his, "menus")}.isdisjoint(each["slug"] for each in rows(content, "menus"))
    second = await imported(database, bob, content)
    assert results(second).keys() == {"there", "left"}
    assert lists(await exported(database, bob)) == lists(his)


async def test_two_at_once_and_one_that_is_cut_off_end_as_one_does(
    database: Database, taken: tuple[UUID, bytes]
) -> None:
    _, content = taken
    await emptied(database)
    again = await member(database, "Alice")
    ids = []
    for _ in range(2):
        async with database.session() as session:
            ids.append(await importing.begin(session, again, "export.zip", io.BytesIO(content)))
    running = asyncio.create_task(importing.run(database, ids[0]))
    while not await count(database, "user_item_states"):  # noqa: ASYNC110 - nobody tells when
        await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.wait({running})
    await asyncio.gather(*(importing.run(database, each) for each in (*ids, *ids)))
    assert lists(await exported(database, again)) == lists(content)
    assert await count(database, "import_pieces") == 0


async def count(database: Database, table: str) -> int:
    async with database.session() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


async def test_the_later_change_counts(database: Database, taken: tuple[UUID, bytes]) -> None:
    alice, content = taken
    entries, menus = rows(content, "library"), rows(content, "menus")
    entries[0] |= {"notes": "Later.", "updated_at": "2099-01-01T00:00:00Z"}
    entries[1] |= {"notes": "Earlier.", "updated_at": "1999-01-01T00:00:00Z"}
    menus[1] |= {"title": "Earlier", "updated_at": "1999-01-01T00:00:00Z"}
    courses = [each for each in rows(content, "courses") if each["menu_id"] == menus[1]["id"]]
    courses.append(courses[0] | {"id": "0190a5b0-c0de-7000-8000-00000000cafe", "title": "Was taken off"})
    row = await imported(database, alice, rewritten(content, library=entries, menus=menus, courses=courses))
    assert (row.counts["library"]["renewed"], row.counts["library"]["newer"]) == (1, 1)
    assert row.counts["courses"] == {"newer": len(courses)}
    now = await exported(database, alice)
    assert rows(now, "library")[0]["notes"] == "Later."
    assert rows(now, "library")[1]["notes"] != "Earlier."
    assert rows(now, "courses") == rows(content, "courses")


@pytest.mark.parametrize("name", ["course-items", "pairings", "courses", "menus"])
async def test_words_that_a_file_renewed_are_not_written_over_unread(
    database: Database, taken: tuple[UUID, bytes], name: str
) -> None:
    alice, content = taken
    line = rows(content, name)[0]
    table = "menu_item_pairings" if name == "pairings" else name.replace("-", "_")
    version = text(f"SELECT m.version, t.words_version FROM {table} t, menus m WHERE t.id = :id AND m.id = :menu")
    menu = line.get("menu_id") or line["id"]
    if name == "course-items":
        (menu,) = [each["menu_id"] for each in rows(content, "courses") if each["id"] == line["course_id"]]
    which = {"id": UUID(line["id"]), "menu": UUID(menu)}
    async with database.session() as session:
        await session.execute(text("UPDATE menus SET version = 40"))
    words = next(word for word in ("note", "sentence", "intent") if word in line)
    later = [line | {words: "Later.", "updated_at": "2099-01-01T00:00:00Z"}]
    row = await imported(database, alice, rewritten(content, **{name.replace("-", "_"): later}))
    assert row.counts[name] == {"renewed": 1}
    async with database.reading() as session:
        now = (await session.execute(version, which)).one()
    assert 40 < now.words_version <= now.version


async def test_what_was_made_one_with_another_comes_back_on_the_one_that_stays(
    database: Database, taken: tuple[UUID, bytes]
) -> None:
    alice, content = taken
    entry = rows(content, "library")[0]
    gone = UUID(entry["item_id"])
    async with database.session() as session:
        kind = await session.scalar(text("SELECT type FROM media_items WHERE id = :id"), {"id": gone})
    (stays,) = await items(database, "The same", type_=kind)
    async with database.session() as session:
        await merge(session, alice, stays, gone, is_operator=True)
        await session.execute(text("DELETE FROM user_item_states"))
    await imported(database, alice, rewritten(content, items=[], library=[entry]))
    async with database.reading() as session:
        kept = await session.execute(text("SELECT id, item_id FROM user_item_states"))
        assert [tuple(row) for row in kept] == [(UUID(entry["id"]), stays)]


async def test_an_import_is_told_once_for_each_file(database: Database, taken: tuple[UUID, bytes]) -> None:
    alice, content = taken
    await imported(database, alice, content)
    await imported(database, alice, content)
    async with database.reading() as session:
        told = await session.execute(text("SELECT action, user_id FROM audit_events WHERE action = :action"), TOLD)
        assert [tuple(row) for row in told] == [("data.imported", alice)] * 2


async def test_a_bad_row_is_told_and_costs_no_other(database: Database, taken: tuple[UUID, bytes]) -> None:
    _, content = taken
    await emptied(database)
    again = await member(database, "Alice")
    good = rows(content, "library")
    nowhere = "0190a5b0-c0de-7000-8000-00000000cafe"
    bad: dict[Any, str] = {
        b"{": importing.NO_JSON,
        b"[" * 9000: importing.NO_JSON,
        b'{"id": "' + b"x" * archives.LINE_MAX + b'"}': importing.NO_JSON,
        "rating": "“rating” is not as it has to be.",
        "status": "“status” is not as it has to be.",
        "favourite": "“favourite” is neither true nor false.",
        "updated_at": "“updated_at” is no moment (ISO 8601 with a zone).",
        "id": "“id” is no id.",
        "item_id": restoring.NOT_HERE,
        "notes": "“notes” is no text.",
    }
    values = {"rating": 11, "status": "eaten", "favourite": 1, "updated_at": "today", "id": 7, "item_id": nowhere}
    lines = [
        each if isinstance(each, bytes) else good[0] | {"id": str(new_id()), each: values.get(each, ["a", "b"])}
        for each in bad
    ]
    row = await imported(database, again, rewritten(content, library=[*good[1:], *lines, good[0]]))
    assert [(each["file"], each["said"]) for each in row.messages][: len(bad)] == [
        ("library.jsonl", said) for said in bad.values()
    ]
    assert row.messages[0]["line"] == len(good)
    assert row.counts["library"] == {"added": len(good), "left": len(bad)}
    assert rows(await exported(database, again), "library") == good


async def test_markup_and_addresses_that_run_are_not_taken_for_ours(
    database: Database, taken: tuple[UUID, bytes]
) -> None:
    _, content = taken
    await emptied(database)
    again = await member(database, "Alice")
    items = rows(content, "items")
    items[3]["sources"][0] |= {"url": "javascript:alert(1)", "said": {"facts": {"type": "book"}, "title": 7}}
    items[3] |= {"cover_provider": "evil", "cover_key": "../../x"}
    items[1] |= {"type": "poem"}
    items[2] |= {"facts": {"pages": -1} if items[2]["type"] == "book" else {"kind": "poem"}}
    menus = rows(content, "menus")
    menus[0]["slug"], menus[1]["slug"] = "../ops", "new"
    row = await imported(database, again, rewritten(content, items=items, menus=menus))
    assert row.messages[0]["said"] == "“type” is none of book, movie, game and music."
    now = await exported(database, again)
    kept = next(each for each in rows(now, "items") if each["id"] == items[3]["id"])
    assert (kept["sources"][0]["url"], kept["sources"][0]["said"], kept["cover_provider"]) == (None, None, None)
    assert all(
        sharing.slug(each["title"]) == each["slug"][:60].rstrip("-") or "-" in each["slug"]
        for each in rows(now, "menus")
    )
    assert not {each["slug"] for each in rows(now, "menus")} & {"../ops", "new"}


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return made.getvalue()


def manifest(version: Any) -> dict[str, bytes]:
    return {"manifest_json": msgspec.json.encode({"schema_version": version})}


def locked(content: bytes) -> bytes:
    """As if it were encrypted, by the flag in its list of contents."""
    at = content.rindex(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", archives.NO_ZIP),
        (b"PK\x03\x04 and then nothing", archives.NO_ZIP),
        (zipped(**manifest(2))[:-3], archives.NO_ZIP),
        (zipped(notes_txt=b"x"), archives.NOT_OURS),
        (zipped(manifest_json=b"[]"), archives.NOT_OURS),
        (zipped(**manifest("2")), archives.NOT_OURS),
        (zipped(**manifest(True)), archives.NOT_OURS),
        (zipped(**manifest(99)), archives.NEWER.format(version=99, ours=2)),
        (zipped(**manifest(1)), archives.OLDER.format(version=1)),
        (locked(zipped(**manifest(2))), archives.LOCKED),
        (zipped(**manifest(2), library_jsonl=b"\0" * 30_000_000), archives.TOO_MUCH),
        (zipped(manifest_json=b" " * 70_000), archives.NOT_OURS),
    ],
)  # fmt: skip
async def test_what_is_no_export_is_refused_in_words(database: Database, content: bytes, said: str) -> None:
    alice = await member(database, "Alice")
    async with database.session() as session:
        with pytest.raises(Invalid) as refused:
            await importing.begin(session, alice, "x.zip", io.BytesIO(content))
    assert refused.value.errors == {"file": said}


def test_of_two_files_of_one_name_neither_is_read() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr("manifest.json", manifest(2)["manifest_json"])
    with pytest.raises(Invalid, match="there twice"):
        archives.opened(made)


async def test_what_is_more_than_a_file_may_hold_is_not_read(database: Database, taken: tuple[UUID, bytes]) -> None:
    _, content = taken
    bob = await member(database, "Bob")
    async with database.session() as session:
        import_id = await importing.begin(session, bob, "export.zip", io.BytesIO(content))
    await importing.run(database, import_id, lines_max=len(rows(content, "items")))
    async with database.session() as session:
        row = await importing.show(session, bob, import_id)
    assert (row.state, [*row.counts][:1], results(row)) == ("done", ["items"], {"there": len(rows(content, "items"))})
    assert row.said.startswith("There are more than 6 lines in this file")


async def test_a_damaged_list_ends_it_and_what_came_before_stays(database: Database, taken: tuple[UUID, bytes]) -> None:
    alice, content = taken
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at = archive.getinfo("log.jsonl").header_offset
    row = await imported(database, alice, content[: at + 60] + bytes(20) + content[at + 80 :])
    assert (row.state, row.said) == ("failed", "log.jsonl cannot be read: it is damaged.")
    assert row.counts["library"]["there"] > 0


async def test_three_may_wait_and_what_nobody_reads_is_given_up(database: Database, taken: tuple[UUID, bytes]) -> None:
    alice, content = taken
    async with database.session() as session:
        for _ in range(3):
            last = await importing.begin(session, alice, "x.zip", io.BytesIO(content))
        with pytest.raises(Conflict, match="3 of your files are waiting"):
            await importing.begin(session, alice, "x.zip", io.BytesIO(content))
        await session.execute(text("UPDATE imports SET updated_at = now() - interval '2 hours'"))
        assert await importing.sweep(session) == 0
    assert await count(database, "import_pieces") == 0
    async with database.session() as session:
        row = await importing.show(session, alice, last)
        assert (row.state, row.said) == ("failed", importing.STOPPED)
        await session.execute(text("UPDATE imports SET finished_at = now() - interval '31 days'"))
        assert await importing.sweep(session) == 3
    await importing.run(database, last)
