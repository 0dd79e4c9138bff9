"""Where things stand: courses on their menu, items in their course. Positions run from 1 without a gap."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text

from app.kit.db import AsyncSession
from app.kit.errors import Conflict
from app.kit.ids import UUID
from app.menus.forms import MoveForm
from app.menus.holding import changing, course_on, served_on
from app.menus.models import ITEMS_MAX
from app.menus.ordering import placed, stepped, without

COURSES = text("SELECT id FROM courses WHERE menu_id = :within ORDER BY position")
ITEMS = text("SELECT id FROM course_items WHERE course_id = :within ORDER BY position")
ALIKE = text("SELECT id FROM course_items WHERE course_id = :course AND item_id = :item AND id <> :id")
WRITE = """
    UPDATE {table} t SET {within} = :within, position = o.place, updated_at = now()
    FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS o(id, place)
    WHERE t.id = o.id AND (t.{within}, t.position) IS DISTINCT FROM (:within, o.place)
"""
WRITE_COURSES = text(WRITE.format(table="courses", within="menu_id"))
WRITE_ITEMS = text(WRITE.format(table="course_items", within="course_id"))


class Moved(NamedTuple):
    """Its place now, of how many, and in which course; a course is in none."""

    place: int
    of: int
    course: str = ""


async def move(session: AsyncSession, owner_id: UUID, menu_id: UUID, form: MoveForm) -> Moved:
    """One step, or to a place; at the end of the row it stays. Raises `Conflict` where a course cannot take it."""
    await changing(session, owner_id, menu_id)
    if form.course:
        course = await course_on(session, menu_id, form.course)
        row = await courses_in_order(session, menu_id)
        row = stepped(row, course.id, form.move) if form.move else placed(row, course.id, form.to or len(row))
        await write_courses(session, menu_id, row)
        return Moved(row.index(course.id) + 1, len(row))
    assert form.item is not None  # noqa: S101 - the form holds one of the two
    return await _move_item(session, menu_id, form.item, form)


async def _move_item(session: AsyncSession, menu_id: UUID, course_item_id: UUID, form: MoveForm) -> Moved:
    served = await served_on(session, menu_id, course_item_id)
    course = await course_on(session, menu_id, form.course_to or served.course_id)
    row = await items_in_order(session, course.id)
    if course.id != served.course_id:
        if await session.scalar(ALIKE, {"course": course.id, "item": served.item_id, "id": served.id}):
            raise Conflict(f"{course.title} serves this already.")
        if len(row) >= ITEMS_MAX:
            raise Conflict(f"{course.title} is full: a course holds {ITEMS_MAX} items at most.")
        left = without(await items_in_order(session, served.course_id), served.id)
        await write_items(session, served.course_id, left)
    row = stepped(row, served.id, form.move) if form.move else placed(row, served.id, form.to or ITEMS_MAX)
    await write_items(session, course.id, row)
    return Moved(row.index(served.id) + 1, len(row), course.title)


async def courses_in_order(session: AsyncSession, menu_id: UUID) -> list[UUID]:
    return list((await session.scalars(COURSES, {"within": menu_id})).all())


async def items_in_order(session: AsyncSession, course_id: UUID) -> list[UUID]:
    return list((await session.scalars(ITEMS, {"within": course_id})).all())


async def write_courses(session: AsyncSession, menu_id: UUID, row: Sequence[UUID]) -> None:
    await session.flush()
    await session.execute(WRITE_COURSES, {"within": menu_id, "ids": list(row)})


async def write_items(session: AsyncSession, course_id: UUID, row: Sequence[UUID]) -> None:
    await session.flush()
    await session.execute(WRITE_ITEMS, {"within": course_id, "ids": list(row)})
