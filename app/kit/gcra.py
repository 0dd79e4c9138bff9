"""How often something may be done, counted by all processes of ours together.

A bucket is a single time (GCRA: https://brandur.org/rate-limiting): what has been taken is paid for until then, and a
bucket is full when that lies in the past. The time is the database's, because our processes' clocks differ.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.connections import Connection
from app.kit.db import AsyncSession, Base, changed
from app.kit.errors import TastebudsError
from app.kit.ids import UUID


class RateLimit(Base):
    """What was taken of a bucket is paid for until `paid_until`; `wait` is what the last taker was told."""

    __tablename__ = "rate_limits"
    __table_args__ = {"postgresql_with": {"fillfactor": "50"}}  # noqa: RUF012 - changed in place, again and again
    id = None  # type: ignore[assignment]
    family: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    paid_until: Mapped[datetime]
    wait: Mapped[float]


@dataclass(frozen=True, slots=True)
class Limit:
    """`quota` at once after a rest, and so many again in every `window` of seconds."""

    quota: int
    window: float

    @property
    def cost(self) -> float:
        """Seconds until what one takes is there again."""
        return self.window / self.quota


@dataclass(frozen=True, slots=True)
class Taken:
    """`left` may be taken at once, all of them again in `full_in` seconds; `wait` is 0 where it was taken."""

    family: str
    limit: Limit
    left: int
    full_in: int = 0
    wait: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """draft-ietf-httpapi-ratelimit-headers-10, without the key: it may be somebody's address."""
        return {
            "RateLimit-Policy": f'"{self.family}";q={self.limit.quota};w={self.limit.window:.0f}',
            "RateLimit": f'"{self.family}";r={self.left};t={self.full_in}',
        }


class OverLimit(TastebudsError):
    """More was asked for than there is in `taken.wait` seconds from now."""

    def __init__(self, taken: Taken, sentence: str) -> None:
        super().__init__(sentence)
        self.taken = taken

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.taken.wait)} | self.taken.headers


def taking(table: str, *key: str, within: bool = False) -> str:
    """The statement that takes of the bucket with this key: the key's values, then cost and size of it in seconds.

    It answers `wait`, 0 when it was taken, and `taken`, what is owed. A crash of Postgres may forget the last of it;
    waiting for its disk would cost more. So it must never be part of a transaction that somebody relies on, but for the
    one that is made to be `within` it.
    """
    careless = "" if within else ", set_config('synchronous_commit', 'off', true)"
    values = ", ".join(f"${n}" for n, _ in enumerate(key, 1))
    cost, full = (f"CAST(${len(key) + n} AS float8)" for n in (1, 2))
    owed = "extract(epoch FROM greatest(b.paid_until, statement_timestamp()) - statement_timestamp())"
    return f"""
        INSERT INTO {table} AS b ({", ".join(key)}, paid_until, wait)
        VALUES ({values}, statement_timestamp() + make_interval(secs => {cost}), 0)
        ON CONFLICT ({", ".join(key)}) DO UPDATE SET
            wait = greatest(0, {owed} + {cost} - {full}),
            paid_until = CASE WHEN {owed} + {cost} <= {full}
                THEN greatest(b.paid_until, statement_timestamp()) + make_interval(secs => {cost})
                ELSE b.paid_until
            END
        RETURNING wait, {owed}::float8 AS taken{careless}
    """  # noqa: S608 - names of ours


TAKE = taking(RateLimit.__tablename__, "family", "key")
TAKE_WITHIN = taking(RateLimit.__tablename__, "family", "key", within=True)
GIVE_BACK = """
    UPDATE rate_limits SET paid_until = paid_until - make_interval(secs => $3), wait = 0 WHERE family = $1 AND key = $2
"""
LOOK = """
    SELECT greatest(0, extract(epoch FROM paid_until - statement_timestamp()))::float8 AS taken
    FROM rate_limits WHERE family = $1 AND key = $2
"""
FORGET = text("DELETE FROM rate_limits WHERE strpos(key, :id) > 0 OR strpos(key, :hex) > 0")
SWEEP = text("DELETE FROM rate_limits WHERE paid_until < statement_timestamp()")


async def take(connection: Connection, family: str, key: str, limit: Limit, count: int = 1) -> Taken:
    """All of `count`, which is no more than the quota, or nothing.

    On a connection of its own (`database.direct.one()`), outside of any transaction.
    """
    if connection.is_in_transaction():
        raise RuntimeError("limits are taken outside of transactions")
    row = await connection.fetchrow(TAKE, family, key, count * limit.cost, float(limit.window))
    return _of(family, limit, row["taken"], row["wait"]) if row else Taken(family, limit, limit.quota)


async def take_within(connection: Connection, family: str, key: str, limit: Limit) -> Taken:
    """One, as a part of what else the transaction does: whoever takes of the same bucket waits for its end."""
    row = await connection.fetchrow(TAKE_WITHIN, family, key, limit.cost, float(limit.window))
    return _of(family, limit, row["taken"], row["wait"]) if row else Taken(family, limit, limit.quota)


async def give_back(connection: Connection, family: str, key: str, limit: Limit, count: int = 1) -> Taken:
    """What was taken and not needed."""
    await connection.execute(GIVE_BACK, family, key, count * limit.cost)
    return await look(connection, family, key, limit)


async def look(connection: Connection, family: str, key: str, limit: Limit) -> Taken:
    """How it stands, taking nothing: `wait` is how long until one could be."""
    taken = await connection.fetchval(LOOK, family, key) or 0.0
    return _of(family, limit, taken, max(0.0, taken + limit.cost - limit.window))


async def forget(session: AsyncSession, user_id: UUID) -> None:
    """In every family whose keys name them: the account is gone."""
    await session.execute(FORGET, {"id": str(user_id), "hex": user_id.hex})


async def sweep(session: AsyncSession) -> int:
    """How many buckets were full again, and are gone."""
    return await changed(session, SWEEP)


def _of(family: str, limit: Limit, taken: float, wait: float) -> Taken:
    left = max(0, int((limit.window - taken) / limit.cost + 1e-6))
    return Taken(family, limit, left, full_in=math.ceil(taken), wait=math.ceil(wait))
