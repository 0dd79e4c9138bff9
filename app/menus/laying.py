"""Laying a menu out as a snapshot says: rows made, changed, moved and deleted until they do.

For who holds its lock; whoever waited for that holds the works before (`catalog/holding.py`), because merging does.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select

from app.catalog.holding import hold_all
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import UUID, new_id
from app.menus.models import COURSES_MAX, ITEMS_MAX, PAIRINGS_MAX, Course, CourseItem, Menu, Pairing
from app.menus.snapshots import Snapshot, in_catalog

COURSES = select(Course).execution_options(populate_existing=True)
ITEMS = select(CourseItem).join(Course).execution_options(populate_existing=True)
PAIRINGS = select(Pairing).execution_options(populate_existing=True)


async def lay(session: AsyncSession, menu: Menu, wanted: Snapshot, ids: Mapping[str, UUID]) -> dict[str, UUID]:
    """The id of each course and course item by its key, those in `ids` and those made now. Raises `Invalid`.

    What the catalog has not any more is left out.
    """
    _must_fit(wanted)
    works = [UUID(item.item) for item in wanted.items.values()]
    wanted = in_catalog(wanted, await hold_all(session, works))
    named = {key: ids.get(key) or new_id() for key in (*(each.key for each in wanted.courses), *wanted.items)}
    courses = {row.id: row for row in await session.scalars(COURSES.where(Course.menu_id == menu.id))}
    served = {row.id: row for row in await session.scalars(ITEMS.where(Course.menu_id == menu.id))}
    _word(menu, menu, title=wanted.title, intent=wanted.intent)
    await session.execute(delete(CourseItem).where(CourseItem.id.in_(served.keys() - named.values())))
    await _lay_courses(session, menu, wanted, named, courses)
    await _lay_items(session, menu, wanted, named, served)
    await session.execute(delete(Course).where(Course.id.in_(courses.keys() - named.values())))
    await _pair(session, menu, wanted, named)
    return named


async def _lay_courses(
    session: AsyncSession, menu: Menu, wanted: Snapshot, named: Mapping[str, UUID], there: Mapping[UUID, Course]
) -> None:
    for position, course in enumerate(wanted.courses, 1):
        row = there.get(named[course.key])
        if row is None:
            row = Course(id=named[course.key], menu_id=menu.id, title="", intent="")
            session.add(row)
        row.position = position
        _word(menu, row, title=course.title, intent=course.intent)
    await session.flush()


async def _lay_items(
    session: AsyncSession, menu: Menu, wanted: Snapshot, named: Mapping[str, UUID], there: Mapping[UUID, CourseItem]
) -> None:
    for course in wanted.courses:
        for position, item in enumerate(course.items, 1):
            row = there.get(named[item.key])
            if row is None:
                row = CourseItem(id=named[item.key], item_id=UUID(item.item), note="")
                session.add(row)
            row.course_id, row.position = named[course.key], position
            _word(menu, row, note=item.note)
    await session.flush()


async def _pair(session: AsyncSession, menu: Menu, wanted: Snapshot, named: Mapping[str, UUID]) -> None:
    rows = await session.scalars(PAIRINGS.where(Pairing.menu_id == menu.id))
    there = {(row.first_id, row.second_id): row for row in rows}
    kept = set()
    for pairing in wanted.pairings:
        first, second = sorted(named[key] for key in pairing.ends)
        row = there.get((first, second))
        if row is None:
            row = Pairing(menu_id=menu.id, first_id=first, second_id=second, sentence="")
            session.add(row)
        kept.add((first, second))
        _word(menu, row, sentence=pairing.sentence)
    gone = [row.id for ends, row in there.items() if ends not in kept]
    await session.execute(delete(Pairing).where(Pairing.id.in_(gone)))
    await session.flush()


def _word(menu: Menu, row: Menu | Course | CourseItem | Pairing, **words: str) -> None:
    for name, said in words.items():
        if getattr(row, name) != said:
            setattr(row, name, said)
            row.words_version = menu.version


def _must_fit(wanted: Snapshot) -> None:
    bounds: tuple[tuple[Collection[object], int, str], ...] = (
        (wanted.courses, COURSES_MAX, f"A menu holds {COURSES_MAX} courses at most."),
        (wanted.pairings, PAIRINGS_MAX, f"A menu holds {PAIRINGS_MAX} pairings at most."),
        *((course.items, ITEMS_MAX, f"A course holds {ITEMS_MAX} items at most.") for course in wanted.courses),
    )
    for row, most, sentence in bounds:
        if len(row) > most:
            raise Invalid({"": sentence})
