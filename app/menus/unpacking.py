"""Reading a menu out of a file that another Tastebuds made, and laying it out as a draft of one's own.

A file is whatever somebody sends: it is read into the forms that every menu is read by, and what it says of works
changes none that the catalog has. Those are found by what registries call them, else by their names; the others are
made, with "import" for their source.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta
from sqlalchemy import TextClause, text

from app.catalog.candidates import (
    FROM_FILE,
    STRONG_SCHEMES,
    BookFacts,
    Candidate,
    Facts,
    GameFacts,
    Identifier,
    ItemType,
    MovieFacts,
    MusicFacts,
    PartialDate,
    Precision,
)
from app.catalog.holding import hold_all
from app.catalog.models import TITLE_MAX
from app.catalog.storing import sort_title, store
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.kit.jsonb import as_json
from app.kit.text import is_seen, storable
from app.menus import composing, snapshots
from app.menus.forms import NoteForm, TitleForm
from app.menus.holding import held
from app.menus.laying import lay
from app.menus.models import COURSES_MAX, ITEMS_MAX, PAIRINGS_MAX, Menu
from app.menus.packing import SCHEMA
from app.menus.pairing_forms import SentenceForm
from app.menus.snapshots import Snapshot

FILE_MAX = 4_000_000  # bytes
WORKS_MAX = 1_000

# apart, and none over the start of another tag: what somebody sends is read through once, whatever stands in it
OPENED = re.compile(rb"<script\b[^<>]{0,200}\bid=[\"']?tastebuds-menu\b[^<>]{0,200}>", re.I)
CLOSED = re.compile(rb"</script>", re.I)

NOT_OURS = "This is no menu of a Tastebuds: choose the file that “Download” on a menu gave you."
BROKEN = "This file is broken: get it once more where it came from."
TOO_NEW = "This file is of a newer Tastebuds than this one. Whoever runs it can bring it up to date."
TOO_MANY = f"This menu serves more than can be brought along at once: {WORKS_MAX:,} works are the most."
UNKNOWN = "This file names a work that cannot be kept: {}"

T = TypeVar("T")
Word: TypeAlias = Annotated[str, Meta(max_length=TITLE_MAX)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]
Place: TypeAlias = tuple[int, int]  # which course, and which item in it, from 1


class Called(msgspec.Struct, frozen=True):
    scheme: Name
    value: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9_]*$")] = ""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    type: ItemType
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_MAX)]
    kind: Literal["film", "series", "track", "album"] | None = None
    subtitle: Word | None = None
    creators: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    released: date | None = None
    precision: Precision | None = None
    identifiers: Annotated[tuple[Called, ...], Meta(max_length=50)] = ()


class PackedItem(msgspec.Struct, frozen=True):
    work: Work
    note: str = ""


class PackedCourse(msgspec.Struct, frozen=True):
    title: str
    intent: str = ""
    items: tuple[PackedItem, ...] = ()


class PackedPairing(msgspec.Struct, frozen=True):
    first: Place
    second: Place
    sentence: str


class PackedMenu(msgspec.Struct, frozen=True):
    title: str
    intent: str = ""
    courses: tuple[PackedCourse, ...] = ()
    pairings: tuple[PackedPairing, ...] = ()


class Envelope(msgspec.Struct, frozen=True):
    tastebuds: Literal["menu"]
    schema: int
    menu: msgspec.Raw


# strong identifiers within the type; of several items the oldest
BY_IDENTIFIER = text("""
    SELECT DISTINCT ON (w.place) w.place, d.item_id
    FROM unnest(CAST(:places AS int[]), CAST(:types AS text[]), CAST(:schemes AS text[]), CAST(:kinds AS text[]),
        CAST(:values AS text[])) AS w (place, type, scheme, kind, value)
    JOIN media_identifiers d ON d.scheme = w.scheme AND d.kind = w.kind AND d.value = w.value
    JOIN media_items i ON i.id = d.item_id AND i.type = w.type
    ORDER BY w.place, d.item_id
