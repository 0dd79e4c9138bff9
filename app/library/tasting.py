"""The taste profile: what somebody keeps, counted by medium, decade, genre and creator, and how they rate it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from sqlalchemy import text

from app.kit.db import AsyncSession
from app.kit.ids import UUID

MOST = 12  # genres and creators shown

Row = tuple[str, int, Decimal | None]  # label, items, rating

FEWER = "lpad((10000000 - items)::text, 8, '0')"  # sorts the most first

# what they were at or through with; wishes and what they gave up say little of it
TASTE = text(f"""
    WITH mine AS (
        SELECT i.type, i.year, i.genres, i.creators, s.rating
        FROM user_item_states s JOIN media_items i ON i.id = s.item_id
        WHERE s.user_id = :user_id AND s.status IN ('active', 'paused', 'done')
            AND (:type = '' OR i.type = :type)
    ), genre AS (
        SELECT min(btrim(g)) AS label, count(*) AS items, avg(m.rating) AS rating, lower(btrim(g)) AS key
        FROM mine m, unnest(m.genres) AS g WHERE btrim(g) <> '' GROUP BY lower(btrim(g))
        ORDER BY items DESC, key LIMIT {MOST}
    ), creator AS (
        SELECT c AS label, count(*) AS items, avg(m.rating) AS rating
        FROM mine m, unnest(m.creators) AS c GROUP BY c ORDER BY items DESC, label LIMIT {MOST}
    )
    SELECT by, label, items, round(rating, 1) AS rating FROM (
        SELECT 1 AS place, 'media' AS by, type AS label, count(*) AS items, avg(rating) AS rating,
            array_position(ARRAY['book', 'movie', 'game', 'music'], type)::text AS key FROM mine GROUP BY type
        UNION ALL SELECT 2, 'decades', (year / 10 * 10)::text, count(*), avg(rating), lpad((year / 10)::text, 4, '0')
            FROM mine WHERE year > 0 GROUP BY year / 10
        UNION ALL SELECT 3, 'genres', label, items, rating, {FEWER} || key FROM genre
        UNION ALL SELECT 4, 'creators', label, items, rating, {FEWER} || label FROM creator
    ) AS counted ORDER BY place, key
""")


@dataclass(frozen=True, slots=True)
class Counted:
    """`share`: of the longest bar, in hundredths. `rating`: the mean from 0 to 10, None where nothing is rated."""

    label: str
    items: int
    share: int
    rating: Decimal | None


@dataclass(frozen=True, slots=True)
class Taste:
    """Media and decades in their order; genres and creators by how many there are."""

    media: Sequence[Counted]
    decades: Sequence[Counted]
    genres: Sequence[Counted]
    creators: Sequence[Counted]


async def taste_of(session: AsyncSession, user_id: UUID, item_type: str = "") -> Taste:
    """Of one medium, or of all."""
    found: dict[str, list[Row]] = {}
    for row in await session.execute(TASTE, {"user_id": user_id, "type": item_type}):
        found.setdefault(row.by, []).append((row.label, row.items, row.rating))
    found["decades"] = _with_gaps(found.get("decades", []))
    return Taste(*(_drawn(found.get(by, [])) for by in Taste.__slots__))


def _with_gaps(decades: Sequence[Row]) -> list[Row]:
    """With those between that are empty, where they make no more than a century."""
    whole = list(decades[:1])
    for decade in decades[1:]:
        between = range(int(whole[-1][0]) + 10, int(decade[0]), 10)
        whole += [*((str(year), 0, None) for year in between if len(between) <= 10), decade]
    return whole


def _drawn(rows: Sequence[Row]) -> list[Counted]:
    most = max((items for _, items, _ in rows), default=1)
    return [Counted(label, items, ceil(100 * items / most), rating) for label, items, rating in rows]
