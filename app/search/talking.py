"""Speaking with Meilisearch: what goes wrong, and waiting for what it was sent to be done."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from httpx2 import HTTPError
from meilisearch_python_sdk import AsyncClient
from meilisearch_python_sdk.errors import MeilisearchApiError, MeilisearchError
from meilisearch_python_sdk.models.task import TaskInfo

from app.search.errors import EngineDown, IndexMissing, Unacceptable

REQUEST_WAIT = 10  # seconds for anything but a search
TASK_WAIT = 120.0
POLL_FIRST, POLL_LAST = 0.01, 0.5
NO_INDEX = "Meilisearch has no index of the catalog"
HOW_TO_FILL = "Tastebuds fills it while it runs, and `tastebuds reindex` at once."
SEE_WHERE = "See that it runs, and that MEILISEARCH_URL is its address."
SEE_LOAD = "See how busy it and its machine are."
SEE_LOG = "See its log."
SEE_VERSION = "See that it is 1.50 or later."


# compressed answers come in two packets, of which the second waits 40 ms until the first is acknowledged (measured)
HEADERS = {"Accept-Encoding": "identity"}


def connect(url: str, key: str | None) -> AsyncClient:
    return AsyncClient(url, key, timeout=REQUEST_WAIT, custom_headers=dict(HEADERS))


@contextmanager
def translated() -> Iterator[None]:
    """Whatever goes wrong with Meilisearch is an `EngineDown`; nothing in it tells of the key."""
    try:
        yield
    except MeilisearchApiError as error:
        raise _judged(error) from None
    except TimeoutError:
        raise EngineDown("Meilisearch did not answer in time", SEE_LOAD) from None
    except (MeilisearchError, HTTPError, OSError) as error:
        raise EngineDown(f"Meilisearch cannot be reached ({_cause(error)})", SEE_WHERE) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # an answer of a shape that is not Meilisearch's
        raise EngineDown(f"Meilisearch answered nonsense ({type(error).__name__})", SEE_WHERE) from None


def _judged(error: MeilisearchApiError) -> EngineDown:
    if error.code == "index_not_found":
        return IndexMissing(NO_INDEX, HOW_TO_FILL)
    if error.status_code in (401, 403):
        return EngineDown("Meilisearch refuses the key; correct MEILISEARCH_KEY")
    if error.status_code in (400, 413, 422):
        return Unacceptable(
            f"Meilisearch would not take what it was sent ({error.code or error.status_code})", SEE_VERSION
        )
    return EngineDown(f"Meilisearch is in trouble ({error.code or error.status_code})", SEE_LOG)


def _cause(error: Exception) -> str:
    return type(error.__cause__ or error).__name__


async def finish(client: AsyncClient, task: TaskInfo, *, within: float = TASK_WAIT) -> None:
    """Until it succeeded. The client's own wait takes failed for done and never sees canceled."""
    until, pause = time.monotonic() + within, POLL_FIRST
    while True:
        with translated():
            seen = await client.get_task(task.task_uid)
        if seen.status == "succeeded":
            return
        if seen.status == "canceled":
            raise EngineDown("Meilisearch was told to cancel what we sent")
        if seen.status == "failed":
            error = seen.error or {}
            if error.get("code") == "index_not_found":
                raise IndexMissing(NO_INDEX, HOW_TO_FILL)
            if error.get("type") == "invalid_request":
                raise Unacceptable(str(error.get("message", "no reason given")))
            raise EngineDown(f"Meilisearch failed ({error.get('code', 'no reason given')})", SEE_LOG)
        if time.monotonic() > until:
            raise EngineDown("Meilisearch did not finish in time", SEE_LOAD)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, POLL_LAST)


async def documents_in(client: AsyncClient, uid: str) -> int | None:
    """How many; `None` if there is no such index."""
    try:
        with translated():
            return (await client.index(uid).get_stats()).number_of_documents
    except IndexMissing:
        return None
