from collections.abc import AsyncIterator

import pytest
from sqlalchemy import make_url, text

from app.kit.db import Database
from app.kit.ids import new_id


@pytest.fixture
async def empty(migrated: Database) -> AsyncIterator[Database]:
    """A database nobody has migrated."""
    name = f"empty_{new_id().hex}"
    async with migrated.engine.connect() as connection:
        beside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await beside.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(migrated.url).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    yield database
    await database.close()
    async with migrated.engine.connect() as connection:
        beside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await beside.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
