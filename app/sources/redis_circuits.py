"""The circuits of sources where there is a Redis: one hash each, by the clock of Redis.

What happens to a circuit is decided by `circuits.after`, wherever it is kept. That the operator switched a source off
outlives Redis: it is written in Postgres, and Redis knows of it for a minute at a time.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
from sqlalchemy import text

from app.kit import clock
from app.kit.db import AsyncSession, Database
from app.kit.redis import PREFIX, Redis, WatchError, microseconds
from app.sources.circuits import (
    Circuit,
    Outcome,
    Passed,
    Pause,
    SharedCircuits,
    Shut,
    Standing,
    after,
    note_change,
)
from app.sources.failing_open import STORE_WAIT, failing_open

CIRCUIT = PREFIX + "circuit:"
HELD = PREFIX + "held"
HELD_FOR = 60  # seconds until it is read from Postgres anew
KEPT_FOR = 86_400  # seconds after the last change, and after what it asked us to wait for

# times in microseconds, 0 for none; says in how many it may be asked, or the number of the probe
ADMIT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if redis.call('EXISTS', KEYS[2]) == 0 then return {'forgotten', 0} end
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then return {'stopped', 0} end
local kept = redis.call('HMGET', KEYS[1], 'paused_until', 'open_until', 'probe_until', 'paused_for')
local paused, opened, probed = tonumber(kept[1] or 0), tonumber(kept[2] or 0), tonumber(kept[3] or 0)
if paused > now then return {kept[4], paused - now} end
if opened == 0 then return {'passed', 0} end
local rests = math.max(opened, probed)
if rests > now then return {'resting', rests - now} end
redis.call('HSET', KEYS[1], 'probe_until', string.format('%.0f', now + ARGV[2]))
return {'passed', redis.call('HINCRBY', KEYS[1], 'probe', 1)}
"""
PAUSE = """
local time = redis.call('TIME')
local ends = time[1] * 1000000 + time[2] + ARGV[1]
if tonumber(redis.call('HGET', KEYS[1], 'paused_until') or 0) >= ends then return end
redis.call('HSET', KEYS[1], 'paused_until', string.format('%.0f', ends), 'paused_for', ARGV[2], 'probe_until', 0)
redis.call('EXPIRE', KEYS[1], math.ceil(ARGV[1] / 1000000) + ARGV[3])
"""
# who is not there yet will be read from Postgres with all the others
HOLD = "if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('SADD', KEYS[2], ARGV[1]) end"
CLOSE = "redis.call('DEL', KEYS[1]) redis.call('SREM', KEYS[2], ARGV[1])"
HELD_NOW = text("SELECT source_name FROM source_circuits WHERE held")


