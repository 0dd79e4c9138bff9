"""Ratings are kept from 0 to 10 in halves, and shown as whoever looks prefers, with nothing lost on the way."""

from decimal import Decimal

import pytest

from app.accounts.preferences import RatingScale
from app.web import ratings
from app.web.ratings import preferring

HALVES = [Decimal(number) / 2 for number in range(21)]


@pytest.mark.parametrize(
    ("scale", "shown", "said"),
    [("stars", "8.5", "4 stars"), ("ten", "8.5", "8.5 of 10"), ("hundred", "85", "85 of 100")],
)
def test_eight_and_a_half_in_each_scale(scale: RatingScale, shown: str, said: str) -> None:
    with preferring(scale):
        assert (ratings.number(Decimal("8.5")), ratings.in_words(Decimal("8.5"))) == (shown, said)
    assert ratings.scale() == "stars"


@pytest.mark.parametrize("scale", ["ten", "hundred"])
def test_every_rating_is_a_choice_of_its_own(scale: RatingScale) -> None:
    with preferring(scale):
        choices = dict(ratings.choices())
    assert {Decimal(value) for value in choices if value} == set(HALVES)
    assert len(set(choices.values())) == len(HALVES) + 1
    assert choices[""] == "No rating"


def test_stars_are_chosen_in_words_and_what_is_between_stays_a_choice() -> None:
    choices = ratings.choices()
    assert choices[:3] == [("", "No rating"), ("10", "5 stars"), ("9", "4½ stars")]
    assert choices[-2:] == [("2", "1 star"), ("1", "Half a star")]
    assert ratings.choices(Decimal("9.5"))[1:3] == [("10", "5 stars"), ("9.5", "9.5 of 10")]
    assert ratings.choices(Decimal(9)) == choices


def test_stars_in_words() -> None:
    said = ("no star", "half a star", "1 star", "1½ stars")
    assert tuple(ratings.in_words(number) for number in range(4)) == said
