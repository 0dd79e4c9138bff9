"""Who guesses passwords is slowed down, and nobody can have another locked out by guessing.

A browser that logged in to the account before shows its device cookie and has a bucket of its own. For all others
there is one per network, one per account and network, and between two attempts at one account a delay that grows to
ten seconds and no further. A network that has not failed there lately gets its turn within these ten seconds, however
many others knock. What is not known is treated as what is: accounts are keyed hashes of what was typed.
(OWASP, "Slow Down Online Guessing Attacks with Device Cookies"; ASVS 6.1.1, 6.3.1)
"""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import asyncpg
from sqlalchemy import text

from app.accounts import devices
from app.kit import gcra, origin
from app.kit.connections import Connection
from app.kit.db import AsyncSession, Database, changed
from app.kit.gcra import Limit, OverLimit, Taken
from app.kit.ids import UUID
from app.kit.keys import Ring, mark

FAMILY: Final = "login"
FAMILY_OF_RIGHT = "login right"
PER_NETWORK = Limit(20, 300)
PER_ACCOUNT_AND_NETWORK = Limit(10, 300)
PER_DEVICE = Limit(10, 300)
PER_RIGHT = Limit(60, 300)
TOO_MANY = "That was often enough for now. Try again in {wait}."

DELAYS = (0, 0, 0, 1, 2, 4, 8, 10)  # seconds after the first attempt, the second, …, and after every later one
FORGIVEN_EVERY = timedelta(minutes=1)  # of rest: one attempt
TURNS = 5  # attempts of a network at an account that are given a turn
TURN_LASTS = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=1)  # a network's failures

STORE_DOWN = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

STANDING = """
    INSERT INTO login_delays AS d (account, attempts, next_at) VALUES ($1, 0, clock_timestamp())
    ON CONFLICT (account) DO UPDATE SET account = excluded.account
    RETURNING attempts, next_at, clock_timestamp() AS now
"""  # locks the row, so that those who knock at once are told one after the other
TURN = "SELECT tries, turn_at, seen_at FROM login_turns WHERE account = $1 AND net = $2"
DELAY = "UPDATE login_delays SET attempts = $2, next_at = $3 WHERE account = $1"
REMEMBER = """
    INSERT INTO login_turns (account, net, tries, turn_at, seen_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account, net) DO UPDATE
    SET tries = excluded.tries, turn_at = excluded.turn_at, seen_at = excluded.seen_at
"""
FORGIVE = "UPDATE login_delays SET attempts = greatest(0, attempts - 1) WHERE account = $1"
FORGET_TURN = "DELETE FROM login_turns WHERE account = $1 AND net = $2"
SWEEP = (
    text("DELETE FROM login_turns WHERE seen_at < now() - interval '1 day'"),
    text("DELETE FROM login_delays WHERE next_at < now() - interval '1 hour'"),
)

log = logging.getLogger(__name__)

Bucket: TypeAlias = tuple[str, str, Limit]  # family, key, how much


