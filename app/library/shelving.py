"""The shelf: what I keep, narrowed and in any order, a page at a time.

Straight on the driver: it is the page that is asked for most. A page is cut by the index of what it is sorted by, and
the place it ends at is its key, so that the four hundredth costs what the first does. Where there is nothing to sort by
(no year, no rating) an entry comes last, in either direction: such entries are a part of their own.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar

import asyncpg
import msgspec

from app.catalog.reading import CARD
from app.catalog.storing import sort_title
from app.kit.connections import Connection
from app.kit.db import AsyncSession, driver_of
from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.library.keeping import MARK
from app.library.shelf_forms import Order, ShelfForm, Sort

PAGE = 48
SEPARATOR = "\n"  # no name holds one
LENGTHS = {"short": (0, 7_200), "medium": (7_201, 21_600), "long": (21_601, 54_000), "epic": (54_001, 2**31 - 1)}
EVERYTHING = ShelfForm.read({})
LOST = "This page is not there: begin with the first."

F = TypeVar("F", bound=ShelfForm)


class Entry(asyncpg.Record):
    """A row by the names of its columns: the item's card and my mark on it. Equal ones are drawn alike."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def creators(self) -> list[str]:
        return _parted(self["makers"])

    @property
    def tags(self) -> list[tuple[str, str]]:
        """(colour, name) of each."""
        return [(colour, name) for colour, _, name in (each.partition(" ") for each in _parted(self["labels"]))]


@dataclass(frozen=True, slots=True)
class Sorting:
    """`column` of the entry, how it is sorted where nobody says, what its values are, and the `most` it holds."""

    column: str
    order: Order
    kind: type[Any] | None
    has_gaps: bool = False
    most: int = 2**31 - 1


SORTS: Mapping[Sort, Sorting] = {
    "added": Sorting("id", "down", None),
    "changed": Sorting("updated_at", "down", datetime),
    "title": Sorting("sort_title", "up", str),
    "year": Sorting("year", "down", int, has_gaps=True, most=2**15 - 1),
    "rating": Sorting("rating", "down", Decimal, has_gaps=True),
    "creator": Sorting("creator", "up", str, has_gaps=True),
    "length": Sorting("length", "up", int, has_gaps=True),
}

SHOWN = (
    CARD.replace("i.creators", rf"array_to_string(i.creators, E'{SEPARATOR}') AS makers")
    + ", s.status, s.rating, s.favourite"
)
LABELS = f"""(SELECT string_agg(t.colour || ' ' || t.name, E'{SEPARATOR}' ORDER BY t.key, t.id)
    FROM media_item_tags g JOIN tags t ON t.id = g.tag_id
    WHERE g.user_id = s.user_id AND g.item_id = s.item_id) AS labels"""
COLUMNS = {
    "grid": SHOWN,
    "table": f"{SHOWN}, s.created_at, {LABELS}",
    "whole": f"{SHOWN}, {MARK}",
}
PART = """
    (SELECT {columns}, s.id AS entry_id, {key} AS key
    FROM user_item_states s JOIN media_items i ON i.id = s.item_id
    WHERE {conditions}
    ORDER BY {order} LIMIT {at_most})
"""
FOLDED = "lower(public.unaccent('public.unaccent'::regdictionary, {}))"  # as the entry's own `creator` is
# the first creator stands on the entry; who else there is, is asked of the catalog entry by entry, never of all of it
BY = f"""(strpos(s.creator, {FOLDED.format("{0}::text")}) > 0 OR strpos(
    (SELECT {FOLDED.format(rf"array_to_string(m.creators, E'{SEPARATOR}')")} FROM media_items m WHERE m.id = s.item_id),
    {FOLDED.format("{0}::text")}) > 0)"""
