"""How the search of the catalog does: which engine answers, what waits to be taken in, what was refused and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock, events, metrics
from app.kit.ids import UUID
from app.search import lagging
from app.search.contract import CatalogSearch
from app.search.falling_back import FallingBack

TOPIC = "item"
REFUSED_MAX = 20
POSTGRES = "Postgres"

REFUSED = text("""
SELECT refused.item_id, refused.engine, refused.reason, i.title
FROM (
  (SELECT DISTINCT ON (subject_id) subject_id AS item_id, 'Postgres' AS engine, parked_because AS reason,
     recorded_at AS at
   FROM events WHERE topic = :topic AND parked_because IS NOT NULL ORDER BY subject_id, id DESC)
  UNION ALL
  SELECT item_id, 'Meilisearch', refused_because, noted_at FROM search_lag
  WHERE refused_because IS NOT NULL AND :has_meilisearch
) AS refused LEFT JOIN media_items AS i ON i.id = refused.item_id
ORDER BY refused.at DESC, refused.item_id, refused.engine LIMIT :at_most
""")

HEALTHY = metrics.gauge("search_engine_healthy", "1 while the engine that should search the catalog does.", "engine")
WAITING = metrics.gauge("search_lag_waiting", "Items that Meilisearch has not taken in yet.")
LAG = metrics.gauge("search_lag_seconds", "How long the longest of them has waited.")
REFUSED_ITEMS = metrics.gauge("search_lag_refused", "Items that Meilisearch refused and is not sent any more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedItem:
    """`title` is empty where the catalog has lost it."""

    item_id: UUID
    title: str
    engine: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overseen:
    """`engine` should search the catalog; if not `healthy`, `stands_in` does, or nobody if that is empty.

    `since` is when that began, as far as this process saw it; `trouble` is what was wrong last and what to look at.
    `changes` are events that no engine was told of, `behind` what Meilisearch has not taken in, if there is one.
    """

    engine: str
    healthy: bool
    stands_in: str
    since: datetime | None
    trouble: str
    changes: events.Lag
    behind: lagging.Lag | None
    refused: Sequence[RefusedItem]

    @property
    def behind_seconds(self) -> float:
        since = self.behind and self.behind.since
        return max((clock.now() - since).total_seconds(), 0.0) if since else 0.0

    @property
    def refused_count(self) -> int:
        return self.changes.parked + (self.behind.refused if self.behind else 0)


async def oversee(session: AsyncSession, engine: CatalogSearch) -> Overseen:
    state = engine.state() if isinstance(engine, FallingBack) else None
    is_well = await engine.healthy()  # with Meilisearch, whether Postgres could stand in
    return Overseen(
        engine=state.name.capitalize() if state else POSTGRES,
        healthy=state.healthy if state else is_well,
        stands_in=POSTGRES if state and not state.healthy and is_well else "",
        since=state.since if state else None,
        trouble=f"{state.last_error}. {state.advice}".rstrip() if state and state.last_error else "",
        changes=await events.lag(session, TOPIC),
        behind=await lagging.lag(session) if state else None,
        refused=await _refused(session, has_meilisearch=state is not None),
    )


async def measure(session: AsyncSession, engine: CatalogSearch) -> None:
    """Tells Prometheus; what there is no engine for is 0."""
    seen = await oversee(session, engine)
    HEALTHY.clear()  # of one that is no longer there
    HEALTHY.labels(seen.engine).set(seen.healthy)
    WAITING.set(seen.behind.waiting if seen.behind else 0)
    LAG.set(seen.behind_seconds)
    REFUSED_ITEMS.set(seen.behind.refused if seen.behind else 0)


async def _refused(session: AsyncSession, *, has_meilisearch: bool) -> list[RefusedItem]:
    """The last ones."""
    values = {"topic": TOPIC, "has_meilisearch": has_meilisearch, "at_most": REFUSED_MAX}
    return [
        RefusedItem(item_id=row.item_id, title=row.title or "", engine=row.engine, reason=row.reason)
        for row in await session.execute(REFUSED, values)
    ]
