"""Statements put together from parts, with names for what they are given."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

NAME = re.compile(r"(?<!:):([a-z_]+)")


@lru_cache(maxsize=200)
def numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """`:name` becomes `$1`, the same for the same name; and the names in that order. asyncpg knows numbers only."""
    names: dict[str, int] = {}
    sent = NAME.sub(lambda match: f"${names.setdefault(match[1], len(names) + 1)}", statement)
    return sent, tuple(names)


def filled(statement: str, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """As it is sent, with its values; those it does not name are left out."""
    sent, names = numbered(statement)
    return sent, [values[name] for name in names]
