"""What a catalog search engine promises, whichever engine it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.catalog.candidates import ItemType
from app.kit.ids import UUID

TEXT_MAX = 200  # characters that are looked for
PAGES_MAX = 50
PER_PAGE_MAX = 100
TOTAL_MAX = 10_000
EXCERPT = 240  # characters of the description a hit carries


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`text` as it was typed; empty asks for everything, the most popular first."""

    text: str
    type: ItemType | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`total` counts within the type asked for, `facets` across all types, so that a filter can be changed.

    Where `total_is_exact` is false there are more than `total` and more than each facet says: show "2,300+".
    `pages` is how many can be turned to, never more than `PAGES_MAX`; a page beyond them has no hits.
    """

    hits: list[Hit]
    total: int
    total_is_exact: bool
    facets: Mapping[ItemType, int]
    page: int
    pages: int
    engine: str


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
