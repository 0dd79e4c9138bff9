"""How fast, and how well, the catalog search answers: `python -m bench.search`.

Loads real titles from the datasets where there are any, else generated ones, into a Postgres of its own. Everything is
asked as somebody with a library, so that all facets are counted. Then Meilisearch is asked the same where one answers
at `MEILISEARCH_URL`.
"""

import argparse
import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from statistics import median
from typing import Any
from urllib.parse import urlencode

import asyncpg

from app.accounts.forms import RegisterForm
from app.accounts.registering import register
from app.accounts.signing_in import start
from app.kit import clock
from app.kit.db import Database
from app.kit.ids import UUID, new_id
from app.kit.settings import read_settings
from app.library.models import STATUSES
from app.main import create_app
from app.ops.migrating import migrate
from app.search.contract import CatalogSearch
from app.search.operators import Box, written
from app.search.postgres import PostgresSearch
from app.serving import run_loop
from app.web.signed_in import COOKIE
from bench.cpu import cpu
from bench.engines import meilisearch
from bench.queries import Query, queries, question
from bench.throwaway import throwaway
from bench.titles import Work, works

ROWS = (250_000, 1_000_000)
KEPT = 500
VOTES = 1_000
UID = "tastebuds_bench"


async def fill(database: Database, rows: Sequence[Work]) -> tuple[UUID, str]:
    """Somebody with `KEPT` items in their library, and their session's token."""
    async with database.session() as session:
        form = RegisterForm(name="Hera", email="hera@example.org", password="a long enough password")
        viewer = await register(session, form)
        token, _ = await start(session, viewer, "browser")
    _, where = database.engine.dialect.create_connect_args(database.engine.url)
    connection = await asyncpg.connect(**where)
    now = clock.now()
    named = [(new_id(), work) for work in rows]
    await connection.copy_records_to_table(
        "media_items",
        columns=(
            *("id", "type", "title", "sort_title", "creators", "year", "genres"),
            *("popularity", "created_at", "updated_at"),
        ),
        records=(
            (id_, w.type, w.title, w.title.lower(), list(w.creators), w.year, w.genres, w.popularity, now, now)
            for id_, w in named
        ),
    )
    await connection.copy_records_to_table(
        "media_sources",
        columns=(
            *("id", "item_id", "source_name", "external_id"),
            *("rating_value", "rating_scale", "rating_votes", "fetched_at"),
        ),
        records=((new_id(), id_, w.source, str(id_), 10 * w.popularity, 10, VOTES, now) for id_, w in named),
    )
    mine = random.Random(3).sample(named, KEPT)
    await connection.copy_records_to_table(
        "user_item_states",
        columns=("id", "user_id", "item_id", "status", "favourite", "notes", "created_at", "updated_at"),
        records=((new_id(), viewer.id, id_, STATUSES[n % 5], False, "", now, now) for n, (id_, _) in enumerate(mine)),
    )
    await connection.execute("VACUUM ANALYZE media_items, media_sources, user_item_states")
    await connection.close()
    return viewer.id, token


async def ask(engine: CatalogSearch, query: Query, viewer: UUID) -> tuple[float, bool, bool]:
    """Seconds, and whether what it was after came first, or among the first ten."""
    started = time.perf_counter()
    answer = await engine.search(question(query, viewer))
    seconds = time.perf_counter() - started
    good = [hit.title == query.title or query.creator in hit.creators for hit in answer.hits[:10]]
    return seconds, good[:1] == [True], any(good)


async def one_by_one(engine: CatalogSearch, asked: Sequence[Query], viewer: UUID) -> None:
    for query in asked:
        await ask(engine, query, viewer)  # warm
    seconds: dict[str, list[float]] = defaultdict(list)
    first: dict[str, list[bool]] = defaultdict(list)
    ten: dict[str, list[bool]] = defaultdict(list)
    slowest = (0.0, "")
    for query in asked:
        took, is_first, in_ten = await ask(engine, query, viewer)
        slowest = max(slowest, (took, f"{query.text!r} {dict(query.more)}"))
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
    print(f"\nslowest: {slowest[1]}, {1000 * slowest[0]:.1f} ms")


