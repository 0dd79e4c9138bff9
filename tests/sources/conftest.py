"""The sources on a stub, with keys that are no secrets."""

from collections.abc import AsyncIterator

import pytest

from app.kit.db import Database
from app.kit.outbound import Outbound
from app.kit.settings import Settings, read_settings
from app.sources.registry import all_sources
from app.sources.source import Source
from tests.boxed import address, wire
from tests.sources.stores import InPostgres, InRedis, Store
from tests.sources.stub import Stub, listening

__all__ = ["address", "wire"]

KEYS = {
    "google_books_key": "google-key",
    "tmdb_key": "0123456789abcdef0123456789abcdef",
    "igdb_client_id": "client",
    "igdb_client_secret": "client-secret",
    "lastfm_key": "lastfm-key",
}


def settings_for(url: str, **changes: str | None) -> Settings:
    addresses = {
        "google_books_url": f"{url}/books/v1",
        "tmdb_url": f"{url}/3",
        "igdb_url": f"{url}/v4",
        "igdb_token_url": f"{url}/oauth2/token",
        "lastfm_url": f"{url}/2.0",
        "open_library_url": f"{url}/open-library",
        "tvmaze_url": f"{url}/tvmaze",
        "wikidata_url": f"{url}/wikidata",
        "steam_url": f"{url}/steam",
        "musicbrainz_url": f"{url}/ws/2",
        "itunes_url": f"{url}/itunes",
    }
    return read_settings(**KEYS | addresses | changes)


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with listening() as stub:
        yield stub


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    outbound = Outbound("https://example.org")
    yield outbound
    await outbound.close()


@pytest.fixture
def sources(stub: Stub, outbound: Outbound) -> dict[str, Source]:
    return all_sources(settings_for(stub.url), outbound)


@pytest.fixture(params=["postgres", "redis"])
async def store(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Store]:
    """Where budgets and circuits are kept: each test runs over both."""
    if request.param == "postgres":
        yield InPostgres(database)
        return
    store = InRedis(request.getfixturevalue("redis_url"), database)
    yield store
    await store.close()


@pytest.fixture
async def another(store: Store) -> AsyncIterator[Store]:
    """The same, in another process."""
    another = await store.another()
    yield another
    await another.close()
