"""Whom we do not ask for a while: a circuit breaker for each source, shared by every process of ours.

closed -> open (too many of the last questions failed) -> one probe at a time -> closed (two in a row answered).
A question counts once, however often it was tried. What says nothing about the source's health (a key that is
refused, a work it does not know, someone who left) opens nothing; being told to wait is a pause, and kept as such.
The time is the database's. https://martinfowler.com/bliki/CircuitBreaker.html
"""

import logging
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import msgspec
from sqlalchemy import text

from app.kit import clock
from app.kit.db import AsyncSession, Database
from app.kit.jsonb import as_json
from app.sources.failing_open import STORE_WAIT, failing_open

WINDOW = timedelta(seconds=30)
RECENT_MAX = 50  # questions that are looked back on
LEAST = 5  # questions before there is anything to judge
FAILED_SHARE, SLOW_SHARE = 0.5, 0.8
REST, REST_MAX = 15.0, 300.0  # seconds an open circuit rests; twice as long each time a probe fails
JITTER = 0.1
PROBES = 2  # answered in a row, and it closes

Outcome = Literal["answered", "slow", "failed", "unsaid"]
Pause = Literal["rate_limited", "quota_exhausted"]

# who gets the lease of the probe is decided by the row's lock: of those who wait for it, only the first still matches
ADMIT = text("""
    WITH leased AS (
        UPDATE source_circuits
        SET probe = probe + 1, probe_until = statement_timestamp() + make_interval(secs => :lease)
        WHERE source_name = :name AND NOT held AND open_until <= statement_timestamp()
            AND coalesce(paused_until, '-infinity') <= statement_timestamp()
            AND coalesce(probe_until, '-infinity') <= statement_timestamp()
        RETURNING probe
    )
    SELECT held, paused_for, coalesce((SELECT probe FROM leased), 0) AS probe,
        extract(epoch FROM paused_until - statement_timestamp())::float AS paused,
        extract(epoch FROM greatest(open_until, probe_until) - statement_timestamp())::float AS rests
    FROM source_circuits WHERE source_name = :name
""")
# a crash of Postgres may forget the last of these; waiting for its disk would cost more
LOCK = text("""
    SELECT *, statement_timestamp() AS now, set_config('synchronous_commit', 'off', true)
    FROM source_circuits WHERE source_name = :name FOR UPDATE
""")
FIRST = text("INSERT INTO source_circuits (source_name) VALUES (:name) ON CONFLICT DO NOTHING")
KEEP = text("""
    UPDATE source_circuits SET recent = CAST(:recent AS jsonb), open_until = :open_until, openings = :openings,
        successes = :successes, probe = :probe, probe_until = :probe_until
    WHERE source_name = :name
""")
PAUSE = text("""
    INSERT INTO source_circuits AS c (source_name, paused_until, paused_for)
    VALUES (:name, statement_timestamp() + make_interval(secs => :seconds), :kind)
    ON CONFLICT (source_name) DO UPDATE SET probe_until = NULL, paused_until = excluded.paused_until,
        paused_for = excluded.paused_for
    WHERE coalesce(c.paused_until, '-infinity') < excluded.paused_until
""")
STANDINGS = text("""
    SELECT source_name, held, paused_for, extract(epoch FROM paused_until - statement_timestamp())::float AS paused,
        extract(epoch FROM greatest(open_until, probe_until) - statement_timestamp())::float AS rests
    FROM source_circuits WHERE source_name = ANY(:names)
""")
HOLD = text("""
    INSERT INTO source_circuits (source_name, held) VALUES (:name, true)
    ON CONFLICT (source_name) DO UPDATE SET held = true
""")
CLOSE = text("DELETE FROM source_circuits WHERE source_name = :name")
FORGET = text("DELETE FROM source_answers WHERE source_name = :name AND state = 'resting'")

log = logging.getLogger(__name__)


class Circuit(msgspec.Struct, frozen=True, kw_only=True):
    """Closed while `open_until` is null. `openings` and `successes` count since it was closed last."""

    recent: tuple[tuple[float, Outcome], ...] = ()  # when (epoch), how it went
    open_until: datetime | None = None
    openings: int = 0
    successes: int = 0
    probe: int = 0  # the number of the last one; its lease ends at `probe_until`
    probe_until: datetime | None = None


def after(circuit: Circuit, outcome: Outcome, probe: int, now: datetime) -> Circuit:
    """What a question that went like this makes of it. `probe` is 0 where the question was none."""
    if circuit.open_until:
        return _after_probe(circuit, outcome, now) if probe == circuit.probe != 0 else circuit
    if outcome == "unsaid":
        return circuit
    since = (now - WINDOW).timestamp()
    recent = (*(each for each in circuit.recent if each[0] > since), (now.timestamp(), outcome))[-RECENT_MAX:]
    return _opened(circuit, now) if is_trouble(recent) else msgspec.structs.replace(circuit, recent=recent)


def is_trouble(recent: tuple[tuple[float, Outcome], ...]) -> bool:
    said = [outcome for _, outcome in recent]
    failed, slow = said.count("failed") / max(len(said), 1), said.count("slow") / max(len(said), 1)
    return len(said) >= LEAST and (failed >= FAILED_SHARE or failed + slow >= SLOW_SHARE)


def _after_probe(circuit: Circuit, outcome: Outcome, now: datetime) -> Circuit:
    if outcome == "failed":
        return _opened(circuit, now)
    successes = circuit.successes + (outcome != "unsaid")
    if successes >= PROBES:
        return Circuit(probe=circuit.probe)
    return msgspec.structs.replace(circuit, successes=successes, probe_until=None)


