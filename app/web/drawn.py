"""Drawn once: what a macro makes of the same values is kept, the longest unused first to go."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from app.accounts.preferences import RatingScale
from app.web import ratings

KEPT_MAX = 4_096


class Drawn:
    """Of a macro that sees nothing but the values it is given, which can be compared, and how ratings are preferred."""

    def __init__(self, macro: Callable[..., Any], kept_max: int = KEPT_MAX) -> None:
        @lru_cache(maxsize=kept_max)
        def draw(_scale: RatingScale, *values: Any) -> Markup:
            return Markup(macro(*values))  # noqa: S704 - a macro's, and escaped there

        self._draw = draw

    def __call__(self, *values: Any) -> Markup:
        return self._draw(ratings.scale(), *values)

    def each(self, rows: Iterable[Any]) -> Markup:
        """One after the other."""
        scale, draw = ratings.scale(), self._draw
        return Markup("".join([draw(scale, row) for row in rows]))  # noqa: S704 - as above
