"""What narrows and sorts the list of a search: links that write an operator into the box."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from markupsafe import Markup

from app.catalog.candidates import ItemType
from app.search.contract import Facets
from app.search.operators import Box, Years, written
from app.web import words

SORTS = {"relevance": "Relevance", "newest": "Newest", "rating": "Rating", "title": "Title"}
NONE: Mapping[str, Any] = {"tag": "", "source": "", "mark": None, "years": (None, None), "sort": "relevance"}


@dataclass(frozen=True, slots=True)
class Link:
    """`id` is the same wherever it is offered; `number` is how many works it would leave."""

    id: Markup
    label: str
    number: int | None
    href: Markup
    chosen: bool


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    name: str
    links: Sequence[Link]


def is_narrowed(box: Box) -> bool:
    return bool(box.by) or any(getattr(box, name) != value for name, value in NONE.items())


def sections(box: Box, tab: str, kind: ItemType | None, facets: Facets) -> list[Section]:
    """`tab` is the type in the address, `kind` the one that is looked for."""
    marks = dict(words.statuses(kind), library="In my library")
    decades = {(first, first + 9): number for first, number in facets.decades.items()}
    labels = {years: f"{years[0]}s" for years in decades}
    return [
        Section("sort", "Sorted by", [*_links(box, tab, "sort", ((value, SORTS[value], None) for value in SORTS))]),
        *_facet(box, tab, "mark", "Mine", facets.marks, marks),
        *_facet(box, tab, "source", "Source", facets.sources, {name: words.source(name) for name in facets.sources}),
        *_facet(box, tab, "tag", "Tag", facets.tags, {}),
        *_facet(box, tab, "years", "Year", decades, labels),
    ]


def _facet(
    box: Box, tab: str, name: str, title: str, numbers: Mapping[Any, int], labels: Mapping[Any, str]
) -> Iterable[Section]:
    any_ = [(NONE[name], "Any", None)] if getattr(box, name) != NONE[name] else []
    values = [(value, labels.get(value, value), number) for value, number in numbers.items()]
    if any_ or values:
        yield Section(name, title, [*_links(box, tab, name, [*any_, *values])])


def _links(box: Box, tab: str, name: str, values: Iterable[tuple[Any, str, int | None]]) -> Iterable[Link]:
    """The operator comes last, as somebody would type it who thought of it now."""
    chosen = getattr(box, name)
    rest = box.but(**{name: NONE[name]})
    before = f"/search?q={quote_plus(rest)}"
    after = f"&type={tab}" if tab else ""
    for value, label, number in values:
        said = _said(name, value)
        href = f"{before}{'+' if rest and said else ''}{said}{after}"
        id_ = f"{name}-{said or 'any'}"
        # both are percent-encoded
        yield Link(Markup(id_), label, number, Markup(href), value == chosen and label != "Any")  # noqa: S704


@lru_cache(maxsize=4096)
def _said(name: str, value: str | Years | None) -> str:
    return quote_plus(written(Box(text="", **{name: value})))  # type: ignore[arg-type]  # each of its own type
