"""How fast, and how well, the catalog search answers: `python -m bench.search --rows 250000`.

Uses the Postgres named by `--database`, which must be empty and is filled, or one of its own in `--folder`.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from app.kit import clock, embedded
from app.kit.db import Database
from app.kit.ids import new_id
from app.ops.migrating import migrate
from app.search.contract import Question
from app.search.postgres import PostgresSearch
from bench.queries import Query, queries
from bench.titles import Work, works

COLUMNS = ("id", "type", "title", "sort_title", "creators", "year", "popularity", "created_at", "updated_at")


async def fill(database: Database, rows: Sequence[Work]) -> None:
    _, where = database.engine.dialect.create_connect_args(database.engine.url)
    connection = await asyncpg.connect(**where)
    now = clock.now()
    await connection.copy_records_to_table(
        "media_items",
        columns=COLUMNS,
        records=(
            (new_id(), w.type, w.title, w.title.lower(), list(w.creators), w.year, w.popularity, now, now) for w in rows
        ),
    )
    await connection.execute("VACUUM ANALYZE media_items")
    await connection.close()


async def ask(engine: PostgresSearch, query: Query) -> tuple[float, bool, bool]:
    """Seconds, and whether what it was after came first, or among the first ten."""
    started = time.perf_counter()
    answer = await engine.search(Question(text=query.text, type=query.type))  # type: ignore[arg-type]
    seconds = time.perf_counter() - started
    good = [hit.title == query.title or query.creator in hit.creators for hit in answer.hits[:10]]
    return seconds, good[:1] == [True], any(good)


async def one_by_one(engine: PostgresSearch, asked: Sequence[Query]) -> None:
    for query in asked:
        await ask(engine, query)  # warm
    seconds: dict[str, list[float]] = defaultdict(list)
    first: dict[str, list[bool]] = defaultdict(list)
    ten: dict[str, list[bool]] = defaultdict(list)
    slowest = (0.0, "")
    for query in asked:
        took, is_first, in_ten = await ask(engine, query)
        slowest = max(slowest, (took, query.text))
        for kind in (query.kind, "all"):
            seconds[kind].append(took)
        if query.title or query.creator:
            first[query.kind].append(is_first)
            ten[query.kind].append(in_ten)
    print("| kind | queries | p50 ms | p95 ms | max ms | first | in ten |\n|---|---|---|---|---|---|---|")
    for kind, times in sorted(seconds.items(), key=lambda row: (row[0] == "all", row[0])):
        found = [f"{sum(hits) / len(hits):.2f}" if hits else "" for hits in (first[kind], ten[kind])]
        shown = [f"{1000 * value:.1f}" for value in (_share(times, 0.5), _share(times, 0.95), max(times))]
        print(f"| {kind} | {len(times)} | {' | '.join(shown)} | {' | '.join(found)} |")
    print(f"\nslowest: {slowest[1]!r}, {1000 * slowest[0]:.1f} ms")


async def at_once(engine: PostgresSearch, asked: Sequence[Query], clients: int, seconds: float) -> None:
    ends = time.perf_counter() + seconds
    took: list[float] = []

    async def client(seed: int) -> None:
        dice = random.Random(seed)
        while time.perf_counter() < ends:
            took.append((await ask(engine, dice.choice(asked)))[0])

    await asyncio.gather(*(client(seed) for seed in range(clients)))
    p95 = 1000 * _share(took, 0.95)
    print(f"{clients} clients: {len(took) / seconds:.0f} searches/s, p95 {p95:.1f} ms")


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


async def run(options: argparse.Namespace) -> None:
    async with _database(options) as database:
        await migrate(database)
        rows = works(options.rows)
        engine = PostgresSearch(database)
        started = time.perf_counter()
        await fill(database, rows)
        filled = time.perf_counter()
        indexed = await engine.rebuild()
        print(f"{indexed} works: stored in {filled - started:.1f} s, indexed in {time.perf_counter() - filled:.1f} s\n")
        asked = queries(rows, options.each)
        await one_by_one(engine, asked)
        for clients in (1, 2, 4):
            await at_once(engine, asked, clients, options.seconds)
        await engine.close()


@asynccontextmanager
async def _database(options: argparse.Namespace) -> AsyncIterator[Database]:
    if options.database:
        database = Database(options.database)
        yield database
        await database.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        cluster = embedded.start(Path(options.folder or folder), durable=False)
        try:
            cluster.ready()
            database = Database(cluster.url)
            yield database
            await database.close()
        finally:
            cluster.stop()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=250_000)
    parser.add_argument("--each", type=int, default=40, help="queries of each kind")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run with several clients")
    parser.add_argument("--database", help="postgresql+asyncpg://…, empty")
    parser.add_argument("--folder", help="where its own Postgres lives, and stays")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(run(options()))
