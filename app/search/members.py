"""What the one list is made of: members, each one thing that was found somewhere, in groups that are one work each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from app.catalog.candidates import (
    BookFacts,
    Candidate,
    Cover,
    GameFacts,
    Identifier,
    ItemType,
    MovieFacts,
    MusicFacts,
    SourceRating,
)
from app.kit.ids import UUID

CATALOG = "catalog"
# whose words a group is shown in, and the order of its badges: works before editions, whole records before short ones
ORDER = (
    CATALOG,
    "open_library",
    "google_books",
    "tmdb",
    "tvmaze",
    "wikidata",
    "igdb",
    "steam",
    "musicbrainz",
    "itunes",
    "lastfm",
)

Ref: TypeAlias = tuple[str, str]  # (source, external id), or ("catalog", item id)
Pair: TypeAlias = tuple[Ref, Ref]  # the lesser first


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One item of the catalog, or one candidate. `refs` are all it goes by: an item has those of its provenance too.

    `place` counts from 0 within its source's answer; an item that only candidates led to has none. `popularity` runs
    from 0 to 1, comparable across sources. `credits` are all whom it may be known by, `creators` those one names first.
    """

    ref: Ref
    type: ItemType
    title: str
    kind: str | None = None  # film, series, track or album
    subtitle: str | None = None
    original_title: str | None = None
    creators: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    year: int | None = None
    identifiers: frozenset[Identifier] = frozenset()
    album: str | None = None
    duration_ms: int | None = None
    language: str | None = None
    genres: tuple[str, ...] = ()
    description: str | None = None
    cover: Cover | None = None
    url: str | None = None
    popularity: float = 0.0
    rating: SourceRating | None = None
    place: int | None = None
    refs: frozenset[Ref] = frozenset()
    item_id: UUID | None = None  # of the item it is or has become
    preview_id: UUID | None = None
    kept: bool = False  # in the viewer's library

    @property
    def source(self) -> str:
        return self.ref[0]

    @property
    def standing(self) -> tuple[bool, bool, int, str, float, int, Ref]:
        """Sorts the members of a group: whose words are believed first."""
        place = self.place if self.place is not None else 1 << 30
        return (not self.kept, self.source != CATALOG, *rank(self.source), -self.popularity, place, self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One work. `members` begin with the lead, in whose words it is shown; what the lead lacks others fill in.

    `key` names it on the page, and stays as long as its foremost member does. `reasons` say in plain sentences why
    these are one; there are none for a single member.
    """

    key: str
    members: tuple[Member, ...]
    reasons: tuple[str, ...] = ()

    @property
    def lead(self) -> Member:
        return self.members[0]

    @property
    def type(self) -> ItemType:
        return self.lead.type

    @property
    def kind(self) -> str | None:
        return self.lead.kind

    @property
    def title(self) -> str:
        return self.lead.title

    @property
    def subtitle(self) -> str | None:
        return self.lead.subtitle

    @property
    def creators(self) -> tuple[str, ...]:
        return next((each.creators for each in self.members if each.creators), ())

    @property
    def year(self) -> int | None:
        """A book's is that of its first edition; else the lead's, or the first that is known."""
        years = [each.year for each in self.members if each.year is not None]
        if self.lead.source == CATALOG and self.lead.year is not None:
            return self.lead.year
        return (min(years) if self.type == "book" else years[0]) if years else None

    @property
    def cover(self) -> Cover | None:
        return next((each.cover for each in self.members if each.cover), None)

    @property
    def description(self) -> str | None:
        return next((each.description for each in self.members if each.description), None)

    @property
    def item_id(self) -> UUID | None:
        return next((each.item_id for each in self.members if each.item_id), None)

    @property
    def kept(self) -> bool:
        return any(each.kept for each in self.members)

    @property
    def sources(self) -> tuple[str, ...]:
        """Badges, each once, in the same order everywhere; "catalog" is one of them."""
        return tuple(sorted({each.source for each in self.members}, key=rank))

    @property
    def pages(self) -> dict[str, str]:
        """Where each source tells of it itself."""
        return {each.source: each.url for each in reversed(self.members) if each.url}

    @property
    def refs(self) -> tuple[Ref, ...]:
        return tuple(each.ref for each in self.members)

    @property
    def goes_by(self) -> frozenset[Ref]:
        """Its members' refs, and those of the items' provenance."""
        return frozenset(self.refs).union(*(each.refs for each in self.members))

    @property
    def separable(self) -> tuple[Ref, ...]:
        """Those a host may say are another work than the lead: not what the catalog has as the same item."""
        item_id = self.lead.item_id
        return tuple(each.ref for each in self.members[1:] if item_id is None or each.item_id != item_id)

    @property
    def preview_ids(self) -> tuple[UUID, ...]:
        """What `taking.take_group` takes, the foremost first."""
        return tuple(each.preview_id for each in self.members if each.preview_id)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a host said of pairs; a pair is in one of the two at most."""

    splits: frozenset[Pair] = field(default=frozenset())
    joins: frozenset[Pair] = field(default=frozenset())


NO_VERDICTS = Verdicts()


def rank(source: str) -> tuple[int, str]:
    return (ORDER.index(source) if source in ORDER else len(ORDER), source)


def pair(one: Ref, other: Ref) -> Pair:
    return (one, other) if one <= other else (other, one)


def of_candidate(
    candidate: Candidate, *, place: int, preview_id: UUID | None = None, item_id: UUID | None = None
) -> Member:
    facts = candidate.facts
    return Member(
        ref=(candidate.source, candidate.external_id),
        refs=frozenset({(candidate.source, candidate.external_id)}),
        type=candidate.type,
        kind=facts.kind if isinstance(facts, MovieFacts | MusicFacts) else None,
        title=candidate.title,
        subtitle=candidate.subtitle,
        original_title=candidate.original_title,
        creators=candidate.creators,
        credits=credits_of(candidate),
        year=candidate.year,
        identifiers=frozenset(candidate.identifiers),
        album=facts.album if isinstance(facts, MusicFacts) else None,
        duration_ms=facts.duration_ms if isinstance(facts, MusicFacts) else None,
        language=candidate.language,
        genres=candidate.genres,
        description=candidate.description,
        cover=candidate.cover,
        url=candidate.url,
        popularity=renown(candidate.popularity, place),
        rating=candidate.rating,
        place=place,
        preview_id=preview_id,
        item_id=item_id,
    )


def credits_of(candidate: Candidate) -> tuple[str, ...]:
    facts: Iterable[str] = ()
    match candidate.facts:
        case BookFacts(authors=facts) | MovieFacts(directors=facts) | MusicFacts(artists=facts):
            pass
        case GameFacts(developers=developers, publishers=publishers):
            facts = (*developers, *publishers)
    return tuple(dict.fromkeys((*candidate.creators, *facts)))


def renown(popularity: float, place: int) -> float:
    """Sources scale their numbers by what is renown enough there; one that has no numbers is believed for its order."""
    return min(max(popularity, 0.0), 1.0) or round(0.25 / (1 + place), 4)