def _opened(circuit: Circuit, now: datetime) -> Circuit:
    rest = min(REST * 2**circuit.openings, REST_MAX) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
    until, openings = now + timedelta(seconds=rest), min(circuit.openings + 1, 10)
    return Circuit(open_until=until, openings=openings, probe=circuit.probe)


@dataclass(frozen=True, slots=True)
class Passed:
    """To be asked. `probe` is its number where this is the one question that finds out; else 0."""

    probe: int = 0


@dataclass(frozen=True, slots=True)
class Shut:
    """Not to be asked: resting, stopped by the operator, or paused by the source's own word."""

    kind: Literal["resting", "stopped"] | Pause
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a circuit is at this moment. `paused` and `rests` are seconds yet to go; `rests` is None while it is closed,
    and not above 0 while the next question is to find out."""

    held: bool = False
    paused: float = 0.0
    paused_for: Pause | None = None
    rests: float | None = None


class Circuits(Protocol):
    async def admit(self, name: str, seconds: float) -> Passed | Shut:
        """Whoever passes asks within `seconds`, and tells `record` or `pause` what came of it."""

    async def record(self, name: str, passed: Passed, outcome: Outcome) -> None: ...

    async def pause(self, name: str, kind: Pause, seconds: float) -> None: ...

    async def hold(self, session: AsyncSession, name: str) -> None:
        """Opened by hand: not asked until it is closed by hand."""

    async def close(self, session: AsyncSession, name: str) -> None:
        """Closed by hand: asked as if nothing had happened, whatever it asked us to wait for, and whoever was told
        so."""

    async def standings(self, session: AsyncSession, names: Iterable[str]) -> Mapping[str, Standing]:
        """Of those by these names; who is not in it is asked as ever."""


class AlwaysClosed:
    """For a single question from the terminal, and for tests of something else."""

    async def admit(self, name: str, seconds: float) -> Passed | Shut:
        return Passed()

    async def record(self, name: str, passed: Passed, outcome: Outcome) -> None:
        return None

    async def pause(self, name: str, kind: Pause, seconds: float) -> None:
        return None

    async def hold(self, session: AsyncSession, name: str) -> None:
        return None

    async def close(self, session: AsyncSession, name: str) -> None:
        return None

    async def standings(self, session: AsyncSession, names: Iterable[str]) -> Mapping[str, Standing]:
        return {}


class SharedCircuits:
    """Kept in the database. While it fails, sources are asked as if all were well: no search dies of it."""

    def __init__(self, database: Database, *, patience: float = STORE_WAIT) -> None:
        self.database = database
        self.patience = patience

    async def admit(self, name: str, seconds: float) -> Passed | Shut:
        async with (
            failing_open(self.patience, "%s: its circuit cannot be read; asking anyway", name),
            self.database.reading() as session,  # one statement: no BEGIN
        ):
            row = (await session.execute(ADMIT, {"name": name, "lease": seconds + 1})).first()
            return _gate(row) if row else Passed()
        return Passed()

    async def record(self, name: str, passed: Passed, outcome: Outcome) -> None:
        if outcome == "unsaid" and not passed.probe:
            return
        async with (  # the lease of a probe ends by itself
            failing_open(self.patience, "%s: what came of asking it cannot be kept", name),
            self.database.session() as session,
        ):
            await _record(session, name, passed, outcome)

    async def pause(self, name: str, kind: Pause, seconds: float) -> None:
        async with (
            failing_open(self.patience, "%s: its pause cannot be kept", name),
            self.database.session() as session,
        ):
            await session.execute(PAUSE, {"name": name, "kind": kind, "seconds": seconds})

    async def hold(self, session: AsyncSession, name: str) -> None:
        await session.execute(HOLD, {"name": name})

    async def close(self, session: AsyncSession, name: str) -> None:
        await session.execute(CLOSE, {"name": name})
        await session.execute(FORGET, {"name": name})

    async def standings(self, session: AsyncSession, names: Iterable[str]) -> Mapping[str, Standing]:
        rows = await session.execute(STANDINGS, {"names": list(names)})
        return {row.source_name: Standing(row.held, row.paused or 0.0, row.paused_for, row.rests) for row in rows}


def _gate(row: Any) -> Passed | Shut:
    if row.held:
        return Shut("stopped")
    if row.paused is not None and row.paused > 0:
        return Shut(row.paused_for, clock.now() + timedelta(seconds=row.paused))
    if row.probe or row.rests is None:
        return Passed(row.probe)
    return Shut("resting", clock.now() + timedelta(seconds=max(row.rests, 1.0)))


async def _record(session: AsyncSession, name: str, passed: Passed, outcome: Outcome) -> None:
    row = (await session.execute(LOCK, {"name": name})).first()
    if row is None:
        await session.execute(FIRST, {"name": name})
        row = (await session.execute(LOCK, {"name": name})).one()
    circuit = msgspec.convert(row._mapping, Circuit, from_attributes=False, strict=False)
    changed = after(circuit, outcome, passed.probe, row.now)
    if changed is circuit:
        return
    note_change(name, circuit, changed)
    values = msgspec.structs.asdict(changed) | {"recent": as_json(changed.recent)}
    await session.execute(KEEP, values | {"name": name})


def note_change(name: str, was: Circuit, circuit: Circuit) -> None:
    if (circuit.open_until is None) != (was.open_until is None):
        log.warning("circuit changed", extra={"source": name, "circuit": "open" if circuit.open_until else "closed"})
