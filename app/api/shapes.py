"""The shapes of every answer.

Ids are UUIDs, moments ISO 8601 in UTC; what is not known is null, or left out where it is among facts.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from app.accounts.house_rules import Registration
from app.api.pairing_shapes import Pairing, PublicPairing
from app.catalog.candidates import Facts, Identifier, ItemType, Precision, SourceRating
from app.kit.ids import UUID
from app.library.forms import Status
from app.search.contract import Mark as Mine


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field; `field` is empty where it is the whole that is wrong."""

    field: str
    detail: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why there is no other answer (RFC 9457). `instance` is the reference to give to whoever runs this Tastebuds."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldError] = []


class Health(msgspec.Struct, frozen=True):
    status: str


class User(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    email: str
    is_operator: bool


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """Send `access_token` as `Authorization: Bearer …`, and `refresh_token` to `/api/auth/refresh`, once.

    What ends in `expires_in` counts seconds. `session` is what both stand for, by its id among `/api/auth/sessions`.
    """

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    session: UUID
    user: User


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is done once a letter is answered."""

    detail: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is `browser` or `api`; `device` and `place` are words; `is_this`: the one that asks."""

    id: UUID
    kind: str
    name: str
    device: str
    place: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this: bool


class PersonalToken(msgspec.Struct, frozen=True, kw_only=True):
    """For scripts. `expires_at` null: it does not end by itself. `used_at` is told every few minutes."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class NewPersonalToken(PersonalToken, frozen=True, kw_only=True):
    """`token` is told this once."""

    token: str


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to my account. `by` names who did it where it was somebody else; where from is theirs then."""

    id: UUID
    happened_at: datetime
    action: str
    said: str
    refused: bool
    by: str | None
    address: str | None
    agent: str | None


class Activity(msgspec.Struct, frozen=True):
    """Newest first; the next page is asked with `before`."""

    events: list[Event]
    before: UUID | None


class AuditEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`user_id` is whose account it concerns, `actor_id` who did it; both outlive the account."""

    id: UUID
    happened_at: datetime
    action: str
    said: str
    refused: bool
    user_id: UUID | None
    actor_id: UUID | None
    address: str
    agent: str
    request_id: str
    details: dict[str, Any]


class Audit(msgspec.Struct, frozen=True):
    """Newest first; the next page is asked with `before`."""

    events: list[AuditEvent]
    before: UUID | None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An account, for whoever operates. `closes_at`: its owner closed it, and then it is erased."""

    id: UUID
    name: str
    email: str
    is_operator: bool
    disabled_at: datetime | None
    closes_at: datetime | None
    created_at: datetime
    seen_at: datetime | None
    sessions: int


class People(msgspec.Struct, frozen=True):
    """Newest first; the next page is asked with `before`."""

    people: list[Person]
    before: UUID | None


class HouseRules(msgspec.Struct, frozen=True):
    """What the operator decided. `registration`: who may make an account.

    `discover`: whether anybody can look through the menus that are published here.
    """

    registration: Registration
    discover: bool


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An item as lists show it."""

    id: UUID
    type: ItemType
    title: str
    subtitle: str | None
    creators: list[str]
    year: int | None
    cover_url: str | None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """My entry on an item. Ratings go from 0 to 10 in halves."""

    status: Status
    rating: float | None
    favourite: bool
    notes: str
    created_at: datetime
    updated_at: datetime


class Entry(Mark, frozen=True, kw_only=True):
    item: Card


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `counts` has how many there are of each type; `next` is the address of the next page."""

    entries: list[Entry]
    counts: dict[ItemType, int]
    next: str | None


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Which source said so, and when."""

    source: str
    external_id: str
    url: str | None
    fetched_at: datetime
    rating: SourceRating | None


class Item(Card, frozen=True, kw_only=True):
    """`released` is as precise as it is known: 2004, 2004-05 or 2004-05-17."""

    original_title: str | None
    released: str | None
    released_precision: Precision | None
    description: str | None
    language: str | None
    genres: list[str]
    facts: Facts
    identifiers: list[Identifier]
    provenance: list[Provenance]
    entry: Mark | None


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One work, whoever knows of it. `id` is its item's, null while it is outside only.

    `previews` are what `POST /api/items` takes, the foremost first; `sources` are those that know of it, "catalog"
    among them, `pages` where each tells of it itself; `reasons` say why what they told is one work. `description` is
    its beginning; `kept` says whether it is in my library.
    """

    id: UUID | None
    previews: list[UUID]
    type: ItemType
    title: str
    subtitle: str | None
    creators: list[str]
    year: int | None
    cover_url: str | None
    description: str | None
    sources: list[str]
    pages: dict[str, str]
    reasons: list[str]
    kept: bool


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How it went with one source: asked now, or remembered (cached); still being asked; skipped or failed, and why."""

    source: str
    state: Literal["asked", "cached", "asking", "skipped", "failed"]
    why: str | None
    sentence: str
    hits: int
    milliseconds: int


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """How many each filter would leave of the catalog, types as if none were chosen. `decades` by their first year."""

    types: dict[ItemType, int]
    sources: dict[str, int]
    tags: dict[str, int]
    decades: dict[int, int]
    marks: dict[Mine, int]


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """`requests`, `answered_percent` and `p95_milliseconds` are of the last hour; null where nothing was asked.

    `budget_left` can be asked at once; `requests_today` is null where days are not limited.
    """

    source: str
    state: Literal["asked", "keyless", "refused", "off", "paused", "resting", "trying"]
    sentence: str
    until: datetime | None
    requests: int
    answered_percent: int | None
    p95_milliseconds: int | None
    last_trouble: str | None
    last_trouble_at: datetime | None
    budget_left: int
    requests_today: int | None


class RefusedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item that an engine would not take; `title` is null where the catalog has lost it."""

    item_id: UUID
    title: str | None
    engine: str
    reason: str


class SearchState(msgspec.Struct, frozen=True, kw_only=True):
    """`engine` should search the catalog; where it does not, `stands_in` does. `since` is when that began.

    `changes` wait to be told to any engine; `behind` counts the items that Meilisearch has not taken in, null without
    one. `refused` counts the items that are not tried any more, `refused_items` are the last of them.
    """

    engine: str
    healthy: bool
    stands_in: str | None
    since: datetime | None
    last_trouble: str | None
    changes: int
    changes_seconds: float
    behind: int | None
    behind_seconds: float | None
    refused: int
    refused_items: list[RefusedItem]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """`total`, `facets` and `pages` are of the catalog; `hits` those of the sources too, where they were asked.

    Where `total_is_exact` is false there are more than `total`, and more than each facet says. `engine` is what
    searched the catalog, `instead_of` says why another did not; `problems` are wrong operators of the question;
    `sources` is null unless they were asked.
    """

    hits: list[Hit]
    total: int
    total_is_exact: bool
    facets: Facets
    page: int
    pages: int
    engine: str
    instead_of: str | None
    problems: list[str]
    sources: list[Report] | None


class MenuRow(msgspec.Struct, frozen=True, kw_only=True):
    """A menu as lists show it. `public_url` is where anyone can read it, while it is published."""

    id: UUID
    title: str
    intent: str
    slug: str
    version: int
    published_at: datetime | None
    updated_at: datetime
    public_url: str | None
    course_count: int
    item_count: int


class Menus(msgspec.Struct, frozen=True, kw_only=True):
    """The last changed first. `next` is the address of the next page."""

    menus: list[MenuRow]
    next: str | None


class CourseItem(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    position: int
    note: str
    item: Card


class Course(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    position: int
    title: str
    intent: str
    items: list[CourseItem]


class Menu(MenuRow, frozen=True, kw_only=True):
    courses: list[Course]
    pairings: list[Pairing]


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    public_url: str
    published_at: datetime


class PublicCourseItem(msgspec.Struct, frozen=True, kw_only=True):
    note: str
    item: Card


class PublicCourse(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    intent: str
    items: list[PublicCourseItem]


class PublicMenu(msgspec.Struct, frozen=True, kw_only=True):
    """What anyone may read: nothing of its owner but the name."""

    title: str
    intent: str
    slug: str
    author: str
    published_at: datetime
    updated_at: datetime
    public_url: str
    courses: list[PublicCourse]
    pairings: list[PublicPairing]
