"""What a fixture put into the database, kept to be put there again: many times faster than making it anew."""

import json
from dataclasses import dataclass

from sqlalchemy import text

from app.kit.db import Base, Database
from app.tables import EVERY_MODULE

assert EVERY_MODULE  # importing it is what fills the metadata

Rows = dict[str, set[str]]

COLUMNS = {
    table.name: ", ".join(column.name for column in table.columns if column.computed is None)
    for table in Base.metadata.sorted_tables
}
ALL = text(" UNION ALL ".join(f"SELECT '{name}', to_json(t)::text FROM {name} t" for name in COLUMNS))
# its rows are whole as they are: no trigger has to fire, no key to be looked up
AS_A_REPLICA = text("SET LOCAL session_replication_role = replica")


@dataclass(frozen=True)
class Recording:
    """What came in between two looks, as JSON; `owner` is the id it all belongs to."""

    owner: str
    rows: dict[str, str]

    async def play(self, database: Database, owner: str) -> None:
        """In one statement, whatever the number of tables."""
        puts = ", ".join(
            f"{name}_ AS (INSERT INTO {name} ({COLUMNS[name]}) SELECT {COLUMNS[name]} "
            f"FROM json_populate_recordset(NULL::{name}, CAST(:{name} AS json)))"
            for name in self.rows
        )
        rows = {name: rows.replace(self.owner, owner) for name, rows in self.rows.items()}
        async with database.session() as session:
            await session.execute(AS_A_REPLICA)
            await session.execute(text(f"WITH {puts} SELECT 1"), rows)


async def look(database: Database) -> Rows:
    found: Rows = {name: set() for name in COLUMNS}
    async with database.reading() as session:
        for name, row in await session.execute(ALL):
            found[name].add(row)
    return found


def recorded(owner: str, before: Rows, after: Rows) -> Recording:
    came = {name: after[name] - before[name] for name in COLUMNS}
    return Recording(
        owner, {name: json.dumps([json.loads(row) for row in rows]) for name, rows in came.items() if rows}
    )
