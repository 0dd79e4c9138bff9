"""What an import brings stays within what could be made by hand, and is seen by everybody at once."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import text

from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Invalid
from app.kit.ids import UUID, new_id
from app.menus import upstream
from app.menus.models import PAIRINGS_MAX
from app.menus.slugs import SLUGS_MAX
from app.ops import archives, restoring
from app.ops.fitting import FITS
from tests.counting import statements
from tests.fair_loop import costs_less_than
from tests.ops.test_importing import emptied, exported, imported, member, rewritten, rows, taken

__all__ = ["taken"]

FAR = "9000-01-01T00:00:00Z"
HOUSEHOLD = tuple[UUID, bytes]
VERSIONS = text("SELECT sum(version) FROM menus WHERE owner_id = :user_id")
TOLD = text("""
    SELECT action FROM audit_events WHERE user_id = :user_id
        AND action IN ('menu.published', 'profile.published') ORDER BY action
""")


async def again(database: Database, content: bytes, **lists: list[Any]) -> tuple[UUID, Any]:
    """Whoever reads it on an empty instance, and how that went."""
    await emptied(database)
    alice = await member(database, "Alice")
    return alice, await imported(database, alice, rewritten(content, **lists))


def said(row: Any) -> set[tuple[str, str]]:
    return {(each["file"].removesuffix(".jsonl"), each["said"]) for each in row.messages}


async def test_no_moment_is_still_to_come(database: Database, taken: HOUSEHOLD) -> None:
    lines = rows(taken[1], "menus")
    for name in ("published_at", "first_published_at", "created_at", "updated_at"):
        lines[0][name] = FAR
    alice, _ = await again(database, taken[1], menus=lines)
    kept = rows(await exported(database, alice), "menus")[0]
    for name in ("published_at", "first_published_at", "created_at", "updated_at"):
        assert dt.datetime.fromisoformat(kept[name]) <= clock.now(), name


async def test_a_menu_has_no_more_addresses_and_pairings_than_by_hand(database: Database, taken: HOUSEHOLD) -> None:
    menu = rows(taken[1], "menus")[0]["id"]
    course = next(each for each in rows(taken[1], "courses") if each["menu_id"] == menu)
    works = [each["id"] for each in rows(taken[1], "items")]
    courses = [course | {"id": str(new_id())} for _ in range(4)]
    served = [
        {"id": str(new_id()), "course_id": each["id"], "item_id": work, "note": "", **times(course)}
        for each in courses
        for work in works
    ]
    slugs = [{"slug": f"once-{number}-x", "menu_id": menu, "claimed_at": FAR} for number in range(SLUGS_MAX + 3)]
    ids = sorted(each["id"] for each in served)
    pairings = [
        {"id": str(new_id()), "menu_id": menu, "first_id": one, "second_id": two, "sentence": "So.", **times(course)}
        for at, one in enumerate(ids)
        for two in ids[:at]
    ]
    assert len(pairings) > PAIRINGS_MAX
    lists = {"courses": courses, "course_items": served, "slugs": slugs, "pairings": pairings}
    _, row = await again(database, taken[1], **lists)
    assert row.counts["pairings"]["added"] == PAIRINGS_MAX
    assert row.counts["slugs"] == {"added": SLUGS_MAX - 1, "left": 4}  # the one it has counts too
    assert ("slugs", restoring.FULL.format(most=SLUGS_MAX)) in said(row)


def times(of: dict[str, Any]) -> dict[str, Any]:
    return {name: of[name] for name in ("created_at", "updated_at")}


async def test_a_line_of_the_log_is_one_that_could_be_typed(database: Database, taken: HOUSEHOLD) -> None:
    good = rows(taken[1], "log")[0] | {"episode": None, "season": None, "kind": "progress"}
    tomorrow = clock.now().date() + dt.timedelta(days=1)
    bad: list[dict[str, Any]] = [
        {"day": "9999-12-31"},
        {"day": str(tomorrow + dt.timedelta(days=1))},
        {"day": "1899-12-31"},
        {"round": 100},
        {"amount": 101, "unit": "percent"},
        {"amount": 100_001, "unit": "page"},
        {"season": 1, "episode": 32_001},
    ]
    lines = [good | each | {"id": str(new_id())} for each in (*bad, {"day": str(tomorrow)}, {"round": 99})]
    _, row = await again(database, taken[1], log=lines)
    assert row.counts["log"] == {"added": 2, "left": len(bad)}
    assert [each["said"] for each in row.messages if each["file"] == "log.jsonl"] == [
        restoring.WRONG.format(name=name) for name in ("day", "day", "day", "round", "amount", "amount", "episode")
    ]


@pytest.mark.parametrize(
    "seen",
    [
        {},
        None,
        [],
        {"mine": 7},
        {"pairings": [["a+b", "c", "Sand."]]},
        {"title": "x" * 300},
        {"courses": [{"key": "a"}]},
        {"pairings": [["a", "b"]]},
        {"early": {}},
    ],
    ids=str,
)
async def test_a_fork_whose_origin_is_not_told_right_is_no_fork(
    database: Database, taken: HOUSEHOLD, seen: Any
) -> None:
    lines = rows(taken[1], "lineage")
    lines[0]["seen"] = lines[0]["seen"] | seen if seen else seen
    _, row = await again(database, taken[1], lineage=lines)
    assert row.counts["lineage"] == {"left": 1}


async def test_an_origin_that_is_here_says_itself_what_it_is_called(database: Database, taken: HOUSEHOLD) -> None:
    lines = rows(taken[1], "lineage")
    told = {"origin_title": "Mine\n" * 100, "origin_author": "Odile" * 99, "origin_slug": "../ops"}
    alice, _ = await again(database, taken[1], lineage=[lines[0] | told])
    kept = rows(await exported(database, alice), "lineage")[0]
    menu = next(each for each in rows(taken[1], "menus") if each["id"] == kept["origin_id"])
    assert (kept["origin_title"], kept["origin_author"], kept["origin_slug"]) == (menu["title"], "Alice", menu["slug"])
    async with database.session() as session:
        await upstream.upstream_of(session, alice, UUID(kept["menu_id"]))
    alice, _ = await again(database, taken[1], lineage=[lines[0] | told | {"origin_id": None}])
    kept = rows(await exported(database, alice), "lineage")[0]
    assert len(kept["origin_title"]) <= 200
    assert len(kept["origin_author"]) <= 80
    assert kept["origin_slug"] == ""


async def test_what_becomes_public_by_it_is_told(database: Database, taken: HOUSEHOLD) -> None:
    alice, _ = await again(database, taken[1])
    async with database.session() as session:
        told = list(await session.scalars(TOLD, {"user_id": alice}))
    assert told == ["menu.published", "profile.published"]


async def test_one_that_fails_on_the_way_has_told_of_what_it_changed(database: Database, taken: HOUSEHOLD) -> None:
    alice, content = taken
    async with database.session() as session:
        before = await session.scalar(VERSIONS, {"user_id": alice})
    courses = rows(content, "courses")
    courses[0] |= {"title": "Another", "updated_at": clock.now().isoformat()}
    changed = rewritten(content, courses=courses)
    with zipfile.ZipFile(io.BytesIO(changed)) as archive:
        at = archive.getinfo("slugs.jsonl").header_offset
    row = await imported(database, alice, changed[: at + 45] + bytes(20) + changed[at + 65 :])
    assert row.state == "failed"
    assert row.counts["courses"]["renewed"] == 1
    async with database.session() as session:
        assert await session.scalar(VERSIONS, {"user_id": alice}) == before + 1


def test_long_lines_make_short_batches() -> None:
    lines = [b"x" * 40, b"y" * 70, b"z", b"z", b"z", b"z"]
    assert [[number for number, _ in batch] for batch in archives.batches(lines, 3, 100)] == [[1, 2], [3, 4, 5], [6]]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_we_never_pack_with_is_not_unpacked(method: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("manifest.json", b'{"schema_version": 2}')
    with pytest.raises(Invalid) as refused:
        archives.opened(made)
    assert refused.value.errors == {"file": archives.ODD}


async def test_of_two_tags_of_one_name_the_one_that_can_be_read_keeps_its_works(
    database: Database, taken: HOUSEHOLD
) -> None:
    tags, tagged = rows(taken[1], "tags"), rows(taken[1], "tagged")
    own = next(each for each in tags if not each["is_shared"] and any(on["tag_id"] == each["id"] for on in tagged))
    bad = own | {"id": str(new_id()), "colour": "plaid"}
    alice, first = await again(database, taken[1], tags=[bad, *tags])
    assert first.counts["tags"]["left"] == 1
    assert first.counts["tagged"] == {"added": len(tagged)}
    second = await imported(database, alice, rewritten(taken[1], tags=[bad, *tags]))
    assert second.counts["tagged"] == {"there": len(tagged)}


async def test_naming_anew_costs_what_there_is_to_read(database: Database) -> None:
    """And not once more for each work that has another id here."""
    known = restoring.Known(new_id())
    others = [new_id() for _ in range(20_000)]
    for was in others:
        known.found("items", was, new_id())
    lines = [restoring.Line(number, {}, {"query": f"item={was}"}) for number, was in enumerate(others[:2_000])]
    async with database.session() as session:
        with costs_less_than(2):  # it was 20
            await FITS["views"](session, known, lines)
    assert lines[0].values["query"] == f"item={known.here('items', others[0])}"


async def test_a_time_zone_that_is_nowhere_is_not_taken_along(database: Database, taken: HOUSEHOLD) -> None:
    (liked,) = rows(taken[1], "preferences")
    alice, _ = await again(database, taken[1], preferences=[liked | {"time_zone": "Middle-earth/Shire"}])
    (kept,) = rows(await exported(database, alice), "preferences")
    assert kept == liked | {"time_zone": ""}


async def test_lines_with_nothing_on_them_ask_nothing_of_the_database(database: Database, taken: HOUSEHOLD) -> None:
    alice, _ = taken
    asked = []
    for blank in ([], [b""] * 2_000):
        with statements(database) as sent:
            await imported(database, alice, rewritten(taken[1], tags=[*blank, *rows(taken[1], "tags")]))
        asked.append(len(sent))
    assert asked[0] == asked[1]


async def test_each_creator_stands_on_one_line(database: Database, taken: HOUSEHOLD) -> None:
    works = rows(taken[1], "items")
    works[0]["creators"] = ["Ursula K.\nLe Guin", " ", ""]
    alice, _ = await again(database, taken[1], items=works)
    kept = {each["id"]: each["creators"] for each in rows(await exported(database, alice), "items")}
    assert kept[works[0]["id"]] == ["Ursula K. Le Guin"]
