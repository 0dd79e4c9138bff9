"""Which engine searches the catalog: the one the settings choose."""

from typing import Protocol

from app.kit.db import Database
from app.kit.settings import Settings
from app.search.contract import CatalogSearch
from app.search.falling_back import FallingBack
from app.search.postgres import PostgresSearch


class SearchEngine(CatalogSearch, Protocol):
    """Holds connections until it is closed."""

    async def close(self) -> None: ...


def engine_of(settings: Settings, database: Database) -> SearchEngine:
    postgres = PostgresSearch(database)
    if settings.meilisearch_url is None:
        return postgres
    from app.search.meilisearch import MeilisearchSearch  # takes half a second, which only those pay who have one
    from app.search.talking import connect

    key = settings.meilisearch_key and settings.meilisearch_key.get_secret_value()
    return FallingBack(database, postgres, MeilisearchSearch(database, connect(settings.meilisearch_url, key or None)))
