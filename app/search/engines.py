"""Which engine searches the catalog: the one the settings choose."""

from typing import TYPE_CHECKING, Protocol

from app.kit.db import Database
from app.kit.settings import Settings
from app.search.contract import CatalogSearch
from app.search.falling_back import FallingBack
from app.search.postgres import PostgresSearch

if TYPE_CHECKING:  # takes half a second, which only those pay who have one
    from app.search.meilisearch import MeilisearchSearch


class SearchEngine(CatalogSearch, Protocol):
    """Holds connections until it is closed."""

    async def close(self) -> None: ...


def engine_of(settings: Settings, database: Database) -> SearchEngine:
    postgres = PostgresSearch(database)
    meilisearch = meilisearch_of(settings, database)
    return FallingBack(database, postgres, meilisearch) if meilisearch else postgres


def meilisearch_of(settings: Settings, database: Database) -> "MeilisearchSearch | None":
    if settings.meilisearch_url is None:
        return None
    from app.search.meilisearch import MeilisearchSearch
    from app.search.talking import connect

    key = settings.meilisearch_key and settings.meilisearch_key.get_secret_value()
    return MeilisearchSearch(database, connect(settings.meilisearch_url, key or None))