TAGGED = "SELECT FROM media_item_tags g WHERE g.user_id = $1 AND g.item_id = s.item_id AND g.tag_id"
CONDITIONS = {
    "type": "s.item_type = {}",
    "status": "s.status = ANY({}::text[])",
    "favourite": "s.favourite",
    "unrated": "s.rating IS NULL",
    "rating_from": "s.rating >= {}",
    "rating_to": "s.rating <= {}",
    "year_from": "s.year >= {}",
    "year_to": "s.year <= {}",
    "length": "s.length BETWEEN {} AND {}",
    "title": "strpos(s.sort_title, {}) > 0",
    "creator": BY,
    "source": "EXISTS (SELECT FROM media_sources o WHERE o.item_id = s.item_id AND o.source_name = {})",
    "tag": f"EXISTS ({TAGGED} = {{}})",
    "not_tag": f"NOT EXISTS ({TAGGED} = ANY({{}}::uuid[]))",
}
# what stands around the page, in one statement
COUNTS = "SELECT 'type' AS what, NULL::uuid AS id, item_type AS name, '' AS more, sum(entries) AS number, '' AS place"
AROUND = """
    {counts}
    UNION ALL
    SELECT 'view', id, name, query, version, lower(name) FROM saved_views WHERE user_id = $1
    UNION ALL
    SELECT 'tag', id, name, colour, (SELECT count(*) FROM ({used}) used), key
    FROM tags t WHERE user_id = $1 OR user_id IS NULL
    ORDER BY what, place, name
"""
USED = "SELECT FROM media_item_tags g WHERE g.tag_id = t.id AND g.user_id = $1 LIMIT 100"  # more is as much


@dataclass(frozen=True, slots=True)
class Around:
    """`counts` by type, saved `views`, and the `tags` there are to narrow by."""

    counts: Mapping[str, int]
    views: Sequence[Entry]
    tags: Sequence[Entry]


class _Asked:
    """Conditions, and the values they speak of."""

    def __init__(self, user_id: UUID) -> None:
        self.conditions = ["s.user_id = $1"]
        self.values: list[Any] = [user_id]

    def where(self, condition: str, *values: Any) -> None:
        """`{}` stands for each value."""
        first = len(self.values) + 1
        self.values += values
        self.conditions.append(condition.format(*(f"${number}" for number in range(first, first + len(values)))))


async def page(
    connection: Connection,
    user_id: UUID,
    form: ShelfForm,
    *,
    columns: Literal["grid", "table", "whole"] = "grid",
    at_most: int = PAGE,
) -> tuple[Sequence[Entry], str | None]:
    """The entries, and what to ask `after` for the next page, if there is one. Raises `Invalid`."""
    sorting = SORTS[form.sort]
    down = (form.order or sorting.order) == "down"
    asked = _narrowed(user_id, form)
    after = _read(form, sorting) if form.after else None
    parts = []
    if not sorting.has_gaps:
        parts.append(_part(asked, sorting, columns, down=down, after=after, at_most=at_most))
    else:
        if after is None or after[0] is not None:
            parts.append(_part(asked, sorting, columns, down=down, after=after, at_most=at_most, gaps=False))
            after = None
        parts.append(_part(asked, sorting, columns, down=down, after=after, at_most=at_most, gaps=True))
    # the parts as they come: nothing sorts them anew
    statement = f"SELECT * FROM ({' UNION ALL '.join(parts)}) each LIMIT {at_most + 1}"
    rows: list[Any] = await connection.fetch(statement, *asked.values, record_class=Entry)
    if len(rows) <= at_most:
        return rows, None
    return rows[:at_most], _written(form, rows[at_most - 1])


async def around(connection: Connection, user_id: UUID, form: ShelfForm) -> Around:
    """How many entries of each type there are as it is narrowed otherwise, and what else stands around the page."""
    if form.model_fields_set - {"type", "status", "sort", "order", "after", "view"}:
        asked = _narrowed(user_id, form.model_copy(update={"type": None}))
        counted = f"""SELECT 'type' AS what, NULL::uuid AS id, s.item_type AS name, '' AS more, count(*) AS number,
            '' AS place FROM user_item_states s WHERE {" AND ".join(asked.conditions)} GROUP BY s.item_type"""
        values = asked.values
    else:
        counted = f"{COUNTS} FROM entry_counts WHERE user_id = $1"
        values = [user_id]
        if form.status:
            counted += " AND status = ANY($2)"
            values.append(list(form.status))
        counted += " GROUP BY item_type"
    rows: list[Any] = await connection.fetch(AROUND.format(counts=counted, used=USED), *values, record_class=Entry)
    return Around(
        counts={row["name"]: int(row["number"]) for row in rows if row["what"] == "type" and row["number"]},
        views=[row for row in rows if row["what"] == "view"],
        tags=[row for row in rows if row["what"] == "tag"],
    )


