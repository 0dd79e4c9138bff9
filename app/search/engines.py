"""Which engine searches the catalog: the one the settings choose."""

from typing import Protocol

from app.kit.db import Database
from app.kit.settings import Settings
from app.search.contract import CatalogSearch
from app.search.postgres import PostgresSearch


class SearchEngine(CatalogSearch, Protocol):
    """Holds connections until it is closed; a closed one opens again when asked."""

    async def close(self) -> None: ...


def engine_of(settings: Settings, database: Database) -> SearchEngine:
    return PostgresSearch(database)
