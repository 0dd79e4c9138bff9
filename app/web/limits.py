"""How often one may ask: every route belongs to one family, and each family has its own bucket for each who asks.

Counted by account, and by network for who is not signed in; by all processes together (`kit/gcra`). What only reads is
taken of the shared bucket a few at a time, so that a read page does not cost a write: who asks of two processes at once
may be refused that many early, never late. While the store does not answer, nobody is refused.
"""

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.kit import gcra, origin
from app.kit.db import Database
from app.kit.gcra import Limit, OverLimit, Taken
from app.web.forgery import SAFE
from app.web.page import visitor_of

STORE_WAIT = 0.5  # seconds; a store slower than that counts as broken
STORE_PAUSE = 5.0  # seconds in which a broken one is not asked again
BUCKETS_MAX = 20_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Family:
    """`limit` is `None` where nobody counts, or where the accounts do it themselves. `lease`: how many at a time."""

    name: str
    limit: Limit | None = None
    lease: int = 1


READS = Family("reads", Limit(600, 300), lease=20)
SEARCHES = Family("searches", Limit(300, 300), lease=10)
WRITES = Family("writes", Limit(300, 300))
MOVES = Family("moves", Limit(120, 60))
PROGRAMS = Family("programs", Limit(600, 300), lease=20)
COVERS = Family("covers", Limit(1200, 60), lease=50)
RENEWALS = Family("renewals", Limit(30, 300))  # each asks sources outside
EXPORTS = Family("exports", Limit(10, 3600))
IMPORTS = Family("imports", Limit(10, 3600))
PICTURES = Family("pictures", Limit(60, 300))  # works by hand, each of which may bring a cover to be drawn
GUESTS = Family("guests", Limit(120, 300))  # who opens guest links, and who guesses them
WAYS = Family("ways", Limit(60, 300))  # in by what cannot be guessed, and out
DOOR = Family("door")  # accounts count who tries to get in, by more than the network
FREE = Family("free")

EVERY = (
    *(READS, SEARCHES, WRITES, MOVES, PROGRAMS, COVERS, RENEWALS),
    *(EXPORTS, IMPORTS, PICTURES, GUESTS, WAYS, DOOR, FREE),
)
FAMILIES = {each.name: each for each in EVERY}

# the `opt` of a router: what its routes belong to that name no `limit` of their own
OF_PAGES = {"reads": READS, "writes": WRITES}
OF_PROGRAMS = {"reads": PROGRAMS, "writes": WRITES}


def family_of(handler: BaseRouteHandler, method: str) -> Family:
    named: Family | None = handler.opt.get("limit")
    return named or cast("Family", handler.opt["reads" if method in SAFE else "writes"])


@dataclass(slots=True)
class Bucket:
    """What this process holds of a shared one. Times are the monotonic clock's."""

    tokens: int = 0
    keeps: float = 0.0  # until then; by then the shared bucket has them again
    refused_until: float = 0.0
    known: Taken | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Limits:
    """`factor` multiplies every limit; 0 is for none."""

    def __init__(self, database: Database, factor: float = 1.0, *, patience: float = STORE_WAIT) -> None:
        self.database = database
        self.factor = factor
        self.patience = patience
        self._buckets: dict[tuple[str, str], Bucket] = defaultdict(Bucket)
        self._asks_again = 0.0

    async def take(self, family: Family, key: str) -> Taken | None:
        """`None` where nothing is counted. Raises `OverLimit`."""
        if family.limit is None or not self.factor:
            return None
        limit = _scaled(family.limit, self.factor)
        if len(self._buckets) > BUCKETS_MAX:
            self._buckets.clear()  # who asks is counted in the store all the same
        bucket = self._buckets[family.name, key]
        async with bucket.turn:
            now = time.monotonic()
            if bucket.tokens and now < bucket.keeps:
                bucket.tokens -= 1
            elif now >= bucket.refused_until:
                await self._lease(bucket, family, key, limit, now)
            return _judged(bucket, now)

    async def _lease(self, bucket: Bucket, family: Family, key: str, limit: Limit, now: float) -> None:
        bucket.known, bucket.tokens = None, 0
        if now < self._asks_again:
            return
        try:
            async with asyncio.timeout(self.patience), self.database.direct.one() as connection:
                for count in dict.fromkeys((min(family.lease, -(-limit.quota // 10)), 1)):
                    taken = await gcra.take(connection, family.name, key, limit, count)
                    if not taken.wait:
                        bucket.tokens, bucket.keeps = count - 1, now + count * limit.cost
                        break
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, pages stay open
            log.warning("limits cannot be counted (%s); nobody is refused", type(error).__name__)
            self._asks_again = now + STORE_PAUSE
            return
        bucket.known, bucket.refused_until = taken, now + taken.wait


@lru_cache(maxsize=64)
def _scaled(limit: Limit, factor: float) -> Limit:
    return replace(limit, quota=max(1, round(limit.quota * factor)))


def _judged(bucket: Bucket, now: float) -> Taken | None:
    known = bucket.known
    if known is None:
        return None
    if now < bucket.refused_until:
        known = replace(known, wait=math.ceil(bucket.refused_until - now))
        raise OverLimit(known, sentence(known))
    return replace(known, left=known.left + bucket.tokens)


def sentence(taken: Taken) -> str:
    wait = "a second" if taken.wait <= 1 else f"{taken.wait} seconds"
    return f"That was a lot at once. Nothing is lost: try again in {wait}."


async def keep_within_limits(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard, before all others. Raises `OverLimit`."""
    scope = cast("dict[str, Any]", connection.scope)
    limits: Limits = connection.app.state.limits
    taken = await limits.take(family_of(handler, scope["method"]), key_of(connection))
    if taken:
        said: list[Mapping[str, str]] = scope.setdefault("said", [])
        said.append(taken.headers)


def key_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    viewer = visitor_of(connection)
    return str(viewer.id) if viewer else origin.here().network
