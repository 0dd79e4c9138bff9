"""What a catalog search engine promises, whichever engine it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.catalog.candidates import ItemType
from app.kit.ids import UUID

TEXT_MAX = 200  # characters that are looked for
PAGES_MAX = 50
PER_PAGE_MAX = 100
TOTAL_MAX = 10_000
EXCERPT = 240  # characters of the description a hit carries


Sort = Literal["relevance", "newest", "rating", "title"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "rating", "title")
Mark = Literal["library", "wanted", "active", "paused", "done", "dropped"]
MARKS: tuple[Mark, ...] = ("library", "wanted", "active", "paused", "done", "dropped")
FACET_MAX = 12  # values of one facet, the most frequent


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`text` as it was typed, without operators; empty asks for everything, the most popular first.

    `by` are words of a creator, `tag` a genre, `source` the name of one that told of it, `years` the first and the
    last, either open. `mark` is what `viewer` has made of it, where "library" is any mark.
    """

    text: str
    type: ItemType | None = None
    by: str = ""
    tag: str = ""
    source: str = ""
    years: tuple[int | None, int | None] = (None, None)
    mark: Mark | None = None
    viewer: UUID | None = None
    sort: Sort = "relevance"
    page: int = 1
    per_page: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    id: UUID  # of the item
    type: ItemType
    title: str
    subtitle: str | None
    creators: list[str]
    year: int | None
    cover_provider: str | None
    cover_key: str | None
    description: str | None  # its beginning
    popularity: float = 0.0
    movie_kind: str | None = None  # film or series, where it is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """How many hits each value of a filter would leave; `types` as if no type were chosen, so it can be changed.

    `decades` by their first year. All but `types` hold at most `FACET_MAX` values, and may be counted over the
    foremost hits only where there are very many.
    """

    types: Mapping[ItemType, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    decades: Mapping[int, int] = field(default_factory=dict)
    marks: Mapping[Mark, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`total` counts within all filters.

    Where `total_is_exact` is false there are more than `total` and more than each facet says: show "2,300+".
    `pages` is how many can be turned to, never more than `PAGES_MAX`; a page beyond them has no hits.
    `engine` is the one that answered, `instead_of` the one that should have, in a sentence, if it was another.
    """

    hits: list[Hit]
    total: int
    total_is_exact: bool
    facets: Facets
    page: int
    pages: int
    engine: str
    instead_of: str = ""


class CatalogSearch(Protocol):
    """Equal hits come by popularity, then title, then id: what was on page 1 is not on page 2."""

    async def search(self, question: Question) -> Answer: ...

    async def index(self, item_ids: Sequence[UUID]) -> None:
        """Takes in the items as they are now; those that are gone leave. Safe to run twice and at once."""

    async def remove(self, item_ids: Sequence[UUID]) -> None:
        """Takes them out, whether or not the catalog still has them."""

    async def rebuild(self) -> int:
        """Everything anew, beside what answers meanwhile. Returns how many items there are."""

    async def healthy(self) -> bool: ...
