"""What is served is called by its title; where titles are alike, by as much more as tells them apart, by ear too."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, combinations

from app.kit.db import AnyRow
from app.kit.ids import UUID

MEDIUM = {"movie": "film or series"}  # where it is not known which
PLACE = 4  # of what stands in brackets
WAYS = tuple(chain.from_iterable(combinations(range(PLACE), number) for number in range(1, PLACE + 1)))


def names(served: Sequence[AnyRow]) -> dict[UUID, str]:
    """Of those whose title another has too, by course item: `Dune (film)`, `Solaris (1972)`. In the menu's order."""
    by_title = defaultdict[str, list[tuple[int, AnyRow]]](list)
    for place, row in enumerate(served, 1):
        by_title[row.title.casefold()].append((place, row))
    named = {}
    for alike in by_title.values():
        if len(alike) > 1:
            apart = _apart({row.course_item_id: _details(row, place) for place, row in alike})
            for _, row in alike:
                said = apart[row.course_item_id]
                named[row.course_item_id] = f"{row.title} ({said})" if said else row.title
    return named


def _details(row: AnyRow, place: int) -> tuple[str, ...]:
    medium = row.kind or MEDIUM.get(row.type, row.type)
    year, creator = str(row.year or ""), next(iter(row.creators), "")
    return medium, year, creator, f"in {row.course_title}", f"number {place}"


def _apart(details: Mapping[UUID, Sequence[str]]) -> dict[UUID, str]:
    """The first of the shortest ways that tells each from the others; its place always does."""
    for way in WAYS:
        said = {id_: ", ".join(filter(None, (each[at] for at in way))) for id_, each in details.items()}
        if len(set(said.values())) == len(said):
            return said
    return {id_: each[PLACE] for id_, each in details.items()}
