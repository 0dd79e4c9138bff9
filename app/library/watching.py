"""Series: which episodes somebody has seen this time through, and which is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec
from sqlalchemy import text

from app.catalog.candidates import MovieFacts
from app.catalog.episodes import FRESH
from app.catalog.reading import CARD, Item
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession, changed
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id
from app.library import log_keeping
from app.library.log_forms import LogForm, SeenForm
from app.library.rounds import TIMES

WHOLE = 300  # episodes that a page shows at once; of longer series, one season
LATELY = timedelta(days=182)  # that a series done has to have gone on within, to be told
NO_EPISODES = "Nobody told us of these episodes."

CURRENT = f"SELECT * FROM ({TIMES.format(of='= :item_id')}) AS t ORDER BY time DESC LIMIT 1"
ROUND = f"coalesce((SELECT round FROM ({CURRENT}) AS c), 1)"
# of each season how much there is and how much is seen; and, of a long series, the episodes of one
GUIDE = text(f"""
    WITH current AS ({CURRENT}), known AS (
        SELECT e.season, e.number, e.title, e.aired, s.day AS seen_on, count(*) OVER () AS all_of_them
        FROM series_episodes e LEFT JOIN user_item_logs s ON s.user_id = :user_id AND s.item_id = e.item_id
            AND s.season = e.season AND s.episode = e.number AND s.round = (SELECT round FROM current)
        WHERE e.item_id = :item_id
    ), next_up AS (
        SELECT k.season, k.number, k.title, k.aired FROM known k
        WHERE k.seen_on IS NULL
        ORDER BY (k.season, k.number) < (
            SELECT coalesce(max(f.season), 0), coalesce(max(f.number), 0)
            FROM (SELECT season, number FROM known WHERE seen_on IS NOT NULL ORDER BY 1 DESC, 2 DESC LIMIT 1) AS f),
            1, 2 LIMIT 1
    ), chosen AS (
        SELECT coalesce(CAST(:season AS int), (SELECT season FROM next_up), 1) AS season
    )
    SELECT coalesce((SELECT round FROM current), 1) AS round, coalesce((SELECT time FROM current), 1) AS time,
        coalesce((SELECT is_over FROM current), false) AS is_over,
        (SELECT jsonb_agg(to_jsonb(s)) FROM (SELECT season, count(*) AS episodes, count(seen_on) AS seen,
            count(*) FILTER (WHERE aired > :today) AS to_come
            FROM known GROUP BY season ORDER BY season) AS s) AS seasons,
        (SELECT jsonb_agg(jsonb_build_object('season', k.season, 'number', k.number, 'title', k.title, 'aired', k.aired,
            'seen_on', k.seen_on) ORDER BY k.season, k.number) FROM known k, chosen c
            WHERE k.all_of_them <= {WHOLE} OR k.season = c.season) AS episodes,
        (SELECT to_jsonb(n) FROM next_up n) AS next_up,
        (SELECT season FROM chosen) AS open,
        (SELECT fetched_at FROM episode_guides WHERE item_id = :item_id) AS fetched_at,
        (SELECT source_name FROM episode_guides WHERE item_id = :item_id) AS source
""")
# those that have aired where more than one is meant; one that nobody told of can still be seen
WANTED = text("""
    SELECT season, number FROM series_episodes WHERE item_id = :item_id AND CASE
        WHEN :up_to THEN (season, number) <= (:season, CAST(:episode AS int))
        WHEN CAST(:episode AS int) IS NULL THEN season = :season AND (aired IS NULL OR aired <= :today)
        ELSE season = :season AND number = CAST(:episode AS int) END
    ORDER BY season, number
""")
SEE = text(f"""
    INSERT INTO user_item_logs (id, user_id, item_id, kind, day, round, season, episode, created_at, updated_at)
    SELECT new.id, :user_id, :item_id, 'progress', :day, {ROUND}, new.season, new.episode, :now, :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:seasons AS int[]), CAST(:episodes AS int[])) AS new (id, season, episode)
    ORDER BY new.season, new.episode
    ON CONFLICT DO NOTHING
