"""Cooking a menu: following it with progress of one's own, which the cook's entries say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from app.kit import clock
from app.kit.db import AnyRow, AsyncSession, changed
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id
from app.menus.reading import FOR_EYES, GONE, WholeMenu, menu_at

PAGE = 20

START = text(f"""
    INSERT INTO menu_follows (id, user_id, menu_id, started_at)
    SELECT :id, :user_id, m.id, :now FROM menus m JOIN users u ON u.id = m.owner_id
    WHERE m.slug = :slug AND {FOR_EYES}
    ON CONFLICT (user_id, menu_id) DO UPDATE SET finished_at = NULL
    RETURNING menu_id
""")
FINISH = text("""
    UPDATE menu_follows f SET finished_at = coalesce(f.finished_at, :now)
    FROM menus m WHERE m.id = f.menu_id AND m.slug = :slug AND f.user_id = :user_id
""")
STOP = text("""
    DELETE FROM menu_follows f USING menus m
    WHERE m.id = f.menu_id AND f.user_id = :user_id AND :slug IN (m.slug, CAST(f.id AS text))
""")
FOLLOW = text("SELECT id, started_at, finished_at FROM menu_follows WHERE user_id = :user_id AND menu_id = :menu_id")
# of a menu that is not public any more nothing is told but that it is followed
FOLLOWS = """
    SELECT f.id, f.started_at, f.finished_at, seen.id AS menu_id, seen.slug, seen.title, seen.author
    FROM menu_follows f JOIN menus m ON m.id = f.menu_id
    LEFT JOIN LATERAL (
        SELECT m.id, m.slug, m.title, u.name AS author FROM users u WHERE u.id = m.owner_id AND {eyes}
    ) AS seen ON true
    WHERE f.user_id = :user_id {after}
    ORDER BY f.id DESC
    LIMIT :at_most
"""
FIRST = text(FOLLOWS.format(eyes=FOR_EYES, after=""))
AFTER = text(FOLLOWS.format(eyes=FOR_EYES, after="AND f.id < :after"))
SERVED = text("""
    SELECT c.menu_id, c.title, array_remove(array_agg(s.item_id), NULL) AS items
    FROM courses c LEFT JOIN course_items s ON s.course_id = c.id
    WHERE c.menu_id = ANY(:menus)
    GROUP BY c.id
    ORDER BY c.menu_id, c.position
""")


@dataclass(frozen=True, slots=True)
class Progress:
    """Of a course, or of a whole menu: `done` works of how many."""

    title: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Cooked:
    """`row`: id, times, and slug, title and author, which are null while the menu is not public."""

    row: AnyRow
    courses: list[AnyRow] = field(default_factory=list)

    def progress(self, done: Collection[UUID]) -> list[Progress]:
        """As `progress_in`."""
        return [_progress(course.title, course.items, done) for course in self.courses]


async def start(session: AsyncSession, user_id: UUID, slug: str) -> UUID:
    """The menu's id. Safe to ask twice; what was finished begins again. Raises `NotFound`, `Moved`."""
    wanted = {"id": new_id(), "user_id": user_id, "slug": slug, "now": clock.now()}
    menu_id: UUID | None = await session.scalar(START, wanted) if "\0" not in slug else None
    if menu_id is None:
        await menu_at(session, slug, user_id)  # it may have moved
        raise NotFound(GONE)
    return menu_id


async def finish(session: AsyncSession, user_id: UUID, slug: str) -> None:
    """Safe to ask twice. Raises `NotFound` for what is not cooked, `Moved`."""
    if not await _told(session, FINISH, user_id, slug):
        await menu_at(session, slug, user_id)
        raise NotFound("You are not cooking this menu.")


async def stop(session: AsyncSession, user_id: UUID, slug: str) -> bool:
    """Whether it was cooked. The entries stay. What is hidden has the follow's own id for its `slug`."""
    return bool(await _told(session, STOP, user_id, slug))


async def follow_of(session: AsyncSession, user_id: UUID, menu_id: UUID) -> AnyRow | None:
    """Which it is, and when I began and finished, if I cook it."""
    return (await session.execute(FOLLOW, {"user_id": user_id, "menu_id": menu_id})).one_or_none()


async def cooked_by(
    session: AsyncSession, user_id: UUID, *, after: UUID | None = None, at_most: int = PAGE
) -> tuple[Sequence[Cooked], UUID | None]:
    """What I cook, begun last first, and which to ask after for the next page, if there is one. Two statements."""
    wanted = {"user_id": user_id, "at_most": at_most + 1} | ({"after": after} if after else {})
    rows = (await session.execute(AFTER if after else FIRST, wanted)).all()
    menus = {row.menu_id: Cooked(row) for row in rows[:at_most] if row.menu_id}
    for course in await session.execute(SERVED, {"menus": list(menus)}):
        menus[course.menu_id].courses.append(course)
    cooked = [menus.get(row.menu_id) or Cooked(row) for row in rows[:at_most]]
    return cooked, rows[at_most - 1].id if len(rows) > at_most else None


def progress_in(menu: WholeMenu, done: Collection[UUID]) -> list[Progress]:
    """By course; `done` are the works the cook is done with."""
    return [_progress(course.title, [row.item_id for row in course.items], done) for course in menu.courses]


def _progress(title: str, items: Sequence[UUID], done: Collection[UUID]) -> Progress:
    return Progress(title, sum(item in done for item in items), len(items))


async def _told(session: AsyncSession, statement: object, user_id: UUID, slug: str) -> int:
    if "\0" in slug:
        return 0
    wanted = {"user_id": user_id, "slug": slug}
    return await changed(session, statement, wanted | ({"now": clock.now()} if statement is FINISH else {}))  # type: ignore[arg-type]
