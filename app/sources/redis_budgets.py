"""The budgets of sources where there is a Redis: one key each, by the clock of Redis, gone when its bucket is full."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.kit.db import AsyncSession
from app.kit.redis import PREFIX, Redis, microseconds
from app.sources.budgets import Budget, Spent
from app.sources.failing_open import STORE_WAIT, failing_open

BUCKET = PREFIX + "budget:"
DAY = PREFIX + "day:"

# as in `budgets.py`: what was taken is paid for until the time that is kept; all in microseconds
TAKE = """
local time = redis.call('TIME')
local now, cost, full = time[1] * 1000000 + time[2], tonumber(ARGV[1]), tonumber(ARGV[2])
local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + cost
if paid - now > full then return paid - now - full end
redis.call('SET', KEYS[1], string.format('%.0f', paid), 'PX', math.ceil((paid - now) / 1000) + 1)
return 0
"""
COUNT = """
local counted = tonumber(redis.call('GET', KEYS[1]) or 0) + ARGV[1]
if counted > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], counted, 'EXAT', ARGV[3])
return 1
"""


class RedisBudgets:
    """While Redis fails, sources are asked as if there were no limit: no search dies of it."""

    def __init__(self, redis: Redis, *, patience: float = STORE_WAIT) -> None:
        self.redis = redis
        self.patience = patience
        self._take, self._count = redis.register_script(TAKE), redis.register_script(COUNT)

    async def take(self, name: str, budget: Budget, requests: int) -> float:
        values = [round(1e6 * requests / budget.per_second), round(1e6 * budget.burst / budget.per_second)]
        async with failing_open(self.patience, "%s: its budget cannot be read; asking anyway", name):
            return float(await self._take([BUCKET + name], values)) / 1e6
        return 0.0

    async def count(self, name: str, budget: Budget, requests: int) -> datetime | None:
        if budget.per_day is None:
            return None
        async with failing_open(self.patience, "%s: its day cannot be counted; asking anyway", name):
            key, ends = _day(name, budget, microseconds(await self.redis.time()))
            counted = await self._count([key], [requests, budget.per_day, int(ends.timestamp())])
            return None if counted else ends
        return None

    async def spent(self, _session: AsyncSession, budgets: Mapping[str, Budget]) -> Mapping[str, Spent]:
        async with failing_open(self.patience, "the budgets cannot be read"):
            now = microseconds(await self.redis.time())
            days = [_day(name, budget, now)[0] for name, budget in budgets.items()]
            values = await self.redis.mget([BUCKET + name for name in budgets] + days)
            paid, counted = values[: len(budgets)], values[len(budgets) :]
            return {
                name: Spent(max(0, int(until or 0) - now) / 1e6, int(today or 0))
                for name, until, today in zip(budgets, paid, counted, strict=True)
            }
        return {}


def _day(name: str, budget: Budget, now: int) -> tuple[str, datetime]:
    """The key of the day it is there, and when that ends."""
    there = datetime.fromtimestamp(now / 1e6, ZoneInfo(budget.zone))
    midnight = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), there.tzinfo)
    return f"{DAY}{name}:{there.date()}", midnight.astimezone(UTC)
