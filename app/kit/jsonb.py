"""Values given to Postgres as `jsonb`, and rows that were kept so and come back as rows."""

# ruff: noqa: S608 - tables and columns are named by the models, values are given

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import TextClause, text

from app.kit.db import AsyncSession, Base, changed


def as_json(value: object) -> str:
    """For a parameter that is cast to `jsonb`."""
    return msgspec.json.encode(value).decode()


async def put_back(session: AsyncSession, table: str, rows: Sequence[Mapping[str, Any]], unless: str = "") -> int:
    """How many came. A column that is new since they were kept has its default, one that is gone is left out.

    All have the columns of the first. `unless`: what SQL says of a row `t` that is to stay away.
    """
    if not rows:
        return 0
    return await changed(session, _putting_back(table, tuple(rows[0]), unless), {"rows": as_json(rows)})


@cache
def _putting_back(table: str, kept: tuple[str, ...], unless: str) -> TextClause:
    columns = ", ".join(column.name for column in Base.metadata.tables[table].columns if column.name in kept)
    return text(f"""
        INSERT INTO {table} ({columns}) SELECT {columns}
        FROM jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb)) t {unless}
    """)
