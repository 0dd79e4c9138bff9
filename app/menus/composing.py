"""Composing a menu: every change locks the menu first, so that orders stay whole however many hands are at it.

Access is the query: each function fetches through the owner, and what is not theirs is `NotFound`. Who writes words
over others may say `since`: the version of the menu they read, and what each field `was` (`meeting.met`). Adding goes
with any version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.catalog.holding import hold, hold_all
from app.catalog.models import MediaItem
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, new_id
from app.kit.meeting import UNSAID
from app.menus import pairing, undoing
from app.menus.arranging import courses_in_order, items_in_order, write_courses, write_items
from app.menus.forms import NoteForm, TitleForm
from app.menus.holding import changing, course_on, held, met_since, served_on, touch
from app.menus.models import COURSES_MAX, ITEMS_MAX, Course, CourseItem, Menu
from app.menus.ordering import placed
from app.menus.reading import menu_of
from app.menus.removal_models import Removal
from app.menus.sharing import slug_for

ITEM = select(MediaItem.title)
SERVED = select(CourseItem).execution_options(populate_existing=True)
WORKS = select(CourseItem.item_id).join(Course)
PLACES = select(CourseItem.item_id, CourseItem.position)
SERVE = text("""
    INSERT INTO course_items (id, course_id, item_id, position, created_at, updated_at)
    SELECT w.id, :course_id, w.item_id, :last + w.place, now(), now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:item_ids AS uuid[])) WITH ORDINALITY AS w (id, item_id, place)
