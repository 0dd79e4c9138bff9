"""Reading menus: whole, with courses and items in order, and in lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from app.accounts.models import User
from app.catalog.models import MediaItem
from app.catalog.reading import CARD
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.menus.models import Course, CourseItem, Menu

PAGE = 50
GONE = "There is no such menu, or it is not public."

MENU = select(
    Menu.id,
    Menu.owner_id,
    Menu.title,
    Menu.intent,
    Menu.slug,
    Menu.version,
    Menu.published_at,
    Menu.updated_at,
    User.name.label("author"),
).join(User, User.id == Menu.owner_id)
COURSES = select(Course.id, Course.title, Course.intent, Course.position).order_by(Course.position)
SERVED = (
    select(
        *CARD,
        CourseItem.course_id,
        CourseItem.id.label("course_item_id"),
        CourseItem.item_id,
        CourseItem.position,
        CourseItem.note,
    )
    .join(MediaItem, MediaItem.id == CourseItem.item_id)
    .join(Course, Course.id == CourseItem.course_id)
    .order_by(Course.position, CourseItem.position)
)
LIST = select(
    Menu.id,
    Menu.title,
    Menu.intent,
    Menu.slug,
    Menu.version,
    Menu.published_at,
    Menu.updated_at,
    select(func.count()).where(Course.menu_id == Menu.id).scalar_subquery().label("courses"),
    select(func.count())
    .select_from(CourseItem)
    .join(Course, Course.id == CourseItem.course_id)
    .where(Course.menu_id == Menu.id)
    .scalar_subquery()
    .label("items"),
).order_by(Menu.updated_at.desc(), Menu.id.desc())
COUNT = select(func.count()).select_from(Menu)
WITH_ITEM = (
    select(Menu.title, Menu.slug)
    .join(Course, Course.menu_id == Menu.id)
    .join(CourseItem, CourseItem.course_id == Course.id)
    .distinct()
    .order_by(Menu.title)
    .limit(50)
)


@dataclass(frozen=True, slots=True)
class ServedCourse:
    id: UUID
    title: str
    intent: str
    position: int
    items: list[AnyRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMenu:
    id: UUID
    owner_id: UUID
    author: str
    title: str
    intent: str
    slug: str
    version: int
    published_at: datetime | None
    updated_at: datetime
    courses: list[ServedCourse]


async def menu_of(session: AsyncSession, user_id: UUID, menu_id: UUID) -> WholeMenu:
    """My menu, whole. Raises `NotFound` for anybody else's."""
    return await _whole(session, Menu.id == menu_id, Menu.owner_id == user_id)


async def menu_at(session: AsyncSession, slug: str, viewer_id: UUID | None) -> WholeMenu:
    """The published menu at this slug, or the viewer's own. Raises `NotFound`."""
    visible = Menu.published_at.is_not(None)
    return await _whole(session, Menu.slug == slug, visible | (Menu.owner_id == viewer_id) if viewer_id else visible)


async def menus_of(
    session: AsyncSession, user_id: UUID, *, after: str | None = None, at_most: int = PAGE
) -> tuple[Sequence[AnyRow], str | None]:
    """My menus, last changed first, and what to ask after for the next page, if there is one."""
    mine = LIST.where(Menu.owner_id == user_id).limit(at_most + 1)
    if after:
        mine = mine.where(tuple_(Menu.updated_at, Menu.id) < tuple_(*_place(after)))
    rows = (await session.execute(mine)).all()
    if len(rows) <= at_most:
        return rows, None
    last = rows[at_most - 1]
    return rows[:at_most], f"{last.updated_at.timestamp():.6f}_{last.id.hex}"


def _place(after: str) -> tuple[datetime, UUID]:
    changed, _, id_ = after.partition("_")
    try:
        return datetime.fromtimestamp(float(changed), UTC), UUID(hex=id_)
    except (ValueError, OverflowError, OSError):
        raise NotFound("This page of the list is gone. Start again from the first.") from None


async def how_many(session: AsyncSession, user_id: UUID) -> int:
    return await session.scalar(COUNT.where(Menu.owner_id == user_id)) or 0


async def menus_with(session: AsyncSession, user_id: UUID, item_id: UUID) -> Sequence[AnyRow]:
    """Title and slug of my menus that serve the item."""
    mine = WITH_ITEM.where(Menu.owner_id == user_id, CourseItem.item_id == item_id)
    return (await session.execute(mine)).all()


async def _whole(session: AsyncSession, *which: Any) -> WholeMenu:
    menu = (await session.execute(MENU.where(*which))).mappings().one_or_none()
    if menu is None:
        raise NotFound(GONE)
    courses = [ServedCourse(*row) for row in await session.execute(COURSES.where(Course.menu_id == menu["id"]))]
    by_id = {course.id: course for course in courses}
    for row in await session.execute(SERVED.where(Course.menu_id == menu["id"])):
        by_id[row.course_id].items.append(row)
    return WholeMenu(**menu, courses=courses)
