"""Bringing the database to the shape this version of the code expects."""

from pathlib import Path

from sqlalchemy import Connection, text

from app.kit.db import Database, Waits

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
ONE_MIGRATOR = text("SELECT pg_advisory_xact_lock(7461737465)")
VERSION = text("SELECT version_num FROM alembic_version")
HAS_VERSION = text("SELECT to_regclass('alembic_version') IS NOT NULL")


class NewerDatabase(RuntimeError):
    """The database was migrated by a newer Tastebuds than this one."""


def newest() -> str:
    """The revision this code expects: revisions are numbered files, so no migration tool is needed to know."""
    return max(known())


def known() -> set[str]:
    return {path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py")}


async def revision(database: Database) -> str | None:
    async with database.session() as session:
        if not await session.scalar(HAS_VERSION):
            return None
        version: str | None = await session.scalar(VERSION)
        return version


async def migrate(database: Database, to: str = "head") -> None:
    """One migrator at a time, the rest wait and find nothing to do. Raises `NewerDatabase`."""
    at = await revision(database)
    if to == "head" and at == newest():
        return
    if at is not None and at not in known():
        raise NewerDatabase(
            f"The database is at revision {at}, which this version does not know. "
            "Run the newer Tastebuds, or restore a backup."
        )
    patient = Database(database.url, pool_size=1, waits=Waits(statement=None))  # large tables take the time they take
    try:
        async with patient.engine.begin() as connection:
            await connection.execute(ONE_MIGRATOR)
            await connection.run_sync(_run, to)
    finally:
        await patient.close()


def _run(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    at = connection.scalar(VERSION) if connection.scalar(HAS_VERSION) else None
    downwards = to == "base" or (to != "head" and at is not None and to < at)
    (command.downgrade if downwards else command.upgrade)(config, to)