@dataclass(frozen=True, slots=True)
class Admission:
    """What an attempt was let in by; a right password gets it back."""

    buckets: tuple[Bucket, ...]
    account: str = ""
    net: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of an account: attempts lately, and when the next one may be. Of a network there: its failures, its turn."""

    now: datetime
    attempts: int
    next_at: datetime
    tries: int = 0
    turn_at: datetime | None = None


class Throttle:
    """One for the process. Counts in the database, for all processes; in memory while that cannot be."""

    def __init__(self, database: Database, ring: Ring) -> None:
        self.database, self._ring = database, ring
        self._beside: dict[str, float] = {}

    async def admit(self, email: str, device: str = "") -> Admission:
        """Before a password is looked at. `device`: the token of the device cookie. Raises `OverLimit`."""
        known = None
        try:
            async with self.database.direct.one() as connection:
                known = await devices.known(connection, device, email)
                return await self._admit(connection, known, self.account(email), origin.here().network)
        except STORE_DOWN as error:
            log.warning("attempts to log in cannot be counted: %s", type(error).__name__)
            return self._admit_beside(known)

    async def give_back(self, admission: Admission) -> None:
        """After a right password, or one that was not looked at."""
        try:
            async with self.database.direct.one() as connection:
                await give_back_all(connection, admission.buckets)
                if admission.account:
                    await connection.execute(FORGIVE, admission.account)
                    await connection.execute(FORGET_TURN, admission.account, admission.net)
        except STORE_DOWN as error:
            log.warning("an attempt to log in cannot be given back: %s", type(error).__name__)

    async def count_right(self, user_id: UUID) -> None:
        """A login that was right, whatever the proof: each leaves rows that are kept. Raises `OverLimit`."""
        await self.take(FAMILY_OF_RIGHT, user_id.hex, PER_RIGHT, TOO_MANY, uncounted=True)

    async def take(self, family: str, key: str, limit: Limit, sentence: str, *, uncounted: bool = False) -> Taken:
        """Anything else that is counted at the door; `sentence` may say the `{wait}`. Raises `OverLimit`.

        Closed while it cannot be counted, but for what may go `uncounted`.
        """
        try:
            async with self.database.direct.one() as connection:
                taken = await gcra.take(connection, family, key, limit)
        except STORE_DOWN as error:
            log.warning("%s cannot be counted: %s", family, type(error).__name__)
            taken = Taken(family, limit, 0, wait=0 if uncounted else math.ceil(limit.cost))
        if taken.wait:
            raise OverLimit(taken, sentence.format(wait=in_words(taken.wait)))
        return taken

    async def welcome(self, email: str) -> None:
        """Who has proved otherwise that the account is theirs may come from this network as if for the first time."""
        try:
            async with self.database.direct.one() as connection:
                await connection.execute(FORGET_TURN, self.account(email), self.here())
        except STORE_DOWN as error:
            log.warning("a network cannot be forgiven: %s", type(error).__name__)

    def here(self) -> str:
        """The key of the network that asks: a keyed hash, because it is kept."""
        return self._hashed("net", origin.here().network)

    async def _admit(self, connection: Connection, known: str | None, account: str, net: str) -> Admission:
        if known:
            bucket = (f"{FAMILY} device", known, PER_DEVICE)
            await _take(connection, (bucket,))
            return Admission((bucket,))
        network = self._hashed("net", net)
        buckets = (
            (f"{FAMILY} network", network, PER_NETWORK),
            (f"{FAMILY} account", f"{account} {network}", PER_ACCOUNT_AND_NETWORK),
        )
        await _take(connection, buckets)
        try:
            await _wait_for_turn(connection, account, network)
        except OverLimit:
            await give_back_all(connection, buckets)
            raise
        return Admission(buckets, account, network)

    def _admit_beside(self, known: str | None) -> Admission:
        """Closed for strangers, open to devices we know."""
        if known is None:
            raise OverLimit(
                Taken(FAMILY, PER_NETWORK, 0, wait=30),
                "Logging in works only from browsers you have logged in with before just now. Try again in a minute.",
            )
        now, size = time.monotonic(), PER_DEVICE.window
        self._beside = {key: until for key, until in self._beside.items() if until > now}
        until = max(self._beside.get(known, now), now) + PER_DEVICE.cost
        if until - now > size:
            raise _too_many(Taken(f"{FAMILY} device", PER_DEVICE, 0, wait=math.ceil(until - now - size)))
        self._beside[known] = until
        return Admission(())

    def account(self, email: str) -> str:
        """The key of an address, whether it has an account or not: a keyed hash."""
        return self._hashed("account", email.strip().lower())

    def _hashed(self, kind: str, said: str) -> str:
        return mark(self._ring.newest("throttling"), f"{kind} {said}")


async def _take(connection: Connection, buckets: Sequence[Bucket]) -> None:
    """Of all of them or of none. Raises `OverLimit`."""
    for place, (family, key, limit) in enumerate(buckets):
        taken = await gcra.take(connection, family, key, limit)
        if taken.wait:
            await give_back_all(connection, buckets[:place])
            raise _too_many(taken)


async def give_back_all(connection: Connection, buckets: Sequence[Bucket]) -> None:
    for family, key, limit in buckets:
        await gcra.give_back(connection, family, key, limit)


async def _wait_for_turn(connection: Connection, account: str, net: str) -> None:
    """Raises `OverLimit`."""
    async with connection.transaction():
        delay = await connection.fetchrow(STANDING, account)
        turn = await connection.fetchrow(TURN, account, net)
        assert delay is not None  # noqa: S101 - it returns what it has just written
        standing = Standing(delay["now"], delay["attempts"], delay["next_at"])
        if turn and standing.now - turn["seen_at"] < FORGOTTEN_AFTER:
            standing = replace(standing, tries=turn["tries"], turn_at=turn["turn_at"])
        wait, then = judged(standing)
        await connection.execute(DELAY, account, then.attempts, then.next_at)
        await connection.execute(REMEMBER, account, net, then.tries, then.turn_at, then.now)
    if wait:
        longest = Limit(1, DELAYS[-1])
        raise _too_many(Taken(f"{FAMILY} delay", longest, 0, full_in=math.ceil(wait), wait=math.ceil(wait)))


def _too_many(taken: Taken) -> OverLimit:
    return OverLimit(taken, f"Too many attempts. Try again in {in_words(taken.wait)}.")


def judged(standing: Standing) -> tuple[float, Standing]:
    """Seconds to wait, 0 if this attempt may be; and how it stands then."""
    now, next_at = standing.now, standing.next_at
    forgiven = int((now - next_at) / FORGIVEN_EVERY) if now > next_at else 0
    attempts = max(0, standing.attempts - forgiven)
    turn_at = standing.turn_at if standing.turn_at and now < standing.turn_at + TURN_LASTS else None
    if now >= next_at or (turn_at and now >= turn_at):
        delay = timedelta(seconds=DELAYS[min(attempts, len(DELAYS) - 1)])
        after = Standing(now, min(attempts + 1, len(DELAYS)), max(next_at, now + delay), standing.tries + 1)
        return 0, after
    if standing.tries < TURNS:
        turn_at = turn_at or next_at
        return (turn_at - now).total_seconds(), replace(standing, attempts=attempts, turn_at=turn_at)
    return (next_at - now).total_seconds(), replace(standing, attempts=attempts)


def in_words(seconds: int) -> str:
    if seconds < 100:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    return f"{math.ceil(seconds / 60)} minutes"


async def sweep(session: AsyncSession) -> int:
    """How many rows say nothing any more, and are gone."""
    return sum([await changed(session, each) for each in SWEEP])
