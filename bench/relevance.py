"""How good the answers of each engine are: `python -m bench.relevance`. Exits with 1 if a floor is crossed.

Asks Postgres always, in a cluster of its own, and Meilisearch where one answers at `MEILISEARCH_URL`, in an index
of its own that is gone afterwards. `--among 250000` puts as many little known works beside the known ones.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from app.kit.db import Database
from app.ops.migrating import migrate
from app.ops.planting import plant
from app.search.contract import CatalogSearch
from app.search.postgres import PostgresSearch
from bench.engines import meilisearch
from bench.judging import Score, Verdict, crossed, judge, score
from bench.search import fill
from bench.throwaway import throwaway
from bench.titles import works as other_works
from bench.works import works

UID = "tastebuds_relevance"
LITTLE_KNOWN = 0.3  # of how popular they are among themselves


async def run(options: argparse.Namespace) -> list[str]:
    """Prints what each engine is worth; returns the floors it crosses."""
    failures = []
    async with throwaway() as database:
        await migrate(database)
        async with database.session() as session:
            planted = await plant(session, works())
        if options.among:
            others = other_works(options.among)
            await fill(database, [replace(work, popularity=LITTLE_KNOWN * work.popularity) for work in others])
        print(f"{len(planted)} works among {options.among} others\n")
        async for name, engine in _engines(database):
            await engine.rebuild()
            verdicts = await judge(engine)
            _print(name, verdicts)
            failures += [f"{name}: {floor}" for floor in crossed(verdicts)]
    return failures


async def _engines(database: Database) -> AsyncIterator[tuple[str, CatalogSearch]]:
    postgres = PostgresSearch(database)
    yield "postgres", postgres
    await postgres.close()
    async with meilisearch(database, UID) as other:
        if other is not None:
            yield "meilisearch", other


def _print(name: str, verdicts: Sequence[Verdict]) -> None:
    print(f"### {name}\n")
    print("| kind | tuned on | MRR | first | in five | held out | MRR | first | in five |")
    print("|---|---|---|---|---|---|---|---|---|")
    kinds = dict.fromkeys(verdict.judged.kind for verdict in verdicts)
    for kind in (*kinds, "all"):
        of_kind = [verdict for verdict in verdicts if kind in ("all", verdict.judged.kind)]
        halves = [[each for each in of_kind if each.judged.held_out is held_out] for held_out in (False, True)]
        print(f"| {kind} | {' | '.join(_cells(score(half)) for half in halves)} |")
    print()
    for verdict in verdicts:
        if verdict.place != 1:
            _print_miss(verdict)
    print()


def _cells(shown: Score) -> str:
    return f"{shown.asked} | {shown.mrr:.2f} | {shown.first:.2f} | {shown.five:.2f}"


def _print_miss(verdict: Verdict) -> None:
    judged = verdict.judged
    held_out = ", held out" if judged.held_out else ""
    came = "; ".join(verdict.foremost) or "nothing"
    print(
        f"{judged.kind}{held_out}: {judged.text!r} wants {judged.want[0]}, at {verdict.place or 'no'} place of: {came}"
    )


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--among", type=int, default=0, help="so many other works")
    return parser.parse_args()


if __name__ == "__main__":
    failures = asyncio.run(run(options()))
    print("\n".join(failures))
    sys.exit(bool(failures))
