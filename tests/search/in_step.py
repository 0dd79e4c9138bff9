"""Meilisearch under the contract: as it is put together in the product, but with nothing left to catch up with.

It is the server at `MEILISEARCH_URL`, in an index of its own. Where none answers its half of the contract is skipped;
test_meilisearch.py and test_falling_back.py then still see what is sent.
"""

from collections.abc import Sequence

import httpx
import pytest

from app.kit.db import Database
from app.kit.ids import UUID
from app.search.contract import Answer, Question
from app.search.falling_back import FallingBack
from app.search.filling import create
from app.search.meilisearch import MeilisearchSearch
from app.search.postgres import PostgresSearch
from app.search.talking import connect
from tests.conftest import MEILISEARCH_KEY, MEILISEARCH_URL

UID = "tastebuds_tests"
PATIENCE = 10.0  # what is tried is what it finds; others share the machine


class InStep(FallingBack):
    """Takes in what it is told before it returns, and never lets Postgres answer unless Postgres should."""

    async def search(self, question: Question) -> Answer:
        answer = await super().search(question)
        assert not answer.instead_of or "nothing of the catalog" in answer.instead_of, answer.instead_of
        return answer

    async def index(self, item_ids: Sequence[UUID]) -> None:
        await super().index(item_ids)
        await self.catch_up()
        assert self.state().healthy, self.state()

    async def remove(self, item_ids: Sequence[UUID]) -> None:
        await super().remove(item_ids)
        await self.catch_up()
        assert self.state().healthy, self.state()


def url() -> str:
    """Of a Meilisearch that answers; skips otherwise."""
    if not MEILISEARCH_URL:
        pytest.skip("MEILISEARCH_URL is not set: no Meilisearch to hold to the contract")
    try:
        httpx.get(f"{MEILISEARCH_URL}/health", timeout=2).raise_for_status()
    except httpx.HTTPError as error:
        pytest.skip(f"no Meilisearch answers at MEILISEARCH_URL ({type(error).__name__})")
    return MEILISEARCH_URL


async def in_step(database: Database) -> InStep:
    client = connect(url(), MEILISEARCH_KEY)
    await create(client, UID)
    meilisearch = MeilisearchSearch(database, client, uid=UID, answer_wait=PATIENCE)
    return InStep(database, PostgresSearch(database), meilisearch, rest=0)
