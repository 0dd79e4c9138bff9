"""Rows as CSV (RFC 4180), for spreadsheets: UTF-8 with a byte order mark, by which they know it, and lines that end in
CR LF.

A cell that a spreadsheet would take for a formula begins with an apostrophe, as does one that began with an apostrophe
before such a character: so `plain` gives back exactly what was there (OWASP, CSV Injection).
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from app.kit.db import AnyRow

MARK = b"\xef\xbb\xbf"
FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def head(columns: Iterable[str]) -> bytes:
    """The first line, with the names of the columns."""
    return MARK + _written([list(columns)])


def rows(batch: Iterable[AnyRow]) -> bytes:
    return _written([cell(value) for value in row] for row in batch)


def _written(lines: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()


def cell(value: Any) -> str:
    """Numbers stay numbers, a list is JSON, nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return msgspec.json.decode(msgspec.json.encode(value), type=str)
    return guarded(msgspec.json.encode(value).decode() if isinstance(value, list | dict) else str(value))


def guarded(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def plain(text: str) -> str:
    """What was there before it was guarded."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