async def at_once(engine: CatalogSearch, asked: Sequence[Query], viewer: UUID, clients: int, seconds: float) -> None:
    ends = time.perf_counter() + seconds
    took: list[float] = []

    async def client(seed: int) -> None:
        dice = random.Random(seed)
        while time.perf_counter() < ends:
            took.append((await ask(engine, dice.choice(asked), viewer))[0])

    await asyncio.gather(*(client(seed) for seed in range(clients)))
    p95 = 1000 * _share(took, 0.95)
    print(f"{clients} clients: {len(took) / seconds:.0f} searches/s, p95 {p95:.1f} ms")


async def page_against_engine(
    database: Database, engine: PostgresSearch, asked: Sequence[Query], viewer: UUID, token: str
) -> None:
    """The same questions, turn by turn, in one process: what the page adds is all but the engine's own time."""
    app = create_app(read_settings(_env_file=None, rate_limits=0), database, engine=engine)
    took: dict[str, list[float]] = {"engine": [], "page": []}
    for query in [*asked[:50], *asked]:
        typed = {"q": written(Box(text=query.text, type=query.type, **query.more))}  # type: ignore[arg-type]
        for name, work in (
            ("engine", engine.search(question(query, viewer))),
            ("page", _get(app, "/search", urlencode(typed), token)),
        ):
            started = time.perf_counter()
            await work
            took[name].append(time.perf_counter() - started)
    middle = {name: 1000 * median(times[50:]) for name, times in took.items()}
    ratio = median(page / bare for page, bare in zip(took["page"][50:], took["engine"][50:], strict=True))
    print(f"the page {middle['page']:.2f} ms, the engine {middle['engine']:.2f} ms; median ratio {ratio:.2f}")


async def _get(app: Any, path: str, query: str, token: str) -> None:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1"), (b"cookie", f"{COOKIE}={token}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            raise RuntimeError(f"{path}?{query}: {message['status']}")

    await app(scope, receive, send)


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


async def run(options: argparse.Namespace, count: int) -> None:
    async with throwaway(options.folder) as database:
        await migrate(database)
        rows = works(count)
        engine = PostgresSearch(database)
        started = time.perf_counter()
        viewer, token = await fill(database, rows)
        print(f"\n{len(rows)} works, stored in {time.perf_counter() - started:.1f} s")
        asked = queries(rows, options.each)
        await measure("Postgres", engine, asked, viewer, options.seconds)
        await cpu(database, engine, asked, viewer)
        await page_against_engine(database, engine, asked, viewer, token)
        await engine.close()
        async with meilisearch(database, UID) as other:
            if other is not None:
                not_mine = [query for query in asked if "mark" not in query.more]  # which Postgres is asked
                await measure("Meilisearch", other, not_mine, viewer, options.seconds)


async def measure(name: str, engine: CatalogSearch, asked: Sequence[Query], viewer: UUID, seconds: float) -> None:
    started = time.perf_counter()
    await engine.rebuild()
    print(f"\n### {name}: indexed in {time.perf_counter() - started:.1f} s\n")
    await one_by_one(engine, asked, viewer)
    for clients in (1, 2, 4):
        await at_once(engine, asked, viewer, clients, seconds)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help=f"works; by default {ROWS}, one after the other")
    parser.add_argument("--each", type=int, default=40, help="queries of each kind")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run with several clients")
    parser.add_argument("--folder", help="where its own Postgres lives, and stays; with one --rows")
    return parser.parse_args()


if __name__ == "__main__":
    wanted = options()
    for count in wanted.rows or ROWS:
        run_loop(partial(run, wanted, count))
