"""Reading the log: an item's own lines, the days of everything, and the numbers of a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import text

from app.catalog.reading import CARD
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.library.rounds import TIMES

PAGE = 50
ON_ITEM = 30  # lines on the page of an item; the log has all of them
LINE = "l.id, l.kind, l.day, l.round, l.amount, l.unit, l.season, l.episode, l.note, l.version"
# how long it is, where the catalog knows
LENGTHS = """
    (SELECT f.pages FROM book_items f WHERE f.item_id = i.id) AS pages,
    (SELECT f.runtime_minutes FROM movie_items f WHERE f.item_id = i.id AND f.kind = 'film') AS minutes,
    (SELECT f.episodes FROM movie_items f WHERE f.item_id = i.id AND f.kind = 'series') AS episodes
"""
LINES = f"""
    WITH page AS MATERIALIZED (
        SELECT l.* FROM user_item_logs l JOIN media_items i ON i.id = l.item_id
        WHERE l.user_id = :user_id {{filters}}
        ORDER BY l.day DESC, l.id DESC
        LIMIT :at_most
    ), times AS ({TIMES.format(of="IN (SELECT item_id FROM page)")})
    SELECT {CARD}, {LINE.replace("l.id", "l.id AS line_id")}, t.time, {LENGTHS}, e.title AS episode_title
    FROM page l JOIN media_items i ON i.id = l.item_id
        JOIN times t ON t.item_id = l.item_id AND t.round = l.round
        LEFT JOIN series_episodes e ON e.item_id = l.item_id AND e.season = l.season AND e.number = l.episode
    ORDER BY l.day DESC, l.id DESC
"""
FILTERS = {
    "item_type": "AND i.type = :item_type",
    "item_id": "AND l.item_id = :item_id",
    "year": "AND l.day >= make_date(:year, 1, 1) AND l.day < make_date(:year + 1, 1, 1)",
    "after": "AND (l.day, l.id) < (:after_day, :after_id)",
}
# episodes have a list of their own on the page of a series
OF_ITEM = text(f"""
    WITH times AS ({TIMES.format(of="= :item_id")})
    SELECT
        (SELECT jsonb_agg(to_jsonb(line)) FROM (SELECT {LINE}, t.time FROM user_item_logs l JOIN times t USING (round)
            WHERE l.user_id = :user_id AND l.item_id = i.id AND (l.episode IS NULL OR l.note <> '')
            ORDER BY t.time DESC, l.day DESC, l.id DESC LIMIT :at_most) AS line) AS lines,
        (SELECT to_jsonb(gone) FROM (SELECT r.id, r.kept ->> 'kind' AS kind, r.kept ->> 'day' AS day FROM removed_logs r
            WHERE r.user_id = :user_id AND r.item_id = i.id AND r.removed_at > now() - interval '1 day'
            ORDER BY r.removed_at DESC LIMIT 1) AS gone) AS removed,
        (SELECT jsonb_build_array(time, was_started, is_over) FROM times ORDER BY time DESC LIMIT 1) AS last_round,
        {LENGTHS}
    FROM media_items i WHERE i.id = :item_id
""")
TIMES_OF_ITEM = text(f"SELECT round, time FROM ({TIMES.format(of='= :item_id')}) AS t ORDER BY time")
YEAR = text("""
    WITH mine AS (
        SELECT l.day, l.kind, l.episode, l.item_id, i.type FROM user_item_logs l JOIN media_items i ON i.id = l.item_id
        WHERE l.user_id = :user_id AND l.day >= make_date(:year, 1, 1) AND l.day < make_date(:year + 1, 1, 1)
    )
    SELECT
        (SELECT jsonb_object_agg(day, number)
            FROM (SELECT day, count(*) AS number FROM mine GROUP BY day) AS d) AS days,
        (SELECT jsonb_object_agg(type, number) FROM (SELECT type, count(DISTINCT item_id) AS number FROM mine
            WHERE kind = 'finished' GROUP BY type) AS f) AS finished,
        (SELECT count(*) FROM mine WHERE episode IS NOT NULL) AS episodes,
        (SELECT jsonb_agg(jsonb_build_object('type', g.type, 'target', g.target, 'version', g.version,
            'created_at', g.created_at) ORDER BY g.type NULLS FIRST)
            FROM goals g WHERE g.user_id = :user_id AND g.year = :year) AS goals,
        (SELECT jsonb_agg(y) FROM (SELECT date_part('year', min(day))::int AS since,
                date_part('year', max(day))::int AS until FROM user_item_logs WHERE user_id = :user_id) AS l,
            generate_series(since, until) AS y
            WHERE EXISTS (SELECT 1 FROM user_item_logs WHERE user_id = :user_id
                AND day >= make_date(y, 1, 1) AND day < make_date(y + 1, 1, 1))) AS years
