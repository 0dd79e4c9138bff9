"""The CPU a search takes, in Postgres and in Python together: on a machine with others on it, time says little."""

import math
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from app.kit.db import Database
from app.kit.ids import UUID
from app.search.postgres import PostgresSearch
from bench.queries import Query, question

ROUNDS = 3  # of which the least counts
BACKENDS = text("SELECT pid FROM pg_stat_activity WHERE application_name = 'tastebuds search'")


async def cpu(database: Database, engine: PostgresSearch, asked: Sequence[Query], viewer: UUID) -> None:
    async with database.session() as session:
        backends: list[int] = list(await session.scalars(BACKENDS))
    least: dict[int, float] = {}
    for n, query in [*enumerate(asked)] * ROUNDS:
        before = _spent(backends)
        await engine.search(question(query, viewer))
        least[n] = min(least.get(n, math.inf), _spent(backends) - before)
    print("\n| kind | CPU p50 ms | p95 ms | max ms | mean ms |\n|---|---|---|---|---|")
    for kind in [*sorted({query.kind for query in asked}), "all"]:
        spent = sorted(least[n] for n, query in enumerate(asked) if kind in ("all", query.kind))
        shown = spent[len(spent) // 2], spent[int(len(spent) * 0.95)], spent[-1], sum(spent) / len(spent)
        print(f"| {kind} | {' | '.join(f'{1000 * value:.1f}' for value in shown)} |")
    print()


def _spent(backends: Sequence[int]) -> float:
    """Seconds so far, here and there; only here where the system does not tell of others (Linux does)."""
    told = [Path(f"/proc/{pid}/schedstat") for pid in backends]
    return time.process_time() + sum(int(file.read_text().split()[0]) for file in told if file.exists()) / 1e9
