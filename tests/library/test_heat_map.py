"""The heat map: a square for each day of the year, none twice, darker where more happened."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.heat_map import HeatMap, heat_map, step_of

YEARS = st.integers(1900, 2999)


def squares(map_: HeatMap) -> list[tuple[int, int]]:
    return [(square.x, square.y) for month in map_.months for square in month.squares]


@given(YEARS, st.dictionaries(st.integers(0, 364), st.integers(1, 50), max_size=20))
@settings(max_examples=30, deadline=None)
def test_every_day_has_a_square_of_its_own_and_nothing_is_lost(year: int, told: dict[int, int]) -> None:
    numbers = {date(year, 1, 1) + timedelta(days=day): number for day, number in told.items()}
    map_ = heat_map(year, numbers)
    days = [square.day for month in map_.months for square in month.squares]
    assert days == [date(year, 1, 1) + timedelta(days=day) for day in range(len(days))]
    assert len(days) == (date(year + 1, 1, 1) - date(year, 1, 1)).days
    assert len(set(squares(map_))) == len(days)
    assert all(0 <= x < map_.width and 0 <= y < map_.height for x, y in squares(map_))
    assert (map_.total, map_.days) == (sum(numbers.values()), len(numbers))
    assert {square.day: square.number for month in map_.months for square in month.busy} == numbers


def test_what_is_of_another_year_is_not_in_it() -> None:
    assert heat_map(2026, {date(2025, 12, 31): 3, date(2027, 1, 1): 3}).total == 0


def test_there_are_five_steps_and_more_is_never_lighter() -> None:
    assert [step_of(number) for number in range(9)] == [0, 1, 2, 2, 3, 3, 3, 4, 4]
