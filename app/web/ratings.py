"""Ratings as whoever looks prefers them: kept from 0 to 10 in halves, shown as stars, out of ten or out of a hundred.

Macros see no context, so what is preferred is told beside it, for as long as one page is rendered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from app.accounts.preferences import RatingScale

SCALE: ContextVar[RatingScale] = ContextVar("rating_scale", default="stars")
OUT_OF = {"ten": 10, "hundred": 100}

Number = Decimal | float | int


@contextmanager
def preferring(scale: RatingScale) -> Iterator[None]:
    token = SCALE.set(scale)
    try:
        yield
    finally:
        SCALE.reset(token)


def scale() -> RatingScale:
    return SCALE.get()


def out_of() -> int:
    """0 where it is stars."""
    return OUT_OF.get(SCALE.get(), 0)


def number(rating: Number) -> str:
    """`8.5` or `85`, as is preferred; where it is stars, out of ten."""
    return f"{float(rating) * (out_of() or 10) / 10:.1f}".removesuffix(".0")


def in_words(rating: Number) -> str:
    """A sentence's part: `4½ stars`, `8.5 of 10`, `85 of 100`."""
    if out_of():
        return f"{number(rating)} of {out_of()}"
    halves = round(float(rating))
    if halves < 2:
        return "half a star" if halves else "no star"
    return "1 star" if halves == 2 else f"{halves // 2}{'½' if halves % 2 else ''} stars"


def choices() -> list[tuple[str, str]]:
    """For a list to choose from: what is kept, and how it is shown, the best first."""
    kept = [""] + [f"{halves / 2:g}" for halves in range(20, -1, -1)]
    return [(value, number(float(value)) if value else "No rating") for value in kept]
