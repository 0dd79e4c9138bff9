"""What a line of an export says, as its table wants it: each field judged, and a sentence for what cannot be taken."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Float, Integer, Numeric, SmallInteger, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from app.kit import clock
from app.kit.ids import UUID
from app.kit.parsing import scrub

LINES_ONLY = frozenset({"title", "name"})  # what is one line wherever it is typed
OURS = frozenset({"version", "words_version"})  # counted here
LIST_MAX = 500
SENTENCES: dict[type[Any], str] = {
    UUID: "is no id",
    int: "is no whole number",
    bool: "is neither true nor false",
    dt.datetime: "is no moment (ISO 8601 with a zone)",
    dt.date: "is no day (YYYY-MM-DD)",
    Decimal: "is no number",
    float: "is no number",
    str: "is no text",
    list: "is no list of texts",
}

SHAPES: dict[type[Any], Any] = {
    dt.datetime: Annotated[dt.datetime, msgspec.Meta(tz=True)],
    list: Annotated[list[str], msgspec.Meta(max_length=LIST_MAX)],
}


class Wrong(Exception):
    """A sentence about one line."""


def values_of(table: Table, given: Mapping[str, Any], without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """By column, those the line has. Raises `Wrong`."""
    values = {}
    for column in table.columns:
        name = column.key
        if name in given and name not in OURS and name not in without:
            values[name] = _value(column, given[name])
            if values[name] is None and not column.nullable:
                raise Wrong(f"“{name}” is missing.")
        elif not column.nullable and not column.server_default and not column.default and name not in without:
            raise Wrong(f"“{name}” is missing.")
    return values


def _value(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, JSONB):
        return _json(column.key, value)
    if value is None:
        return None
    wanted = _type_of(column)
    try:
        taken = _taken(wanted, value)
    except ValueError:
        raise Wrong(f"“{column.key}” {SENTENCES[wanted]}.") from None
    if isinstance(taken, int) and not isinstance(taken, bool):
        most = 2**15 if isinstance(column.type, SmallInteger) else 2**31
        if not -most <= taken < most:
            raise Wrong(f"“{column.key}” is too large a number.")
    if isinstance(taken, str) and column.key in LINES_ONLY:
        taken = " ".join(taken.split())
    return taken


def _json(name: str, value: Any) -> Any:
    try:
        return scrub(value)
    except ValueError:
        raise Wrong(f"“{name}” is nested too deeply.") from None


def _type_of(column: Column[Any]) -> type[Any]:
    kinds: tuple[tuple[type[Any], type[Any]], ...] = (
        (Uuid, UUID),
        (Boolean, bool),
        (Integer, int),
        (DateTime, dt.datetime),
        (Date, dt.date),
        (Float, float),
        (Numeric, Decimal),
        (ARRAY, list),
    )
    return next((wanted for kind, wanted in kinds if isinstance(column.type, kind)), str)


def _taken(wanted: type[Any], value: Any) -> Any:
    """Raises `ValueError`."""
    taken = msgspec.convert(value, SHAPES.get(wanted, wanted))
    if isinstance(taken, Decimal) and not taken.is_finite():
        raise ValueError
    if isinstance(taken, dt.datetime):
        return min(taken, clock.now())  # all of these are over
    return scrub(taken) if wanted in (str, list) else taken
