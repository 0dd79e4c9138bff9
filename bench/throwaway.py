"""A database to measure on: an embedded Postgres without fsync, gone afterwards."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.kit import embedded
from app.kit.db import Database


@asynccontextmanager
async def throwaway(kept_in: str | None = None) -> AsyncIterator[Database]:
    """In `kept_in`, if given, it stays, to be measured again."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = embedded.start(Path(kept_in or folder), durable=False)
        try:
            cluster.ready()
            database = Database(cluster.url)
            yield database
            await database.close()
        finally:
            cluster.stop()
