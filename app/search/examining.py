"""What `tastebuds doctor` looks at where there is a Meilisearch."""

from typing import TYPE_CHECKING

from app.kit.db import Database
from app.kit.settings import Settings
from app.search import lagging
from app.search.contract import Question
from app.search.engines import meilisearch_of
from app.search.errors import EngineDown

if TYPE_CHECKING:
    from app.search.meilisearch import MeilisearchSearch

UNTIL_THEN = "Postgres searches until then."
ANEW = "Tastebuds builds its index anew when it starts, and `tastebuds reindex` at once."
AGAIN = "/ops/sources tells why; `tastebuds reindex` sends them once more."
HANDED_OVER = "Tastebuds hands them over while it runs."


async def examine(settings: Settings, database: Database) -> tuple[bool, str] | None:
    """Whether it is well, and what to do if not; nothing if there is none. The tables must be there."""
    meilisearch = meilisearch_of(settings, database)
    if meilisearch is None:
        return None
    try:
        return await look_at(meilisearch, database)
    finally:
        await meilisearch.close()


async def look_at(meilisearch: "MeilisearchSearch", database: Database) -> tuple[bool, str]:
    try:
        await meilisearch.search(Question(text="", per_page=1))  # fails if it has nothing of a catalog that has
        if await meilisearch.is_off():
            return False, f"has far more or fewer items than the catalog. {ANEW}"
    except EngineDown as error:
        return False, " ".join(filter(None, (f"{error}.", error.advice, UNTIL_THEN)))
    async with database.reading() as session:
        behind = await lagging.lag(session)
    if behind.refused:
        return False, f"answers, but would not take some items: {behind.refused:,}. {AGAIN}"
    if behind.since is None:
        return True, "answers, and has all of the catalog"
    since = f"{behind.since:%d %B %H:%M:%S} UTC"
    return True, f"answers; not taken in yet: {behind.waiting:,}, the first since {since}. {HANDED_OVER}"