""")
UNSEE = text(f"""
    SELECT id FROM user_item_logs WHERE user_id = :user_id AND item_id = :item_id AND season = :season
        AND (CAST(:episode AS int) IS NULL OR episode = :episode) AND round = {ROUND}
    ORDER BY episode
""")
# the last line of the time one is at, by season and episode
FURTHEST = """
    SELECT round, season, episode, day FROM (
        SELECT round, season, episode, day, min(day) OVER (PARTITION BY round) AS first_on FROM user_item_logs
        WHERE user_id = :user_id AND item_id = s.item_id
    ) AS l
    ORDER BY first_on DESC, round DESC, season DESC NULLS LAST, episode DESC LIMIT 1
"""
# the first one after the furthest that is seen; of a series under way, where there is none, the first that was skipped
NEXT = """
    CROSS JOIN LATERAL (
        SELECT e.season, e.number, e.title, e.aired, count(*) OVER () AS unseen FROM series_episodes e
        WHERE e.item_id = f.item_id AND e.aired <= :today AND {which}
        ORDER BY (e.season, e.number) < (coalesce(f.season, 0), coalesce(f.episode, 0)), e.season, e.number LIMIT 1
    ) n
"""
LATER = "(e.season, e.number) > (coalesce(f.season, 0), coalesce(f.episode, 0))"
UNSEEN = """
    NOT EXISTS (SELECT 1 FROM user_item_logs l WHERE l.user_id = :user_id AND l.item_id = e.item_id
        AND l.round = f.round AND l.season = e.season AND l.episode = e.number)
"""
# Of series under way, and where those are few, of those done that went on lately. Those under way are sorted before
# their episodes are looked at, so that no more of them are than are shown; those done are found by what has aired.
NEXT_UP = text(f"""
    WITH under_way AS MATERIALIZED (
        SELECT f.id, f.item_id, f.day, n.* FROM (
            SELECT s.id, s.item_id, l.round, l.season, l.episode, l.day
            FROM user_item_states s JOIN movie_items m ON m.item_id = s.item_id AND m.kind = 'series'
                LEFT JOIN LATERAL (
                    {FURTHEST}
                ) l ON true
            WHERE s.user_id = :user_id AND s.status = 'active' AND s.item_type = 'movie'
            ORDER BY l.day DESC NULLS LAST, s.id DESC
        ) f {NEXT.format(which=UNSEEN)}
        ORDER BY f.day DESC NULLS LAST, f.id DESC LIMIT :at_most
    ), aired AS MATERIALIZED (
        SELECT DISTINCT item_id FROM series_episodes
        WHERE aired > :since AND aired <= :today AND (SELECT count(*) FROM under_way) < :at_most
    ), went_on AS MATERIALIZED (
        SELECT f.id, f.item_id, f.day, n.* FROM (
            SELECT s.id, s.item_id, l.round, l.season, l.episode, l.day
            FROM aired a JOIN user_item_states s ON s.user_id = :user_id AND s.item_id = a.item_id
                CROSS JOIN LATERAL (
                    {FURTHEST}
                ) l
            WHERE s.status = 'done' AND l.episode IS NOT NULL
            ORDER BY l.day DESC, s.id DESC
        ) f {NEXT.format(which=LATER)}
        ORDER BY f.day DESC, f.id DESC LIMIT :at_most
    )
    SELECT {CARD}, f.season, f.number, f.title AS episode_title, f.aired, f.unseen
    FROM (SELECT 1 AS place, * FROM under_way UNION ALL SELECT 2, * FROM went_on) f
        JOIN media_items i ON i.id = f.item_id
    ORDER BY f.place, f.day DESC NULLS LAST, f.id DESC
    LIMIT :at_most
