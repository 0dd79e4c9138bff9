"""A question as Meilisearch is asked it, and what its answers say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from meilisearch_python_sdk.models.search import (
    FederationMerged,
    FederationOptions,
    MergeFacets,
    SearchParams,
    SearchResultsFederated,
    SearchResultsWithUID,
)

from app.catalog.candidates import ItemType
from app.kit.ids import UUID
from app.search.contract import FACET_MAX, PAGES_MAX, Question, Sort
from app.search.filling import SETTINGS

Results: TypeAlias = SearchResultsWithUID[dict[str, Any]]
Merged: TypeAlias = SearchResultsFederated[dict[str, Any]]
Filters: TypeAlias = list[str | list[str]]

EVERY_PART = SETTINGS.searchable_attributes or []
WITHOUT_YEAR = [part for part in EVERY_PART if part != "year"]
ANY_ORDER = 5  # so many words are tried with each of them as the required one
FACETS = ["type", "sources", "tags", "decade"]
LAST = ["popularity:desc", "sort_title:asc", "id:asc"]
SORTS: dict[Sort, list[str]] = {
    "relevance": [],
    "newest": ["released:desc", *LAST],
    "rating": ["rating:desc", *LAST],
    "title": ["sort_title:asc", "popularity:desc", "id:asc"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    ids: list[UUID]  # of the page
    total: int
    types: dict[ItemType, int]
    sources: dict[str, int]
    tags: dict[str, int]
    decades: dict[int, int]
    foremost: Sequence[UUID]  # whose marks are counted


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the index `uid`, its words and filters folded."""

    uid: str
    text: str
    filters: Filters
    question: Question

    @property
    def shown(self) -> slice:
        """Which of all hits are on the page."""
        return slice((self.question.page - 1) * self.question.per_page, self.question.page * self.question.per_page)

    def page(self) -> SearchParams:
        return self._page(self.question.page, self.question.per_page)

    def foremost(self, at_most: int) -> SearchParams:
        return self._page(1, at_most)

    def types(self) -> SearchParams:
        """Counts them as if none were chosen."""
        return self._asked(self.text).model_copy(update={"facets": ["type"], "filter": self.filters, "limit": 0})

    def any_words(self) -> list[SearchParams]:
        """To be merged: whatever has one of the words, and better what has more of them."""
        words = self.text.split()
        firsts = range(len(words) if len(words) <= ANY_ORDER else 1)
        orders = [" ".join([*words[n:], *words[:n]]) for n in firsts]  # the first word of each is required
        return [
            *(self._asked(order, strategy="last", weight=len(words)) for order in orders),
            *(self._asked(f"{word} ") for word in words),  # the space says that it is finished
        ]

    def merged(self, *, count_only: bool = False) -> FederationMerged:
        return FederationMerged(
            limit=0 if count_only else self.question.per_page,
            offset=0 if count_only else self.shown.start,
            facets_by_index={self.uid: FACETS},
            merge_facets=MergeFacets(max_values_per_facet=FACET_MAX),
        )

    def _page(self, page: int, per_page: int) -> SearchParams:
        return self._asked(self.text).model_copy(update={"facets": FACETS, "page": page, "hits_per_page": per_page})

    def _asked(
        self, text: str, *, strategy: Literal["all", "last"] = "all", weight: float | None = None
    ) -> SearchParams:
        return SearchParams(
            index_uid=self.uid,
            q=text,
            matching_strategy=strategy,
            attributes_to_search_on=EVERY_PART if " " in text.strip() else WITHOUT_YEAR,
            filter=self.filters + ([f"type = {self.question.type}"] if self.question.type else []),
            sort=SORTS[self.question.sort],
            federation_options=FederationOptions(weight=weight) if weight else None,
        )


def found_in(
    question: Question,
    page: Results | Merged,
    types: Results | Merged,
    total: int | None,
    foremost: Sequence[UUID] = (),
) -> Found:
    return Found(
        ids=ids_of(page) if question.page <= PAGES_MAX else [],
        total=total or 0,
        types=_counted(types, "type"),
        sources=_counted(page, "sources"),
        tags=_counted(page, "tags"),
        decades={int(decade): n for decade, n in _counted(page, "decade").items()},
        foremost=foremost,
    )


def ids_of(*results: Results | Merged) -> list[UUID]:
    return [UUID(hit["id"]) for found in results for hit in found.hits]


def _counted(results: Results | Merged, facet: str) -> dict[Any, int]:
    return dict((results.facet_distribution or {}).get(facet, {}))


def filters_of(question: Question, by: Sequence[str], tag: str) -> Filters:
    first, last = question.years
    return [
        *(f"by = {_quoted(word)}" for word in by[:-1]),
        *(f"by STARTS WITH {_quoted(word)}" for word in by[-1:]),
        *([f"tag_keys = {_quoted(tag)}"] if tag else []),
        *([f"sources = {_quoted(question.source)}"] if question.source else []),
        *([f"year >= {first}"] if first is not None else []),
        *([f"year <= {last}"] if last is not None else []),
    ]


def _quoted(value: str) -> str:
    """Meilisearch has no escape for a backslash."""
    return '"' + value.replace("\\", "").replace('"', "") + '"'