class RedisCircuits:
    """While Redis fails, sources are asked as if all were well: no search dies of it."""

    def __init__(self, redis: Redis, database: Database, *, patience: float = STORE_WAIT) -> None:
        self.redis, self.database = redis, database
        self.lasting = SharedCircuits(database)
        self.patience = patience
        self._admit, self._pause = redis.register_script(ADMIT), redis.register_script(PAUSE)

    async def admit(self, name: str, seconds: float) -> Passed | Shut:
        keys, values = (CIRCUIT + name, HELD), (name, round(1e6 * (seconds + 1)))
        async with failing_open(self.patience, "%s: its circuit cannot be read; asking anyway", name):
            said, number = await self._admit(keys, values)
            if said == "forgotten":
                await self._recall()
                said, number = await self._admit(keys, values)
            return _gate(said, number)
        return Passed()

    async def record(self, name: str, passed: Passed, outcome: Outcome) -> None:
        if outcome == "unsaid" and not passed.probe:
            return
        async with failing_open(self.patience, "%s: what came of asking it cannot be kept", name):
            while not await self._record(name, passed, outcome):  # the lease of a probe ends by itself
                pass

    async def pause(self, name: str, kind: Pause, seconds: float) -> None:
        async with failing_open(self.patience, "%s: its pause cannot be kept", name):
            await self._pause([CIRCUIT + name], [round(1e6 * seconds), kind, KEPT_FOR])

    async def hold(self, session: AsyncSession, name: str) -> None:
        await self.lasting.hold(session, name)
        await self._steer(name, HOLD)

    async def close(self, session: AsyncSession, name: str) -> None:
        await self.lasting.close(session, name)
        await self._steer(name, CLOSE)

    async def standings(self, session: AsyncSession, names: Iterable[str]) -> Mapping[str, Standing]:
        held = set(await session.scalars(HELD_NOW))
        every = list(names)
        async with (
            failing_open(self.patience, "the circuits cannot be read"),
            self.redis.pipeline(transaction=False) as pipe,
        ):
            pipe.time()
            for name in every:
                pipe.hgetall(CIRCUIT + name)
            time, *kept = await pipe.execute()
            now = microseconds(time)
            return {name: _standing(each, name in held, now) for name, each in zip(every, kept, strict=True)}
        return {name: Standing(held=True) for name in held}

    async def _record(self, name: str, passed: Passed, outcome: Outcome) -> bool:
        """False when another changed it meanwhile."""
        key = CIRCUIT + name
        pipe: Any  # its commands are typed as if they might not be awaited
        async with self.redis.pipeline() as pipe:
            await pipe.watch(key)
            circuit, lives = _circuit(await pipe.hgetall(key)), await pipe.ttl(key)
            now = datetime.fromtimestamp(microseconds(await pipe.time()) / 1e6, UTC)
            changed = after(circuit, outcome, passed.probe, now)
            if changed is circuit:
                return True
            pipe.multi()
            pipe.hset(key, mapping=_fields(changed))
            pipe.expire(key, max(lives, KEPT_FOR))
            try:
                await pipe.execute()
            except WatchError:
                return False
        note_change(name, circuit, changed)
        return True

    async def _recall(self) -> None:
        """What the operator switched off, from where it lasts."""
        async with self.database.reading() as session:
            held = list(await session.scalars(HELD_NOW))
        async with self.redis.pipeline() as pipe:
            pipe.delete(HELD)
            pipe.sadd(HELD, "", *held)
            pipe.expire(HELD, HELD_FOR)
            await pipe.execute()

    async def _steer(self, name: str, script: str) -> None:
        async with failing_open(self.patience, "%s: Redis does not know yet what the operator wants", name):
            await self.redis.register_script(script)(
                [CIRCUIT + name, HELD], [name]
            )  # else Postgres tells it, in a minute


def _gate(said: str, number: int) -> Passed | Shut:
    if said in ("stopped", "passed", "forgotten"):
        return Shut("stopped") if said == "stopped" else Passed(number)
    seconds = max(number / 1e6, 1.0) if said == "resting" else number / 1e6
    return Shut(msgspec.convert(said, Pause | Literal["resting"]), clock.now() + timedelta(seconds=seconds))


def _circuit(kept: Mapping[str, str]) -> Circuit:
    return Circuit(
        recent=msgspec.json.decode(kept.get("recent", "[]"), type=tuple[tuple[float, Outcome], ...]),
        open_until=_time(int(kept.get("open_until", 0))),
        openings=int(kept.get("openings", 0)),
        successes=int(kept.get("successes", 0)),
        probe=int(kept.get("probe", 0)),
        probe_until=_time(int(kept.get("probe_until", 0))),
    )


def _fields(circuit: Circuit) -> dict[str, str | int]:
    return {
        "recent": msgspec.json.encode(circuit.recent).decode(),
        "open_until": _number(circuit.open_until),
        "openings": circuit.openings,
        "successes": circuit.successes,
        "probe": circuit.probe,
        "probe_until": _number(circuit.probe_until),
    }


def _standing(kept: Mapping[str, str], held: bool, now: int) -> Standing:
    opened, probed = int(kept.get("open_until", 0)), int(kept.get("probe_until", 0))
    return Standing(
        held=held,
        paused=(int(kept.get("paused_until", 0)) - now) / 1e6,
        paused_for=msgspec.convert(kept.get("paused_for"), Pause | None),
        rests=(max(opened, probed) - now) / 1e6 if opened else None,
    )


def _time(number: int) -> datetime | None:
    return datetime.fromtimestamp(number / 1e6, UTC) if number else None


def _number(time: datetime | None) -> int:
    return round(time.timestamp() * 1e6) if time else 0
