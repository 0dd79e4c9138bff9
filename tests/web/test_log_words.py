"""What happened and how far, in words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from app.web import log_words

IDS = count()


@dataclass
class Work:
    pages: int | None = None
    minutes: int | None = None
    episodes: int | None = None


@dataclass
class Line(Work):
    id: int = 1
    line_id: int = 0
    day: date = date(2026, 5, 17)
    kind: str = "progress"
    round: int = 1
    time: int = 1
    amount: Decimal | None = None
    unit: str | None = None
    season: int | None = None
    episode: int | None = None
    note: str = ""


@pytest.mark.parametrize(
    ("amount", "unit", "work", "said"),
    [
        ("120", "page", Work(pages=412), "page 120 of 412 (29 %)"),
        ("120", "page", Work(), "page 120"),
        ("500", "page", Work(pages=412), "page 500"),  # of another edition
        ("35.5", "percent", Work(pages=412), "35.5 %"),
        ("3", "episode", Work(episodes=10), "episode 3 of 10 (30 %)"),
        ("90", "minutes", Work(minutes=155), "1 h 30 min of 2 h 35 min (58 %)"),
        ("120", "minutes", Work(), "2 h"),
        ("0", "minutes", Work(), "0 min"),
    ],
)
def test_how_far(amount: str, unit: str, work: Work, said: str) -> None:
    told = log_words.progress(Line(amount=Decimal(amount), unit=unit), work)
    assert told == said.replace(" %", "\N{NO-BREAK SPACE}%")  # no line begins with it


@pytest.mark.parametrize(
    ("amount", "unit", "work", "said"),
    [
        ("500", "page", Work(pages=412), " The catalog knows 412 pages; yours may have more."),
        ("11", "episode", Work(episodes=10), " The catalog knows 10 episodes; there may be more by now."),
        ("200", "minutes", Work(minutes=155), " The catalog knows 2 h 35 min; yours may be longer."),
        ("412", "page", Work(pages=412), ""),
        ("500", "page", Work(), ""),
        ("500", "minutes", Work(pages=412), ""),
        ("35", "percent", Work(pages=12), ""),
    ],
)
def test_what_is_further_than_the_catalog_knows_is_remarked_on(amount: str, unit: str, work: Work, said: str) -> None:
    assert log_words.beyond(Line(amount=Decimal(amount), unit=unit), work) == said
    assert log_words.beyond(Line(), work) == ""


def test_what_happened() -> None:
    assert log_words.happened(Line(kind="started")) == "Started"
    assert log_words.happened(Line(kind="started", time=2)) == "Started again"
    assert log_words.happened(Line(kind="dropped", time=2)) == "Gave up"
    said = [log_words.time(number) for number in (1, 2, 3, 4, 10, 11, 12, 21, 32, 43)]
    assert said[:4] == ["First time", "Second time", "Third time", "Fourth time"]
    assert said[4:] == ["Tenth time", "11th time", "12th time", "21st time", "32nd time", "43rd time"]


def test_a_night_of_episodes_is_one_line_and_a_note_stands_alone() -> None:
    night = [Line(line_id=next(IDS), season=1, episode=number) for number in (4, 3, 2, 1)]
    noted = Line(line_id=next(IDS), season=1, episode=5, note="What?")
    earlier = Line(line_id=next(IDS), day=date(2026, 5, 16), kind="finished", id=2)
    days = log_words.by_day([noted, *night, earlier])
    assert [(day.day, [each.count for each in told]) for day, told in days] == [(17, [1, 4]), (16, [1])]
    assert days[0][1][1].episodes == "S1 E1 to E4, 4 episodes"
    over = log_words.by_day([Line(season=2, episode=1), Line(season=1, episode=8)])
    assert over[0][1][0].episodes == "S1 E8 to S2 E1, 2 episodes"


def test_every_medium_has_its_own_way_to_count() -> None:
    kinds = (("book",), ("movie", "film"), ("movie", "series"), ("game",), ("music",))
    assert [log_words.units(*each)[0][0] for each in kinds] == ["page", "minutes", "episode", "hours", "minutes"]
