"""The log in words: what happened, and how far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Protocol

from app.kit import clock

HAPPENED = {"started": "Started", "progress": "Noted", "finished": "Finished", "dropped": "Gave up"}
AGAIN = {"started": "Started again", "finished": "Finished again"}
TIMES = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
PERCENT = "\N{NO-BREAK SPACE}%"
# value and label of each way to count, the one that suits best first
UNITS = {
    "book": [("page", "page"), ("percent", "%"), ("hours", "hours")],
    "film": [("minutes", "minutes"), ("percent", "%")],
    "series": [("episode", "episodes"), ("percent", "%")],
    "game": [("hours", "hours"), ("percent", "%")],
    "music": [("minutes", "minutes"), ("percent", "%")],
}


class Long(Protocol):
    """How long the work is, where the catalog knows."""

    @property
    def pages(self) -> int | None: ...
    @property
    def minutes(self) -> int | None: ...
    @property
    def episodes(self) -> int | None: ...


class Counted(Protocol):
    amount: Decimal | None
    unit: str | None


class Told(Counted, Protocol):
    kind: str
    time: int
    season: int | None
    episode: int | None


def today() -> str:
    """For a field of a day."""
    return clock.today().isoformat()


def units(item_type: str, kind: str | None = None) -> list[tuple[str, str]]:
    """`kind`: film or series."""
    return UNITS[item_type if item_type != "movie" else kind or "film"]


def happened(line: Told) -> str:
    """`Started`, `Finished again`, `page 120 of 412`."""
    if line.kind == "progress":
        return ""
    return AGAIN.get(line.kind, HAPPENED[line.kind]) if line.time > 1 else HAPPENED[line.kind]


def time(number: int) -> str:
    """`Second time`, `12th time`."""
    if number <= len(TIMES):
        return f"{TIMES[number - 1]} time"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number // 10 % 10 != 1 else "th"
    return f"{number}{ending} time"


def progress(line: Told, work: Long) -> str:
    """`page 120 of 412 (29 %)`, `1 h 30 min`, `S2 E5`; empty where nothing is said of it."""
    if line.episode is not None:
        return f"S{line.season} E{line.episode}"
    if line.amount is None:
        return ""
    match line.unit:
        case "percent":
            return f"{_plain(line.amount)}{PERCENT}"
        case "page":
            return _of("page", line.amount, work.pages)
        case "episode":
            return _of("episode", line.amount, work.episodes)
    whole = work.minutes if work.minutes and line.amount <= work.minutes else None
    return duration(line.amount) + (f" of {duration(whole)}{_share(line.amount, whole)}" if whole else "")


def beyond(line: Counted, work: Long) -> str:
    """A remark on a line that is further than the catalog knows, ` The catalog knows 412 pages; yours may have more.`;
    else empty. Editions differ, so it is no error."""
    counted = {
        "page": ("pages", work.pages, "yours may have more"),
        "episode": ("episodes", work.episodes, "there may be more by now"),
        "minutes": ("", work.minutes, "yours may be longer"),
    }
    noun, whole, perhaps = counted.get(line.unit or "", ("", None, ""))
    if not whole or line.amount is None or line.amount <= whole:
        return ""
    known = f"{whole} {noun}" if noun else duration(whole)
    return f" The catalog knows {known}; {perhaps}."


def duration(minutes: Decimal | int) -> str:
    """`45 min`, `2 h`, `1 h 30 min`."""
    hours, rest = divmod(round(minutes), 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline; of episodes seen on one day, all in one: `line` is the last, `first` the earliest."""

    line: Any
    first: Any
    count: int

    @property
    def episodes(self) -> str:
        """`S1 E1 to E8, 8 episodes`."""
        last, first = self.line, self.first
        if self.count == 1:
            return progress(last, last)
        until = f"E{last.episode}" if last.season == first.season else f"S{last.season} E{last.episode}"
        return f"S{first.season} E{first.episode} to {until}, {self.count} episodes"


def by_day(lines: Sequence[Any]) -> list[tuple[date, list[Happening]]]:
    """Each day with what happened, in the order given; episodes of one series without a note are told together."""
    days = []
    for day, told in groupby(lines, key=lambda line: line.day):
        happenings = []
        for _, each in groupby(told, key=_together):
            group = list(each)
            order = sorted(group, key=lambda line: (line.season or 0, line.episode or 0))
            happenings.append(Happening(order[-1], order[0], len(group)))
        days.append((day, happenings))
    return days


def _together(line: Any) -> object:
    if line.episode is None or line.note:
        return line.line_id
    return line.id, line.round


def _of(noun: str, amount: Decimal, whole: int | None) -> str:
    known = whole if whole and amount <= whole else None
    return f"{noun} {_plain(amount)}" + (f" of {known}{_share(amount, known)}" if known else "")


def _share(amount: Decimal, whole: int) -> str:
    return f" ({round(amount * 100 / whole)}{PERCENT})"


def _plain(amount: Decimal) -> str:
    return f"{amount:f}".removesuffix(".0")
