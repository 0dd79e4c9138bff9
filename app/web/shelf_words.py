"""What the shelf's filters and orders are called."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.library.looking import said_by
from app.library.shelf_forms import ShelfForm
from app.library.shelving import SORTS
from app.web import ratings, words

__all__ = ["LENGTHS", "narrowed", "order_of", "orders", "parted", "said_by", "turned", "way"]

ORDERS = {
    "added": ("Kept first", "Kept lately"),
    "changed": ("Changed first", "Changed lately"),
    "title": ("Title, A to Z", "Title, Z to A"),
    "year": ("Oldest works", "Newest works"),
    "rating": ("Lowest rating", "Highest rating"),
    "creator": ("Creator, A to Z", "Creator, Z to A"),
    "length": ("Shortest", "Longest"),
}
LENGTHS = {
    "short": "Up to 2 hours, or 60 pages",
    "medium": "Up to 6 hours, or 180 pages",
    "long": "Up to 15 hours, or 450 pages",
    "epic": "Longer",
}
FOREMOST = 12  # tags, before one asks for more
SENTENCES = {
    "rating_from": "rated {} or more",
    "rating_to": "rated {} or less",
    "unrated": "not rated",
    "favourite": "favourites",
    "year_from": "from {} on",
    "year_to": "up to {}",
    "creator": "by {}",
    "source": "from {}",
    "length": "{}",
    "title": "“{}” in the title",
}
WORDS: Mapping[str, Callable[[Any], str]] = {
    "rating_from": ratings.exactly,
    "rating_to": ratings.exactly,
    "source": words.source,
    "length": LENGTHS.__getitem__,
}


def orders() -> list[tuple[str, str]]:
    """Value and label of each, the one that is meant where nobody says before its opposite."""
    found = []
    for sort, (up, down) in ORDERS.items():
        pair = [(f"{sort}.up", up), (f"{sort}.down", down)]
        found += pair if SORTS[sort].order == "up" else pair[::-1]  # type: ignore[index]  # the same names
    return found


def order_of(form: ShelfForm) -> str:
    return f"{form.sort}.{form.order or SORTS[form.sort].order}"


def parted(form: ShelfForm, tags: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The tags that are asked for and those that are most used, and the rest, each in the order they came."""
    asked = {*form.tag, *form.not_tag}
    foremost = sorted(tags, key=lambda tag: (tag.id not in asked, -tag.number))[: max(FOREMOST, len(asked))]
    first = {tag.id for tag in foremost}
    return [tag for tag in tags if tag.id in first], [tag for tag in tags if tag.id not in first]


def narrowed(form: ShelfForm, said: Mapping[str, str], tags: Iterable[Any]) -> list[tuple[str, dict[str, str]]]:
    """Each filter in words, and what the address says without it. Types are tabs of their own."""
    found = []
    named = {str(tag.id): tag.name for tag in tags}
    for name in said:
        if name not in ("type", "sort", "order", "view"):
            rest = {other: value for other, value in said.items() if other != name}
            found.append((_worded(form, name, named), rest))
    return found


def _worded(form: ShelfForm, name: str, tags: Mapping[str, str]) -> str:
    value = getattr(form, name)
    if name == "status":
        return " or ".join(words.status(form.type, each) if form.type else words.ANY_MEDIUM[each] for each in value)
    if name in ("tag", "not_tag"):
        names = " and ".join(tags.get(str(each), "a tag that is gone") for each in value)
        return f"{'with' if name == 'tag' else 'without'} {names}"
    return SENTENCES[name].format(WORDS.get(name, str)(value))


def way(form: ShelfForm, sort: str) -> str:
    """`up`, `down`, or nothing where it is sorted by something else."""
    return (form.order or SORTS[form.sort].order) if form.sort == sort else ""


def turned(form: ShelfForm, said: Mapping[str, str], sort: str) -> dict[str, str]:
    """What the address says sorted by this; turned round where it is so already."""
    rest = {name: value for name, value in said.items() if name not in ("sort", "order")} | {"sort": sort}
    now = way(form, sort)
    return rest | ({"order": "down" if now == "up" else "up"} if now else {})