""")
BY_NAME = text("""
    SELECT DISTINCT ON (w.place) w.place, i.id AS item_id
    FROM unnest(CAST(:places AS int[]), CAST(:types AS text[]), CAST(:sort_titles AS text[]), CAST(:titles AS text[]),
        CAST(:creators AS text[]), CAST(:released AS date[])) AS w (place, type, sort_title, title, creators, released)
    JOIN media_items i ON i.sort_title = w.sort_title AND i.title = w.title AND i.type = w.type
        AND to_jsonb(i.creators) = CAST(w.creators AS jsonb) AND i.released IS NOT DISTINCT FROM w.released
    ORDER BY w.place, i.id
""")


def read_packed(content: bytes) -> PackedMenu:
    """Of the page a menu was downloaded as, or of the data in it alone. Raises `Invalid` with one sentence."""
    try:
        envelope = msgspec.json.decode(_data(content), type=Envelope)
    except (msgspec.ValidationError, RecursionError):
        raise _refused(NOT_OURS) from None
    except ValueError:
        raise _refused(BROKEN) from None
    if envelope.schema > SCHEMA:
        raise _refused(TOO_NEW)
    try:
        menu = msgspec.json.decode(envelope.menu, type=PackedMenu)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        raise _refused(BROKEN) from None
    _must_fit(menu)
    return menu


def _data(content: bytes) -> bytes:
    if content.lstrip()[:1] == b"{":
        return content
    opened = OPENED.search(content)
    closed = CLOSED.search(content, opened.end()) if opened else None
    if opened is None or closed is None:
        raise _refused(NOT_OURS)
    return content[opened.end() : closed.start()]


async def unpack(session: AsyncSession, owner_id: UUID, packed: PackedMenu) -> Menu:
    """A draft of theirs. Raises `Invalid`."""
    wanted = _snapshot(packed, [])  # what its words are is known before anything is made
    works = [item.work for course in packed.courses for item in course.items]
    wanted = _snapshot(packed, await _items(session, works))
    title = TitleForm(title=wanted.title, intent=wanted.intent)
    menu = await held(session, owner_id, (await composing.create(session, owner_id, title)).id)
    await lay(session, menu, wanted, {})
    return menu


async def _items(session: AsyncSession, works: Sequence[Work]) -> list[UUID]:
    """One for each work, in their order."""
    found = await _found(session, BY_IDENTIFIER, _called(works))
    found |= await _found(session, BY_NAME, _named([each for each in enumerate(works) if each[0] not in found]))
    now = await hold_all(session, found.values())
    found = {place: now[item_id] for place, item_id in found.items() if item_id in now}
    new = {place: _candidate(work) for place, work in enumerate(works) if place not in found}
    for place, candidate in sorted(new.items(), key=lambda each: each[1].external_id):  # in one order for all
        found[place] = await store(session, candidate)
    return [found[place] for place in range(len(works))]


async def _found(session: AsyncSession, statement: TextClause, wanted: Mapping[str, list[object]]) -> dict[int, UUID]:
    if not wanted["places"]:
        return {}
    return {row.place: row.item_id for row in await session.execute(statement, dict(wanted))}


def _called(works: Sequence[Work]) -> dict[str, list[object]]:
    rows = [
        (place, work.type, each.scheme, each.kind, each.value)
        for place, work in enumerate(works)
        for each in work.identifiers
        if each.scheme in STRONG_SCHEMES
    ]
    return _columns(("places", "types", "schemes", "kinds", "values"), rows)


def _named(works: Sequence[tuple[int, Work]]) -> dict[str, list[object]]:
    rows = [
        (place, each.type, sort_title(each.title), each.title, as_json(each.creators), each.released)
        for place, each in works
    ]
    return _columns(("places", "types", "sort_titles", "titles", "creators", "released"), rows)


def _columns(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> dict[str, list[object]]:
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def _snapshot(packed: PackedMenu, items: Sequence[UUID]) -> Snapshot:
    """`items`: of each work in order, or none yet. A course serves a work once, the first time it is named in it."""
    head = _words(TitleForm.read, {"title": packed.title, "intent": packed.intent})
    keys: dict[tuple[int, int], str] = {}
    courses, at = [], 0
    for number, course in enumerate(packed.courses, 1):
        titled = _words(TitleForm.read, {"title": course.title, "intent": course.intent})
        served: dict[str, snapshots.Item] = {}
        for place, each in enumerate(course.items, 1):
            item = str(items[at]) if items else f"{at}"
            at += 1
            note = _words(NoteForm.read, {"note": each.note}).note
            served.setdefault(item, snapshots.Item(f"{number}.{place}", item, each.work.title, note))
            keys[number, place] = served[item].key
        courses.append(snapshots.Course(f"{number}", titled.title, titled.intent, tuple(served.values())))
    return Snapshot(head.title, head.intent, tuple(courses), _pairings(packed, keys))


def _pairings(packed: PackedMenu, keys: Mapping[tuple[int, int], str]) -> tuple[snapshots.Pairing, ...]:
    pairings: dict[tuple[str, str], snapshots.Pairing] = {}
    for each in packed.pairings:
        if each.first not in keys or each.second not in keys:
            raise _refused(BROKEN)
        sentence = _words(SentenceForm.read, {"sentence": each.sentence}).sentence
        pairing = snapshots.pairing(keys[each.first], keys[each.second], sentence)
        if pairing.ends[0] != pairing.ends[1]:
            pairings.setdefault(pairing.ends, pairing)
    return tuple(pairings.values())


def _must_fit(menu: PackedMenu) -> None:
    if sum(len(course.items) for course in menu.courses) > WORKS_MAX:
        raise _refused(TOO_MANY)
    if len(menu.courses) > COURSES_MAX or len(menu.pairings) > PAIRINGS_MAX:
        raise _refused(f"A menu holds {COURSES_MAX} courses and {PAIRINGS_MAX} pairings at most; this one has more.")
    if any(len(course.items) > ITEMS_MAX for course in menu.courses):
        raise _refused(f"A course holds {ITEMS_MAX} items at most; one in this file has more.")
    for work in (item.work for course in menu.courses for item in course.items):
        said = [work.title, work.subtitle or "", *work.creators, *(each.value for each in work.identifiers)]
        if not any(map(is_seen, work.title)) or any(storable(each) != each or "\n" in each for each in said):
            raise _refused(UNKNOWN.format("its title or a name in it holds what cannot be kept."))
        if (work.released is None) != (work.precision is None):
            raise _refused(BROKEN)


def _candidate(work: Work) -> Candidate:
    said = msgspec.json.encode(work)
    released = PartialDate(value=work.released, precision=work.precision) if work.released and work.precision else None
    return Candidate(
        source=FROM_FILE,
        external_id=hashlib.blake2b(said, digest_size=16).hexdigest(),
        title=work.title,
        subtitle=work.subtitle,
        creators=work.creators,
        released=released,
        identifiers=tuple(Identifier(**msgspec.structs.asdict(each)) for each in work.identifiers),
        facts=_facts(work),
    )


def _facts(work: Work) -> Facts:
    match work.type:
        case "book":
            return BookFacts(authors=work.creators)
        case "movie" if work.kind == "series":
            return MovieFacts(kind="series")
        case "movie":
            return MovieFacts(directors=work.creators)
        case "game":
            return GameFacts(developers=work.creators)
        case _:
            return MusicFacts(kind="track" if work.kind == "track" else "album", artists=work.creators)


def _words(read: Callable[[Mapping[str, str]], T], said: Mapping[str, str]) -> T:
    try:
        return read(said)
    except Invalid as error:
        name, sentence = next(iter(error.errors.items()))
        raise _refused(f"A {name} in this file cannot be kept. {sentence}") from None


def _refused(sentence: str) -> Invalid:
    return Invalid({"file": sentence})
