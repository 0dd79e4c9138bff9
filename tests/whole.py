"""The whole database at a glance: what changed, and where a word is to be found."""

from sqlalchemy import text

from app.kit.db import Base, Database
from app.tables import EVERY_MODULE

assert EVERY_MODULE  # importing it is what fills the metadata

# what is counted or told of those who only asked
TELLS = {"audit_events", "rate_limits", "login_delays", "login_turns", "source_attempts", "source_days"}
TOLD = {"seen_at", "used_at"}


def _statement(table: str, columns: list[str]) -> str:
    row = " || '|' || ".join(f"coalesce(t.{column}::text, '')" for column in columns)
    return f"SELECT '{table}', md5(coalesce(string_agg({row}, '~' ORDER BY {row}), '')) FROM {table} t"


EVERYTHING = text(
    " UNION ALL ".join(
        _statement(table.name, [column.name for column in table.columns if column.name not in TOLD])
        for table in Base.metadata.sorted_tables
        if table.name not in TELLS
    )
)
FOUND = text(
    " UNION ALL ".join(
        f"SELECT '{table.name}' FROM {table.name} t WHERE t::text ILIKE :like" for table in Base.metadata.sorted_tables
    )
)


async def everything(database: Database) -> dict[str, str]:
    """A digest of each table, but for those that tell of who asked."""
    async with database.reading() as session:
        return {row[0]: row[1] for row in await session.execute(EVERYTHING)}


async def tables_with(database: Database, word: str) -> list[str]:
    """Those in which any column of any row holds it."""
    async with database.reading() as session:
        return sorted({row[0] for row in await session.execute(FOUND, {"like": f"%{word}%"})})
