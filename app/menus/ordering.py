"""Order, on plain lists. Places count from 1; one past an end is that end."""

from collections.abc import Sequence
from typing import Literal, TypeVar

T = TypeVar("T")
Step = Literal["up", "down"]


def placed(row: Sequence[T], what: T, to: int) -> list[T]:
    """The row with it at that place, whether it was in the row before or comes into it."""
    rest = [each for each in row if each != what]
    rest.insert(min(max(to, 1), len(rest) + 1) - 1, what)
    return rest


def without(row: Sequence[T], what: T) -> list[T]:
    return [each for each in row if each != what]


def stepped(row: Sequence[T], what: T, step: Step) -> list[T]:
    return placed(row, what, row.index(what) + (2 if step == "down" else 0))
