"""Reading menus: whole, with courses and items in order, and in lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TextClause, text

from app.catalog.reading import CARD
from app.kit.db import AnyRow, AsyncSession, limited
from app.kit.errors import Moved, NotFound
from app.kit.ids import UUID
from app.menus.naming import names

PAGE = 50
GONE = "There is no such menu, or it is not public."

# in SQL as it is sent: building and caching the same from expressions costs more than Postgres takes to answer
MENU = """
    SELECT m.id, m.owner_id, m.title, m.intent, m.slug, m.version, m.published_at, m.updated_at, u.name AS author,
        (SELECT h.handle FROM host_profiles h WHERE h.user_id = m.owner_id AND h.is_public) AS author_handle,
        (SELECT jsonb_agg(jsonb_build_array(p.id, p.first_id, p.second_id, p.sentence))
            FROM menu_item_pairings p WHERE p.menu_id = m.id) AS pairings,
        l.origin_title, l.origin_author
    FROM menus m JOIN users u ON u.id = m.owner_id LEFT JOIN menu_lineage l ON l.menu_id = m.id
    WHERE {which}
"""
MINE = text(MENU.format(which="m.id = :menu_id AND m.owner_id = :user_id"))
# what somebody published is there for others as long as they are
FOR_EYES = """
    (m.owner_id = :user_id OR m.published_at IS NOT NULL AND u.closes_at IS NULL AND u.disabled_at IS NULL)
"""
VISIBLE = text(MENU.format(which=f"m.slug = :slug AND {FOR_EYES}"))
SEEN = text(MENU.format(which=f"m.id = :menu_id AND {FOR_EYES}"))
MOVED = text(f"""
    SELECT m.slug FROM menu_slugs s JOIN menus m ON m.id = s.menu_id JOIN users u ON u.id = m.owner_id
    WHERE s.slug = :slug AND m.slug <> :slug AND {FOR_EYES}
""")
COURSES = text(f"""
    SELECT c.id AS in_course, c.title AS course_title, c.intent, c.position AS course_position,
        {CARD}, coalesce(v.kind, w.kind) AS kind, s.id AS course_item_id, s.item_id, s.position, s.note
    FROM courses c
    LEFT JOIN course_items s ON s.course_id = c.id
    LEFT JOIN media_items i ON i.id = s.item_id
    LEFT JOIN movie_items v ON v.item_id = i.id
    LEFT JOIN music_items w ON w.item_id = i.id
    WHERE c.menu_id = :menu_id
    ORDER BY c.position, s.position
""")
LIST = """
    SELECT m.id, m.title, m.intent, m.slug, m.version, m.published_at, m.updated_at,
        (SELECT count(*) FROM courses c WHERE c.menu_id = m.id) AS courses,
        (SELECT count(*) FROM course_items s JOIN courses c ON c.id = s.course_id WHERE c.menu_id = m.id) AS items,
        l.origin_title, l.origin_author
    FROM menus m LEFT JOIN menu_lineage l ON l.menu_id = m.id
    WHERE m.owner_id = :user_id {after}
    ORDER BY m.updated_at DESC, m.id DESC
    LIMIT {{at_most}}
"""
FIRST, AFTER = LIST.format(after=""), LIST.format(after="AND (m.updated_at, m.id) < (:changed, :id)")


@dataclass(frozen=True, slots=True)
class ServedCourse:
    id: UUID
    title: str
    intent: str
    position: int
    items: list[AnyRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two the menu serves, in the order it serves them."""

    id: UUID
    first: AnyRow
    second: AnyRow
    sentence: str

    def other(self, course_item_id: UUID) -> AnyRow:
        return self.second if self.first.course_item_id == course_item_id else self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMenu:
    id: UUID
    owner_id: UUID
    author: str
    author_handle: str | None  # of the public profile, if there is one
    title: str
    intent: str
    slug: str
    version: int
    published_at: datetime | None
    updated_at: datetime
    origin_title: str | None  # of a fork, as it was when it was last compared
    origin_author: str | None
    courses: list[ServedCourse]
    names: Mapping[UUID, str]  # by course item, of those whose title another has too
    pairings: list[Pair]
    pairings_of: Mapping[UUID, list[Pair]]  # by course item, of those that have some

    def name(self, served: AnyRow) -> str:
        """Its title, and what tells it from others of that title."""
        return self.names.get(served.course_item_id, served.title)

    def name_of(self, course_item_id: UUID) -> str:
        served = (row for course in self.courses for row in course.items)
        return next((self.name(row) for row in served if row.course_item_id == course_item_id), "")

    @property
    def many(self) -> int:
        """How much it serves."""
        return sum(len(course.items) for course in self.courses)

    @property
    def serves_two(self) -> bool:
        """So that there is something to pair."""
        return self.many > 1


