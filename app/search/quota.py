"""How often one person may have the outside sources asked, shared by every process of ours.

A question counts once, however many sources it goes to, and not at all while all of its answers are remembered. It is
one time per person, as in `sources/budgets.py` (GCRA).
"""

import math
from dataclasses import dataclass

from asyncpg import Record

from app.kit.connections import Connection
from app.kit.errors import TastebudsError
from app.kit.ids import UUID

QUESTIONS = 30
WINDOW = 60  # seconds
COST = WINDOW / QUESTIONS
NAME = "outside"

TAKE = """
INSERT INTO search_quotas AS q (user_id, paid_until, wait)
VALUES ($1, statement_timestamp() + make_interval(secs => $2), 0)
ON CONFLICT (user_id) DO UPDATE SET
    wait = greatest(0, extract(epoch FROM greatest(q.paid_until, statement_timestamp()) - statement_timestamp())
        + $2 - $3),
    paid_until = CASE
        WHEN extract(epoch FROM greatest(q.paid_until, statement_timestamp()) - statement_timestamp()) + $2 <= $3
        THEN greatest(q.paid_until, statement_timestamp()) + make_interval(secs => $2)
        ELSE q.paid_until
    END
RETURNING wait, greatest(0, extract(epoch FROM paid_until - statement_timestamp()))::float8 AS taken
"""
GIVE_BACK = """
UPDATE search_quotas SET paid_until = paid_until - make_interval(secs => $2), wait = 0 WHERE user_id = $1
RETURNING wait, greatest(0, extract(epoch FROM paid_until - statement_timestamp()))::float8 AS taken
"""


@dataclass(frozen=True, slots=True)
class Quota:
    """`left` may be asked at once, all of them again in `full_in` seconds; `wait` is 0 where one was taken."""

    left: int
    full_in: int
    wait: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """draft-ietf-httpapi-ratelimit-headers-10"""
        return {
            "RateLimit-Policy": f'"{NAME}";q={QUESTIONS};w={WINDOW}',
            "RateLimit": f'"{NAME}";r={self.left};t={self.full_in}',
        }

    @property
    def sentence(self) -> str:
        return f"You have asked a lot; outside sources again in {self.wait} s."


class OverQuota(TastebudsError):
    def __init__(self, quota: Quota) -> None:
        super().__init__(quota.sentence)
        self.quota = quota


async def take(connection: Connection, user_id: UUID) -> Quota:
    return _of(await connection.fetchrow(TAKE, user_id, COST, float(WINDOW)))


async def give_back(connection: Connection, user_id: UUID) -> Quota:
    """What was taken and not needed."""
    return _of(await connection.fetchrow(GIVE_BACK, user_id, COST))


def _of(row: Record | None) -> Quota:
    taken, wait = (row["taken"], row["wait"]) if row else (0.0, 0.0)
    return Quota(left=max(0, int((WINDOW - taken) / COST + 1e-6)), full_in=math.ceil(taken), wait=math.ceil(wait))
