"""A year as squares: a row for each month, a square for each day, darker where more happened."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

STEPS = (1, 2, 4, 7)  # from so many on a day, the next of five steps
SQUARE, LABEL = 10, 26  # units of the drawing; the square with the gap after it


@dataclass(frozen=True, slots=True)
class Square:
    """`x` and `y` are where it stands in the drawing, `step` runs from 0, nothing, to 4."""

    day: date
    number: int
    step: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    y: int
    squares: tuple[Square, ...]

    @property
    def total(self) -> int:
        return sum(square.number for square in self.squares)

    @property
    def busy(self) -> tuple[Square, ...]:
        return tuple(square for square in self.squares if square.number)


@dataclass(frozen=True, slots=True)
class HeatMap:
    year: int
    months: tuple[Month, ...]
    width: int = LABEL + 31 * SQUARE
    height: int = 12 * SQUARE

    @property
    def total(self) -> int:
        return sum(month.total for month in self.months)

    @property
    def days(self) -> int:
        return sum(len(month.busy) for month in self.months)


def heat_map(year: int, numbers: Mapping[date, int]) -> HeatMap:
    return HeatMap(year, tuple(_month(year, number, numbers) for number in range(1, 13)))


def step_of(number: int) -> int:
    return sum(number >= least for least in STEPS)


def _month(year: int, month: int, numbers: Mapping[date, int]) -> Month:
    y = (month - 1) * SQUARE
    days = (date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1))
    squares = (
        Square(day, numbers.get(day, 0), step_of(numbers.get(day, 0)), LABEL + (day.day - 1) * SQUARE, y)
        for day in days
    )
    return Month(calendar.month_name[month], y, tuple(squares))