async def recent(session: AsyncSession, user_id: UUID, at_most: int) -> Sequence[Entry]:
    """The newest."""
    rows, _ = await page(await driver_of(session), user_id, EVERYTHING, at_most=at_most)
    return rows


def _narrowed(user_id: UUID, form: ShelfForm) -> _Asked:
    asked = _Asked(user_id)
    for name, condition in CONDITIONS.items():
        value = getattr(form, name)
        if value is not None and value is not False and value not in ("", ()):
            for values in _values(name, value):
                asked.where(condition, *values)
    return asked


def _values(name: str, value: Any) -> list[tuple[Any, ...]]:
    """What the condition speaks of, once for each time it has to hold."""
    match name:
        case "tag":
            return [(tag,) for tag in value]
        case "length":
            return [LENGTHS[value]]
        case "title":
            return [(sort_title(value),)]
        case _ if value is True:
            return [()]
        case _:
            return [(list(value) if isinstance(value, tuple) else value,)]


def _part(
    asked: _Asked,
    sorting: Sorting,
    columns: str,
    *,
    down: bool,
    after: tuple[Any, UUID] | None,
    at_most: int,
    gaps: bool | None = None,
) -> str:
    """Of the entries that have something to sort by, or of those with a gap there (`gaps`), those `after` a place."""
    narrowed = len(asked.conditions)
    key, way, beyond = f"s.{sorting.column}", "DESC" if down else "ASC", "<" if down else ">"
    by_id = gaps or sorting.kind is None
    if gaps is not None:
        asked.where(f"{key} IS {'NULL' if gaps else 'NOT NULL'}")
    if after and by_id:
        asked.where(f"s.id {beyond} {{}}", after[1])
    elif after:
        asked.where(f"({key}, s.id) {beyond} ({{}}, {{}})", *after)
    order = f"s.id {way}" if by_id else f"{key} {way}, s.id {way}"
    conditions = " AND ".join(asked.conditions)
    del asked.conditions[narrowed:]
    return PART.format(columns=COLUMNS[columns], key=key, conditions=conditions, order=order, at_most=at_most + 1)


def _written(form: ShelfForm, row: Entry) -> str:
    """A place between two entries: how it is sorted, by what the one before it is, and that one's id."""
    kind = SORTS[form.sort].kind
    key = row["key"] if kind else None
    said = [form.sort, key if key is None or kind in (int, str) else str(key), str(row["entry_id"])]
    return base64.urlsafe_b64encode(msgspec.json.encode(said)).decode().rstrip("=")


def _read(form: ShelfForm, sorting: Sorting) -> tuple[Any, UUID]:
    """Raises `Invalid` for what we did not write."""
    try:
        said = base64.b64decode(form.after + "=" * (-len(form.after) % 4), altchars=b"-_", validate=True)
        sort, key, id_ = msgspec.json.decode(said, type=tuple[str, str | int | None, UUID])
        if sort != form.sort or (key is None and sorting.kind is not None and not sorting.has_gaps):
            raise ValueError  # noqa: TRY301 - as the decoding does
        return (None if key is None or sorting.kind is None else _valued(key, sorting)), id_
    except (ValueError, ArithmeticError, binascii.Error):  # msgspec's errors are ValueErrors
        raise Invalid({"after": LOST}) from None


def _valued(key: str | int, sorting: Sorting) -> Any:
    """Raises `ValueError`, `ArithmeticError`."""
    kind = sorting.kind
    if kind is datetime and isinstance(key, str):
        moment = datetime.fromisoformat(key)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    if kind is Decimal and isinstance(key, str):
        number = Decimal(key)
        if not 0 <= number <= 10:
            raise ValueError
        return number
    if type(key) is not kind or (isinstance(key, int) and abs(key) > sorting.most) or "\x00" in str(key):
        raise ValueError
    return key


def _parted(joined: str | None) -> list[str]:
    return joined.split(SEPARATOR) if joined else []
