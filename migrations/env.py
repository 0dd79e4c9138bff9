"""Alembic's entry: on the connection it is handed (`app.ops.migrating`), or on the one the settings name."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection

from app.kit import embedded
from app.kit.db import Base, Database
from app.kit.settings import read_settings
from app.tables import EVERY_MODULE

assert EVERY_MODULE  # noqa: S101 - importing it is what fills Base.metadata


def ours(_object: Any, name: str | None, type_: str, reflected: bool, _compare_to: Any) -> bool:
    """SAQ makes and migrates its own tables."""
    return not (type_ == "table" and reflected and name is not None and name.startswith("saq_"))


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=ours,
        transaction_per_migration=False,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_on(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(run)
    await database.close()


connection = context.config.attributes.get("connection")
if connection is not None:
    run(connection)
else:
    settings = read_settings()
    if settings.database_url:
        asyncio.run(run_on(settings.given_database()))
    else:
        with embedded.using(settings.tastebuds_data) as url:
            asyncio.run(run_on(url))