""")


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    season: int
    number: int
    title: str
    aired: date | None
    seen_on: date | None = None

    @property
    def has_aired(self) -> bool:
        return self.aired is None or self.aired <= clock.today()


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """`listed` is empty where the series is too long to show whole; `to_come` have not aired."""

    number: int
    episodes: int
    seen: int
    to_come: int
    is_open: bool
    listed: Sequence[Episode]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """`time`: which time through this is, in the order of the days, `is_over` when it was finished or given up.
    `fetched_at`: when a source was last asked, `source` which."""

    round: int
    time: int
    is_over: bool
    seasons: Sequence[Season]
    next_up: Episode | None
    fetched_at: datetime | None
    source: str | None

    @property
    def is_due(self) -> bool:
        return self.fetched_at is None or self.fetched_at < clock.now() - FRESH

    @property
    def seen(self) -> int:
        return sum(season.seen for season in self.seasons)

    @property
    def episodes(self) -> int:
        return sum(season.episodes for season in self.seasons)


def is_series(item: Item) -> bool:
    return isinstance(item.told, MovieFacts) and item.told.kind == "series"


async def guide(session: AsyncSession, user_id: UUID, item_id: UUID, season: int | None = None) -> Guide:
    """`season`: which one to open, else that of the next episode."""
    given = {"user_id": user_id, "item_id": item_id, "season": season, "today": clock.today()}
    row = (await session.execute(GUIDE, given)).one()
    listed = {
        number: tuple(msgspec.convert(list(each), list[Episode]))
        for number, each in groupby(row.episodes or [], key=lambda episode: episode["season"])
    }
    return Guide(
        round=row.round,
        time=row.time,
        is_over=row.is_over,
        seasons=[
            Season(
                number=each["season"],
                episodes=each["episodes"],
                seen=each["seen"],
                to_come=each["to_come"],
                is_open=each["season"] == row.open,
                listed=listed.get(each["season"], ()),
            )
            for each in row.seasons or []
        ],
        next_up=msgspec.convert(row.next_up, Episode | None),
        fetched_at=row.fetched_at,
        source=row.source,
    )


async def see(session: AsyncSession, user_id: UUID, item_id: UUID, form: SeenForm) -> tuple[int, str | None]:
    """How many were not marked before, and the entry's status if that moves it along. Raises `NotFound`."""
    item_id = await log_keeping.hold_alone(session, user_id, item_id)
    given = {"item_id": item_id, "season": form.season, "episode": form.episode, "today": clock.today()}
    found = (await session.execute(WANTED, given | {"up_to": form.up_to and form.episode is not None})).all()
    if not found:
        raise NotFound(NO_EPISODES)
    seen = {
        "ids": [new_id() for _ in found],
        "seasons": [row.season for row in found],
        "episodes": [row.number for row in found],
        "day": form.day,
    }
    whose = {"user_id": user_id, "item_id": item_id}
    number = await changed(session, SEE, seen | whose | {"now": clock.now()})
    moved_to = await log_keeping.move(session, user_id, item_id, LogForm(day=form.day)) if number else None
    return number, moved_to


async def unsee(session: AsyncSession, user_id: UUID, item_id: UUID, form: SeenForm) -> int:
    """Takes one episode, or a season, off the log of this time through: how many. They can be put back for a day."""
    given = {"user_id": user_id, "item_id": item_id, "season": form.season, "episode": form.episode}
    found = (await session.execute(UNSEE, given)).scalars().all()
    return len(await log_keeping.remove_all(session, user_id, item_id, found)) if found else 0


async def next_up(session: AsyncSession, user_id: UUID, at_most: int = 6) -> Sequence[AnyRow]:
    """Series that have an aired episode to see, those under way first, then those done that went on in the last half
    year, the one watched last first: a card of each with `season`, `number`, `episode_title`, `aired` of the next
    episode, and how many are `unseen`."""
    given = {"user_id": user_id, "today": clock.today(), "since": clock.today() - LATELY, "at_most": at_most}
    return (await session.execute(NEXT_UP, given)).all()