async def menu_of(session: AsyncSession, user_id: UUID, menu_id: UUID) -> WholeMenu:
    """My menu, whole. Raises `NotFound` for anybody else's."""
    return await _whole(session, MINE, {"menu_id": menu_id, "user_id": user_id})


async def menu_at(session: AsyncSession, slug: str, viewer_id: UUID | None) -> WholeMenu:
    """The published menu at this slug, or the viewer's own. Raises `NotFound`, and `Moved` if it was there once."""
    if "\0" in slug:  # Postgres has no such character
        raise NotFound(GONE)
    wanted = {"slug": slug, "user_id": viewer_id}
    try:
        return await _whole(session, VISIBLE, wanted)
    except NotFound:
        now = await session.scalar(MOVED, wanted)
        if now is None:
            raise
    raise Moved(f"/menus/{slug}", f"/menus/{now}")


async def menu_seen(session: AsyncSession, menu_id: UUID, viewer_id: UUID | None) -> WholeMenu:
    """That menu, if it is published or the viewer's own. Raises `NotFound`."""
    return await _whole(session, SEEN, {"menu_id": menu_id, "user_id": viewer_id})


async def menus_of(
    session: AsyncSession, user_id: UUID, *, after: str | None = None, at_most: int = PAGE
) -> tuple[Sequence[AnyRow], str | None]:
    """My menus, last changed first, and what to ask after for the next page, if there is one."""
    wanted: dict[str, Any] = {"user_id": user_id}
    if after:
        wanted["changed"], wanted["id"] = place_in(after)
    rows = (await session.execute(limited(AFTER if after else FIRST, at_most + 1), wanted)).all()
    if len(rows) <= at_most:
        return rows, None
    last = rows[at_most - 1]
    return rows[:at_most], place_of(last.updated_at, last.id)


def place_of(moment: datetime, id_: UUID) -> str:
    """Of a row in a list that is ordered by both, as the address of the next page says it."""
    return f"{moment.timestamp():.6f}_{id_.hex}"


def place_in(after: str) -> tuple[datetime, UUID]:
    moment, _, id_ = after.partition("_")
    try:
        return datetime.fromtimestamp(float(moment), UTC), UUID(hex=id_)
    except (ValueError, OverflowError, OSError):
        raise NotFound("This page of the list is gone. Start again from the first.") from None


async def _whole(session: AsyncSession, statement: TextClause, which: Mapping[str, Any]) -> WholeMenu:
    menu = (await session.execute(statement, which)).mappings().one_or_none()
    if menu is None:
        raise NotFound(GONE)
    courses: dict[UUID, ServedCourse] = {}
    for row in await session.execute(COURSES, {"menu_id": menu["id"]}):
        course = courses.get(row.in_course)
        if course is None:
            course = ServedCourse(row.in_course, row.course_title, row.intent, row.course_position)
            courses[course.id] = course
        if row.item_id:
            course.items.append(row)
    pairings = _paired(courses.values(), menu["pairings"] or ())
    pairings_of = defaultdict(list)
    for pair in pairings:
        pairings_of[pair.first.course_item_id].append(pair)
        pairings_of[pair.second.course_item_id].append(pair)
    called = names([row for course in courses.values() for row in course.items])
    told = dict(menu) | {"names": called, "pairings": pairings, "pairings_of": dict(pairings_of)}
    return WholeMenu(**told, courses=list(courses.values()))


def _paired(courses: Iterable[ServedCourse], told: Iterable[tuple[str, str, str, str]]) -> list[Pair]:
    """In the menu's order. What is read between two statements may name a course item that is gone: it is left out."""
    served = [row for course in courses for row in course.items]
    places = {row.course_item_id: place for place, row in enumerate(served)}
    pairs = []
    for id_, first, second, sentence in told:
        at = sorted(places[UUID(each)] for each in (first, second) if UUID(each) in places)
        if len(at) == 2:
            pairs.append((at, Pair(UUID(id_), served[at[0]], served[at[1]], sentence)))
    return [pair for _, pair in sorted(pairs, key=lambda each: each[0])]
