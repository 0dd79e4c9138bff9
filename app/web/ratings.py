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
BETWEEN = frozenset({"0", *(f"{whole}.5" for whole in range(10))})  # what no half star says

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


def exactly(rating: Number) -> str:
    """As a label: `8.5`, `85` or `4½ stars`, and `8.5 of 10` for what no half star says."""
    if out_of():
        return number(rating)
    return in_words(rating) if float(rating).is_integer() else f"{number(rating)} of 10"


def choices(chosen: Number | None = None) -> list[tuple[str, str]]:
    """For a list to choose from: what is kept, and how it is shown, the best first; `chosen` is always among them."""
    kept = {halves / 2 for halves in range(21)} if out_of() else {float(halves) for halves in range(1, 11)}
    if chosen is not None:
        kept.add(float(chosen))
    return [("", "No rating")] + [(f"{each:g}", exactly(each).capitalize()) for each in sorted(kept, reverse=True)]
