"""A menu locked for a change, and what stands on it. Found through its owner: what is not theirs is `NotFound`."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import select

from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.forms import Form
from app.kit.ids import UUID
from app.kit.meeting import met
from app.menus.models import Course, CourseItem, Menu, Pairing
from app.menus.reading import GONE

F = TypeVar("F", bound=Form)

MENU = select(Menu).with_for_update().execution_options(populate_existing=True)
COURSE = select(Course).execution_options(populate_existing=True)
COURSE_ITEM = select(CourseItem).execution_options(populate_existing=True)


async def held(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Menu:
    """Locked until the transaction ends."""
    menu = await session.scalar(MENU.where(Menu.id == menu_id, Menu.owner_id == owner_id))
    if menu is None:
        raise NotFound(GONE)
    return menu


async def changing(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Menu:
    """Held, and told that it changes."""
    menu = await held(session, owner_id, menu_id)
    touch(menu)
    return menu


def met_since(worded: Menu | Course | CourseItem | Pairing, form: F, since: int | None, was: Mapping[str, str]) -> F:
    """As `meeting.met`, where its words were changed after that version of the menu; else the form. Raises `Stale`."""
    if since is None or worded.words_version <= since:
        return form
    return met(form, {name: getattr(worded, name) for name in type(form).model_fields}, was)


def touch(menu: Menu) -> None:
    menu.version += 1
    menu.updated_at = clock.now()


async def course_on(session: AsyncSession, menu_id: UUID, course_id: UUID) -> Course:
    course = await session.scalar(COURSE.where(Course.id == course_id, Course.menu_id == menu_id))
    if course is None:
        raise NotFound("There is no such course on this menu.")
    return course


async def served_on(
    session: AsyncSession, menu_id: UUID, course_item_id: UUID, course_id: UUID | None = None
) -> CourseItem:
    found = COURSE_ITEM.join(Course).where(CourseItem.id == course_item_id, Course.menu_id == menu_id)
    if course_id:
        found = found.where(Course.id == course_id)
    served = await session.scalar(found)
    if served is None:
        raise NotFound("There is no such item in this course.")
    return served
