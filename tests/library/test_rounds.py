"""Rounds: whatever is told in whatever order, each time through has one start at most and is over once."""

from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.errors import Invalid
from app.library.rounds import Round, round_of

DAY = date(2026, 1, 1)
Told = Literal["started", "progress", "finished", "dropped"]


def rounds_of(lines: list[tuple[int, Told, date]]) -> list[Round]:
    """As the statement reads them off the table."""
    rounds = []
    for number in {line[0] for line in lines}:
        first = min(day for round_, _, day in lines if round_ == number)
        started = [day for round_, kind, day in lines if round_ == number and kind == "started"]
        over = [day for round_, kind, day in lines if round_ == number and kind in ("finished", "dropped")]
        rounds.append(Round(number, first, min(started, default=None), max(over, default=None)))
    return sorted(rounds, key=lambda each: (each.first_on, each.number))


@given(st.lists(st.sampled_from(["started", "progress", "finished", "dropped"]), max_size=12))
@settings(max_examples=60, deadline=None)
def test_told_day_by_day_each_round_begins_once_and_ends_once(told: list[Told]) -> None:
    """The model: a counter and whether somebody is in the middle of it, and whether they said that they began."""
    lines: list[tuple[int, Told, date]] = []
    number, under_way, began = 0, False, False
    for place, kind in enumerate(told):
        day = DAY + timedelta(days=place)
        if kind == "started" and under_way and began:
            with pytest.raises(Invalid):
                round_of(kind, day, rounds_of(lines))
            continue
        if not under_way:
            number, under_way, began = number + 1, True, False
        began = began or kind == "started"
        under_way = kind not in ("finished", "dropped")
        assert round_of(kind, day, rounds_of(lines)) == number
        lines.append((number, kind, day))
    for each in {line[0] for line in lines}:
        kinds = [kind for round_, kind, _ in lines if round_ == each]
        assert kinds.count("started") <= 1
        assert sum(kind in ("finished", "dropped") for kind in kinds) <= 1


def test_how_far_one_was_is_told_late_of_the_time_that_is_over() -> None:
    over = [Round(2, DAY, DAY, DAY + timedelta(days=9))]
    assert round_of("progress", DAY + timedelta(days=9), over) == 2
    assert round_of("progress", DAY - timedelta(days=1), over) == 2
    assert round_of("progress", DAY + timedelta(days=10), over) == 3
    assert round_of("started", DAY, over) == 3


def test_what_was_over_before_a_time_began_is_another_time() -> None:
    long_ago, then = date(1999, 1, 1), date(1999, 2, 1)
    for now in (Round(4, DAY, DAY), Round(4, DAY, None, DAY)):
        assert round_of("finished", long_ago, [now]) == 5
        assert round_of("started", long_ago, [now]) == 5
        begun = [Round(5, long_ago, long_ago), now]
        assert round_of("finished", then, begun) == 5
        assert round_of("finished", then, [Round(5, long_ago, long_ago, long_ago), now]) == 6
    assert round_of("progress", DAY, [Round(5, long_ago, None, then), Round(4, DAY, DAY)]) == 4
    assert round_of("started", long_ago, [Round(1, DAY)]) == 1  # said after how far one was


def test_what_is_told_the_hundredth_time_takes_a_number_that_is_free_or_is_refused() -> None:
    over = [Round(number, DAY, DAY, DAY) for number in range(1, 100)]
    with pytest.raises(Invalid, match="99 times"):
        round_of("finished", DAY, over)
    assert round_of("finished", DAY, over[:41] + over[42:]) == 42
    assert round_of("finished", DAY, over[:98]) == 99
