"""Order on plain lists: whatever is done, each thing stands in one place, and undoing it gives back what was."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.menus.ordering import placed, stepped, without

rows = st.lists(st.integers(0, 9), unique=True, min_size=1, max_size=8)
number = st.integers(0, 99)
few = settings(max_examples=30, deadline=None)


@few
@given(rows, number, number)
def test_what_is_placed_stands_there_and_the_others_keep_their_order(row: list[int], which: int, to: int) -> None:
    what = row[which % len(row)]
    after = placed(row, what, to)
    assert sorted(after) == sorted(row)
    assert after.index(what) + 1 == min(max(to, 1), len(row))
    assert without(after, what) == without(row, what)


@few
@given(rows, rows, number, number)
def test_across_two_rows_nothing_is_lost_or_doubled(one: list[int], two: list[int], which: int, to: int) -> None:
    other = [each + 10 for each in two]
    what = one[which % len(one)]
    left, target = without(one, what), placed(other, what, to)
    assert sorted(left + target) == sorted(one + other)
    assert placed(left, what, one.index(what) + 1) == one
    assert without(target, what) == other


@few
@given(rows, number)
def test_a_step_is_undone_by_the_step_back_except_at_the_end(row: list[int], which: int) -> None:
    what = row[which % len(row)]
    down = stepped(row, what, "down")
    assert stepped(down, what, "up") == row or what == row[-1]
    assert down == row or what != row[-1]


@few
@given(rows, st.lists(number, max_size=8))
def test_what_was_taken_off_comes_back_in_the_order_it_went(row: list[int], takes: list[int]) -> None:
    """As a pile: the last that went comes back first."""
    now, pile = row, []
    for take in takes[: len(row)]:
        what = now[take % len(now)]
        pile.append((what, now.index(what) + 1))
        now = without(now, what)
    for what, place in reversed(pile):
        now = placed(now, what, place)
    assert now == row
