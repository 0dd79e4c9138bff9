"""Meilisearch beside Postgres, where one answers at `MEILISEARCH_URL`: to be judged, to be measured."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.kit.db import Database

if TYPE_CHECKING:
    from app.search.meilisearch import MeilisearchSearch

PATIENCE = 10.0  # what is found, and how long that takes, is asked also where Postgres would have taken over


@asynccontextmanager
async def meilisearch(database: Database, uid: str) -> "AsyncIterator[MeilisearchSearch | None]":
    """In an index of its own, empty at first and gone afterwards; without a Meilisearch it says so."""
    if not (url := os.environ.get("MEILISEARCH_URL")):
        print("MEILISEARCH_URL is not set: no Meilisearch to ask")
        yield None
        return
    from app.search.filling import delete  # takes long to import
    from app.search.meilisearch import MeilisearchSearch
    from app.search.talking import connect

    client = connect(url, os.environ.get("MEILISEARCH_KEY"))
    engine = MeilisearchSearch(database, client, uid=uid, answer_wait=PATIENCE)
    try:
        yield engine
    finally:
        await delete(client, uid)
        await engine.close()
