"""Drawn once: what a macro makes of the same values is kept, the longest unused first to go."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from app.accounts.preferences import RatingScale
from app.web import ratings, words
from app.web.forms import FormState

KEPT_MAX = 4_096


class Drawn:
    """Of a macro that sees nothing but the values it is given, which can be compared, and how ratings are preferred."""

    def __init__(self, macro: Callable[..., Any], kept_max: int = KEPT_MAX) -> None:
        @lru_cache(maxsize=kept_max)
        def draw(_scale: RatingScale, *values: Any) -> Markup:
            return Markup(macro(*values))  # noqa: S704 - a macro's, and escaped there

        self._macro, self._draw = macro, draw

    def __call__(self, *values: Any, form: FormState | None = None) -> Markup:
        """With a `form` that was refused, which is not kept, it is drawn anew."""
        if form:
            return Markup(self._macro(*values, form))  # noqa: S704 - as above
        return self._draw(ratings.scale(), *values)

    def each(self, rows: Iterable[Any]) -> Markup:
        """One after the other."""
        scale, draw = ratings.scale(), self._draw
        return Markup("".join([draw(scale, row) for row in rows]))  # noqa: S704 - as above


class Rows:
    """What stands on rows of every kind, by what it shows of them. `place` says where a row's cover is."""

    def __init__(self, macros: Any, place: Callable[[Any], str | None]) -> None:
        self._cover, self._byline, self._mark = Drawn(macros.cover), Drawn(macros.byline), Drawn(macros.mark)
        self._place = place

    def cover(self, row: Any, size: str = "small", eager: bool = False) -> Markup:
        creators = row.creators
        return self._cover(row.type, row.title, creators[0] if creators else "", self._place(row), size, eager)

    def byline(self, row: Any, with_year: bool = True) -> Markup:
        creators = row.creators
        makers = ", ".join(creators[:3]) + (" and others" if len(creators) > 3 else "")
        return self._byline(makers, words.medium(row), row.year if with_year else None)

    def mark(self, entry: Any, type_: str) -> Markup:
        return self._mark(words.status(type_, entry.status), entry.favourite, entry.rating)
