"""Which time through a happening belongs to: the first is round 1, and one that is over is followed by the next."""

from dataclasses import dataclass
from datetime import date

from app.kit.errors import Invalid
from app.library.log_forms import Kind


@dataclass(frozen=True, slots=True)
class Round:
    """The last one. `over_on`: when it was finished or dropped, None while it is under way."""

    number: int
    started_on: date | None = None
    over_on: date | None = None


def round_of(kind: Kind, day: date, last: Round | None) -> int:
    """Of a new happening. Raises `Invalid` for a start in the middle of a round."""
    if last is None:
        return 1
    if last.over_on is not None:
        belongs_to_it = kind == "progress" and day <= last.over_on
        return last.number if belongs_to_it else last.number + 1
    if kind == "started" and last.started_on is not None:
        raise Invalid({"kind": "This is under way already. Say how far you are, or that you finished it."})
    return last.number
