"""How often one person may have the outside sources asked, shared by every process of ours.

A question counts once, however many sources it goes to, and not at all while all of its answers are remembered.
"""

from app.kit import gcra
from app.kit.connections import Connection
from app.kit.gcra import Limit, OverLimit, Taken
from app.kit.ids import UUID

QUESTIONS = 30
WINDOW = 60  # seconds
LIMIT = Limit(QUESTIONS, WINDOW)
NAME = "outside"


class Quota(Taken):
    @property
    def sentence(self) -> str:
        return f"You have asked a lot; outside sources again in {self.wait} s."


class OverQuota(OverLimit):
    def __init__(self, quota: Quota) -> None:
        super().__init__(quota, quota.sentence)


async def take(connection: Connection, user_id: UUID) -> Quota:
    return _of(await gcra.take(connection, NAME, str(user_id), LIMIT))


async def give_back(connection: Connection, user_id: UUID) -> Quota:
    """What was taken and not needed."""
    return _of(await gcra.give_back(connection, NAME, str(user_id), LIMIT))


def _of(taken: Taken) -> Quota:
    return Quota(taken.family, taken.limit, taken.left, taken.full_in, taken.wait)