""")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of one item's log. `time`: which time through, in the order of the days."""

    id: UUID
    kind: str
    day: date
    round: int
    time: int
    amount: Decimal | None
    unit: str | None
    season: int | None
    episode: int | None
    note: str
    version: int


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken off last, for a day."""

    id: UUID
    kind: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLog:
    """The last time through first, of each the newest lines first, the first few; `rounds`: which time the last is, 0
    where there is none."""

    lines: Sequence[Line]
    has_more: bool
    removed: Removed | None
    rounds: int
    is_under_way: bool
    may_start: bool
    pages: int | None
    minutes: int | None
    episodes: int | None


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    type: str | None
    target: int
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """`days`: how much was logged on each day that has anything; `finished`: how many works, by type; `years`: all that
    have lines."""

    year: int
    days: Mapping[date, int]
    finished: Mapping[str, int]
    episodes: int
    goals: Sequence[Goal]
    years: Sequence[int]

    def done(self, goal: Goal) -> int:
        return self.finished.get(goal.type, 0) if goal.type else sum(self.finished.values())


async def lines(
    session: AsyncSession,
    user_id: UUID,
    *,
    item_type: str | None = None,
    item_id: UUID | None = None,
    year: int | None = None,
    after: str = "",
    at_most: int = PAGE,
) -> tuple[Sequence[AnyRow], str | None]:
    """The newest day first, and where the next page begins, if there is one. Raises `NotFound` for an `after` that is
    none."""
    wanted: dict[str, Any] = {"item_type": item_type, "item_id": item_id, "year": year, "after": after}
    given = {name: value for name, value in wanted.items() if value}
    statement = text(LINES.format(filters=" ".join(FILTERS[name] for name in given)))
    if given.pop("after", None):
        given |= _place(after)
    rows = (await session.execute(statement, given | {"user_id": user_id, "at_most": at_most + 1})).all()
    if len(rows) <= at_most:
        return rows, None
    last = rows[at_most - 1]
    return rows[:at_most], f"{last.day.isoformat()}.{last.line_id}"


async def of_item(session: AsyncSession, user_id: UUID, item_id: UUID) -> ItemLog:
    """Raises `NotFound`."""
    asked = {"user_id": user_id, "item_id": item_id, "at_most": ON_ITEM + 1}
    row = (await session.execute(OF_ITEM, asked)).one_or_none()
    if row is None:
        raise NotFound("This item is not in the catalog.")
    return log_in(row)


def log_in(row: AnyRow) -> ItemLog:
    """A row of `OF_ITEM`, read."""
    found = msgspec.convert(row.lines or [], list[Line])
    rounds, was_started, is_over = row.last_round or (0, False, True)
    return ItemLog(
        lines=found[:ON_ITEM],
        has_more=len(found) > ON_ITEM,
        removed=msgspec.convert(row.removed, Removed | None),
        rounds=rounds,
        is_under_way=not is_over,
        may_start=is_over or not was_started,
        pages=row.pages,
        minutes=row.minutes,
        episodes=row.episodes,
    )


async def times_of(session: AsyncSession, user_id: UUID, item_id: UUID) -> dict[int, int]:
    """Which time through each round of it was, the first first."""
    rows: Sequence[AnyRow] = (await session.execute(TIMES_OF_ITEM, {"user_id": user_id, "item_id": item_id})).all()
    return {row.round: row.time for row in rows}


async def year_of(session: AsyncSession, user_id: UUID, year: int) -> Year:
    row = (await session.execute(YEAR, {"user_id": user_id, "year": year})).one()
    return Year(
        year=year,
        days={date.fromisoformat(day): number for day, number in (row.days or {}).items()},
        finished=row.finished or {},
        episodes=row.episodes,
        goals=msgspec.convert(row.goals or [], list[Goal]),
        years=row.years or [],
    )


def _place(after: str) -> dict[str, Any]:
    day, _, line_id = after.partition(".")
    try:
        return {"after_day": date.fromisoformat(day), "after_id": UUID(line_id)}
    except ValueError:
        raise NotFound from None