""")


@dataclass(frozen=True, slots=True)
class Added:
    """To a course and its menu, by their titles: how many came, were there already, and are no more in the catalog."""

    menu: str
    course: str
    number: int
    there: int
    gone: int


async def create(session: AsyncSession, owner_id: UUID, form: TitleForm) -> Menu:
    menu = Menu(owner_id=owner_id, title=form.title, intent=form.intent, slug=await slug_for(session, form.title))
    session.add(menu)
    await session.flush()
    return menu


async def version_of(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> int:
    """Locked until the transaction ends, so that it still is when something is changed. Raises `NotFound`."""
    return (await held(session, owner_id, menu_id)).version


async def rename(
    session: AsyncSession,
    owner_id: UUID,
    menu_id: UUID,
    form: TitleForm,
    *,
    since: int | None = None,
    was: Mapping[str, str] = UNSAID,
) -> Menu:
    """The slug follows the title until the menu is first published, or a slug is chosen. Raises `Stale`."""
    menu = await changing(session, owner_id, menu_id)
    form = met_since(menu, form, since, was)
    if menu.first_published_at is None and not menu.slug_is_chosen and menu.title != form.title:
        menu.slug = await slug_for(session, form.title, menu.id)
    _word(menu, menu, form)
    await session.flush()
    return menu


async def discard(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Removal:
    menu = await held(session, owner_id, menu_id)
    removal = await undoing.keep(session, owner_id, menu_id, "menu", menu.id, menu.title)
    await session.execute(delete(Menu).where(Menu.id == menu.id))
    return removal


async def add_course(session: AsyncSession, owner_id: UUID, menu_id: UUID, form: TitleForm) -> Course:
    """At the end. Raises `Invalid` once the menu has all it can hold."""
    menu = await changing(session, owner_id, menu_id)
    last = await session.scalar(select(func.max(Course.position)).where(Course.menu_id == menu.id)) or 0
    if last >= COURSES_MAX:
        raise Invalid({"": f"A menu holds {COURSES_MAX} courses at most."}, form.model_dump())
    course = Course(menu_id=menu.id, position=last + 1, title=form.title, intent=form.intent)
    session.add(course)
    await session.flush()
    return course


async def rename_course(
    session: AsyncSession,
    owner_id: UUID,
    menu_id: UUID,
    course_id: UUID,
    form: TitleForm,
    *,
    since: int | None = None,
    was: Mapping[str, str] = UNSAID,
) -> Course:
    """Raises `Stale`."""
    menu, course = await _course_of(session, owner_id, menu_id, course_id)
    form = met_since(course, form, since, was)
    _word(menu, course, form)
    await session.flush()
    return course


async def remove_course(session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID) -> Removal:
    """What came after it moves up."""
    menu, course = await _course_of(session, owner_id, menu_id, course_id)
    removal = await undoing.keep(session, owner_id, menu.id, "course", course.id, course.title)
    await session.execute(delete(Course).where(Course.id == course.id))
    await write_courses(session, menu_id, await courses_in_order(session, menu_id))
    return removal


async def duplicate_course(session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID) -> Course:
    """After it, with its items, their notes, and the pairings within it. Raises `Invalid` once the menu is full."""
    await hold_all(session, await session.scalars(WORKS.where(Course.id == course_id, Course.menu_id == menu_id)))
    menu, course = await _course_of(session, owner_id, menu_id, course_id)
    others = await courses_in_order(session, menu.id)
    if len(others) >= COURSES_MAX:
        raise Invalid({"": f"A menu holds {COURSES_MAX} courses at most."})
    copy = Course(menu_id=menu.id, position=len(others) + 1, title=course.title, intent=course.intent)
    session.add(copy)
    await session.flush()
    again = {
        served.id: CourseItem(
            id=new_id(), course_id=copy.id, item_id=served.item_id, position=served.position, note=served.note
        )
        for served in await session.scalars(SERVED.where(CourseItem.course_id == course.id))
    }
    session.add_all(again.values())
    await session.flush()
    await pairing.copy_within(session, menu.id, {one: row.id for one, row in again.items()})
    await write_courses(session, menu.id, placed(others, copy.id, course.position + 1))
    return copy


async def add_item(session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID, item_id: UUID) -> str:
    """The item's title; it goes to the end of the course. Adding it twice serves it once.

    Raises `NotFound` for an item the catalog does not have, `Invalid` once the course has all it can hold.
    """
    item_id = await hold(session, item_id)  # before the menu: merging locks in that order
    _, course = await _course_of(session, owner_id, menu_id, course_id)
    title = await session.scalar(ITEM.where(MediaItem.id == item_id))
    if title is None:
        raise NotFound("This item is not in the catalog.")
    there = CourseItem.course_id == course.id
    if await session.scalar(select(CourseItem.id).where(there, CourseItem.item_id == item_id)):
        return title
    last = await session.scalar(select(func.max(CourseItem.position)).where(there)) or 0
    if last >= ITEMS_MAX:
        raise Invalid({"": f"A course holds {ITEMS_MAX} items at most."})
    await session.execute(
        insert(CourseItem).values(id=new_id(), course_id=course.id, item_id=item_id, position=last + 1)
    )
    return title


async def add_items(
    session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID, item_ids: Sequence[UUID]
) -> Added:
    """In this order, at the end of the course; as many statements for one as for all. Safe to ask twice.

    Raises `Invalid`, and adds none, where the course cannot hold all of them.
    """
    now = await hold_all(session, item_ids)  # before the menu: merging locks in that order
    menu = await held(session, owner_id, menu_id)
    course = await course_on(session, menu_id, course_id)
    served = await session.execute(PLACES.where(CourseItem.course_id == course.id))
    places = {row.item_id: row.position for row in served}
    wanted = dict.fromkeys(now[item_id] for item_id in item_ids if item_id in now)
    new, last = [item_id for item_id in wanted if item_id not in places], max(places.values(), default=0)
    if last + len(new) > ITEMS_MAX:
        room = f"{course.title} has room for {ITEMS_MAX - last or 'no'} more"
        them = f"{len(new)} of these {'is' if len(new) == 1 else 'are'} new to it"
        raise Invalid({"": f"{room}, and {them}: a course holds {ITEMS_MAX} items at most."})
    if new:
        touch(menu)
        rows = {"ids": [new_id() for _ in new], "item_ids": new, "course_id": course.id, "last": last}
        await session.execute(SERVE, rows)
    return Added(menu.title, course.title, len(new), len(wanted) - len(new), len({*item_ids} - now.keys()))


async def annotate(
    session: AsyncSession,
    owner_id: UUID,
    menu_id: UUID,
    course_id: UUID,
    course_item_id: UUID,
    form: NoteForm,
    *,
    since: int | None = None,
    was: Mapping[str, str] = UNSAID,
) -> None:
    """Raises `Stale`."""
    menu = await changing(session, owner_id, menu_id)
    served = await served_on(session, menu_id, course_item_id, course_id)
    form = met_since(served, form, since, was)
    _word(menu, served, form)
    await session.flush()


async def remove_item(
    session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID | None, course_item_id: UUID
) -> Removal:
    """Of that course, if one is named. What came after it moves up."""
    menu = await changing(session, owner_id, menu_id)
    served = await served_on(session, menu_id, course_item_id, course_id)
    within = served.course_id
    name = (await menu_of(session, owner_id, menu_id)).name_of(served.id)
    removal = await undoing.keep(session, owner_id, menu.id, "item", served.id, name)
    await session.execute(delete(CourseItem).where(CourseItem.id == served.id))
    await write_items(session, within, await items_in_order(session, within))
    return removal


def _word(menu: Menu, worded: Menu | Course | CourseItem, form: TitleForm | NoteForm) -> None:
    """A save that changes no word is nobody's conflict."""
    for name, words in form.model_dump().items():
        if getattr(worded, name) != words:
            setattr(worded, name, words)
            worded.words_version = menu.version


async def _course_of(session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID) -> tuple[Menu, Course]:
    menu = await changing(session, owner_id, menu_id)
    return menu, await course_on(session, menu_id, course_id)
