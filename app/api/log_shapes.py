"""The shapes of the log, of episodes and of goals."""

from datetime import date, datetime

import msgspec

from app.api.shapes import Card
from app.catalog.candidates import ItemType
from app.kit.ids import UUID
from app.library.log_forms import Kind
from app.library.log_forms import Unit as SaidUnit

Unit = SaidUnit  # hours are told as minutes


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """What happened with an item on a day. `round`: which time through. `amount` counts in `unit`; of a series it may
    be an episode of a season instead."""

    id: UUID
    item: Card
    kind: Kind
    day: date
    round: int
    amount: float | None
    unit: Unit | None
    season: int | None
    episode: int | None
    note: str
    version: int


class Logged(LogLine, frozen=True, kw_only=True):
    """`moved_to`: the status that the entry has now, if this moved it along."""

    moved_to: str | None


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """The newest day first; `next` is the address of the next page."""

    lines: list[LogLine]
    next: str | None


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """`seen_on`: when I saw it this time through."""

    season: int
    number: int
    title: str
    aired: date | None
    seen_on: date | None


class Season(msgspec.Struct, frozen=True, kw_only=True):
    """`to_come` have not aired. `listed` is empty in a long series but for the one season that is asked for."""

    number: int
    episodes: int
    seen: int
    to_come: int
    listed: list[Episode]


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """`round`: which time through; `source` told of the episodes, and when; both null while none was asked."""

    round: int
    seasons: list[Season]
    next_up: Episode | None
    source: str | None
    fetched_at: datetime | None


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """`type` null: of all together. `done`: finished in the log of that year. `etag`: what `If-Match` says to change
    it."""

    year: int
    type: ItemType | None
    target: int
    done: int
    version: int
    etag: str


class Goals(msgspec.Struct, frozen=True, kw_only=True):
    goals: list[Goal]
