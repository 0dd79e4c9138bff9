"""JSON from servers that are not ours: whatever they send, what comes out can be walked, encoded and stored."""

import json
import math
from typing import Any

from app.kit.text import storable

DEPTH_MAX = 64
INT_DIGITS_MAX = 19  # anything longer does not fit 64 bits


class Unreadable(Exception):
    """The body is not JSON, or is nested beyond reason."""


def parse_upstream(body: bytes) -> Any:
    """The value in `body`. NaN, infinities and integers over 64 bits become None. Raises `Unreadable`."""
    try:
        return scrub(json.loads(_decoded(body), parse_constant=_none, parse_float=_finite, parse_int=_int64))
    except (ValueError, RecursionError):
        pass  # and raised below, so that the body does not travel with the error
    raise Unreadable


def scrub(value: Any, depth: int = DEPTH_MAX) -> Any:
    """A copy that Postgres can keep as jsonb. Raises `ValueError` when nested deeper than `depth`."""
    if depth < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): scrub(each, depth - 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [scrub(each, depth - 1) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _none(_: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _int64(digits: str) -> int | None:
    number = int(digits) if len(digits.lstrip("-")) <= INT_DIGITS_MAX else None
    return number if number is not None and -(2**63) <= number < 2**63 else None
