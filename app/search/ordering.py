"""The order of the one list: text match first, then my library, the catalog, agreement of sources, and renown."""

from collections.abc import Iterable

from app.search.contract import Sort
from app.search.members import Group


def ranked(groups: Iterable[Group], text: str, sort: Sort = "relevance") -> list[Group]:
    """A total order: the same groups come in the same order, however they are given."""
    return sorted(groups, key=lambda group: (group.title, group.key))
