"""Which time through a happening belongs to: what is over is followed by the next. A round keeps the number that it got
when it was told; which time it was is told in the order of the days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.kit.errors import Invalid
from app.library.log_forms import ROUNDS_MAX, Kind

# of items, the `time` that each round was: the numbers that there are, in the order of the days
TIMES = """
    SELECT item_id, round, (array_agg(round) OVER (
            PARTITION BY item_id ORDER BY round ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ))[row_number() OVER (PARTITION BY item_id ORDER BY min(day), round)] AS time,
        bool_or(kind = 'started') AS was_started, bool_or(kind IN ('finished', 'dropped')) AS is_over
    FROM user_item_logs WHERE user_id = :user_id AND item_id {of} GROUP BY item_id, round
"""


@dataclass(frozen=True, slots=True)
class Round:
    """`first_on`: the day of its first line. `over_on`: when it was finished or dropped, None while it is under way."""

    number: int
    first_on: date
    started_on: date | None = None
    over_on: date | None = None


def round_of(kind: Kind, day: date, rounds: Sequence[Round]) -> int:
    """Of a new happening; `rounds` in the order of their days. Raises `Invalid` for a start in the middle of one, and
    for one time too many."""
    before = [each for each in rounds if each.first_on <= day]
    after = rounds[len(before) :]
    if before:
        last = before[-1]
        if last.over_on is None:
            if kind == "started" and last.started_on is not None:
                raise Invalid({"kind": "This is under way already. Say how far you are, or that you finished it."})
            return last.number
        if kind == "progress" and day <= last.over_on:
            return last.number
    if after and _began_earlier(kind, after[0]):
        return after[0].number
    taken = {each.number for each in rounds}
    newest = max(taken, default=0)
    free = set(range(1, ROUNDS_MAX + 1)) - taken
    if free:
        return newest + 1 if newest < ROUNDS_MAX else min(free)
    raise Invalid({"kind": f"You have been through this {ROUNDS_MAX} times, and more are not counted."})


def _began_earlier(kind: Kind, round_: Round) -> bool:
    """Whether what happened before a round is how it began."""
    return kind == "progress" or (kind == "started" and round_.started_on is None and round_.over_on is None)
