"""How often a source may be asked: one bucket each (`kit/gcra`), shared by every process of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import text

from app.kit.db import AsyncSession, Database, changed, driver_of
from app.kit.gcra import taking
from app.sources.failing_open import STORE_WAIT, failing_open
from app.sources.models import SourceBudget

TAKE = taking(SourceBudget.__tablename__, "source_name")
COUNT = text("""
    WITH today AS (SELECT statement_timestamp() AT TIME ZONE CAST(:zone AS text) AS now),
    counted AS (
        INSERT INTO source_days AS d (source_name, day, requests)
        SELECT :name, now::date, CAST(:requests AS integer) FROM today WHERE CAST(:requests AS integer) <= :most
        ON CONFLICT (source_name, day) DO UPDATE SET requests = d.requests + excluded.requests
            WHERE d.requests + excluded.requests <= :most
        RETURNING 1
    )
    SELECT CASE WHEN EXISTS (SELECT FROM counted) THEN NULL
        ELSE (now::date + 1)::timestamp AT TIME ZONE CAST(:zone AS text) END
    FROM today
""")
SPENT = text("""
    SELECT s.name, greatest(0, extract(epoch FROM b.paid_until - statement_timestamp()))::float AS owed,
        coalesce(d.requests, 0) AS today
    FROM unnest(CAST(:names AS text[]), CAST(:zones AS text[])) AS s(name, zone)
    LEFT JOIN source_budgets b ON b.source_name = s.name
    LEFT JOIN source_days d ON d.source_name = s.name AND d.day = (statement_timestamp() AT TIME ZONE s.zone)::date
""")
SWEEP = text("DELETE FROM source_days WHERE day < current_date - 7")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a source bears of us. `search` and `fetch` are the requests that one of each costs.

    `burst` is how many a rested source takes at once; `at_once` bounds the questions of one process under way.
    `per_day` counts by the calendar of `zone`.
    """

    per_second: float
    burst: int
    at_once: int
    search: int = 1
    fetch: int = 1
    per_day: int | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Spent:
    """`owed` is in how many seconds the bucket will be full again, `today` how many requests the day has had."""

    owed: float = 0.0
    today: int = 0


class Budgets(Protocol):
    async def take(self, name: str, budget: Budget, requests: int) -> float:
        """0 when they are taken; else nothing is, and it answers in how many seconds there will be enough."""

    async def count(self, name: str, budget: Budget, requests: int) -> datetime | None:
        """Takes them from the day's; when it has not so many left, nothing is, and it answers when the next begins."""

    async def spent(self, session: AsyncSession, budgets: Mapping[str, Budget]) -> Mapping[str, Spent]:
        """Of those by these names; who is not in it has spent nothing, as far as is known."""


class Unlimited:
    """For a single question from the terminal, and for tests of something else."""

    async def take(self, name: str, budget: Budget, requests: int) -> float:
        return 0.0

    async def count(self, name: str, budget: Budget, requests: int) -> datetime | None:
        return None

    async def spent(self, session: AsyncSession, budgets: Mapping[str, Budget]) -> Mapping[str, Spent]:
        return {}


class SharedBudgets:
    """Kept in the database. While it fails, sources are asked as if there were no limit: no search dies of it."""

    def __init__(self, database: Database, *, patience: float = STORE_WAIT) -> None:
        self.database = database
        self.patience = patience

    async def take(self, name: str, budget: Budget, requests: int) -> float:
        cost, full = requests / budget.per_second, budget.burst / budget.per_second
        async with (
            failing_open(self.patience, "%s: its budget cannot be read; asking anyway", name),
            self.database.reading() as session,  # one statement: no BEGIN
        ):
            return float(await (await driver_of(session)).fetchval(TAKE, name, cost, full))
        return 0.0

    async def count(self, name: str, budget: Budget, requests: int) -> datetime | None:
        if budget.per_day is None:
            return None
        values = {"name": name, "requests": requests, "most": budget.per_day, "zone": budget.zone}
        async with (
            failing_open(self.patience, "%s: its day cannot be counted; asking anyway", name),
            self.database.reading() as session,
        ):
            until: datetime | None = (await session.execute(COUNT, values)).scalar_one()
            return until
        return None

    async def spent(self, session: AsyncSession, budgets: Mapping[str, Budget]) -> Mapping[str, Spent]:
        asked = {"names": list(budgets), "zones": [budget.zone for budget in budgets.values()]}
        return {row.name: Spent(row.owed or 0.0, row.today) for row in await session.execute(SPENT, asked)}


async def sweep(session: AsyncSession) -> int:
    """How many days were long gone, and are."""
    return await changed(session, SWEEP)
