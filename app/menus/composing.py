"""Composing a menu: every change locks the menu first, so that orders stay whole however many hands are at it.

Access is the query: each function fetches through the owner, and what is not theirs is `NotFound`. Who writes words
over others may say `since`: the version of the menu they read. Adding and moving go with any version.
"""

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.catalog.models import MediaItem
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id
from app.menus.forms import MoveForm, NoteForm, TitleForm
from app.menus.models import COURSES_MAX, ITEMS_MAX, Course, CourseItem, Menu
from app.menus.reading import GONE
from app.menus.sharing import slug_for

MENU = select(Menu)
COURSE = select(Course)
COURSE_ITEM = select(CourseItem)
ITEM = select(MediaItem.title)


async def create(session: AsyncSession, owner_id: UUID, form: TitleForm) -> Menu:
    menu = Menu(owner_id=owner_id, title=form.title, intent=form.intent, slug=await slug_for(session, form.title))
    session.add(menu)
    await session.flush()
    return menu


async def version_of(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> int:
    """Locked until the transaction ends, so that it still is when something is changed. Raises `NotFound`."""
    return (await _locked(session, owner_id, menu_id)).version


async def rename(
    session: AsyncSession, owner_id: UUID, menu_id: UUID, form: TitleForm, *, since: int | None = None
) -> Menu:
    """The slug follows the title until the menu is first published, or a slug is chosen. Raises `Stale`."""
    menu = await _menu(session, owner_id, menu_id)
    _must_be_read(menu, form, since)
    if menu.first_published_at is None and not menu.slug_is_chosen and menu.title != form.title:
        menu.slug = await slug_for(session, form.title, menu.id)
    _word(menu, menu, form)
    await session.flush()
    return menu


async def discard(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> None:
    menu = await _menu(session, owner_id, menu_id)
    await session.execute(delete(Menu).where(Menu.id == menu.id))


async def add_course(session: AsyncSession, owner_id: UUID, menu_id: UUID, form: TitleForm) -> Course:
    """At the end. Raises `Invalid` once the menu has all it can hold."""
    menu = await _menu(session, owner_id, menu_id)
    last = await session.scalar(select(func.max(Course.position)).where(Course.menu_id == menu.id)) or 0
    if last >= COURSES_MAX:
        raise Invalid({"": f"A menu holds {COURSES_MAX} courses at most."}, form.model_dump())
    course = Course(menu_id=menu.id, position=last + 1, title=form.title, intent=form.intent)
    session.add(course)
    await session.flush()
    return course


async def rename_course(
    session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID, form: TitleForm, *, since: int | None = None
) -> Course:
    """Raises `Stale`."""
    menu, course = await _course_of(session, owner_id, menu_id, course_id)
    _must_be_read(course, form, since)
    _word(menu, course, form)
    await session.flush()
    return course


async def remove_course(session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID) -> str:
    """Its title. What came after it moves up."""
    course = await _course(session, owner_id, menu_id, course_id)
    await session.execute(delete(Course).where(Course.id == course.id))
    await _renumber(session, COURSE.where(Course.menu_id == menu_id).order_by(Course.position))
    return course.title


async def add_item(session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID, item_id: UUID) -> str:
    """The item's title; it goes to the end of the course. Adding it twice serves it once.

    Raises `NotFound` for an item the catalog does not have, `Invalid` once the course has all it can hold.
    """
    course = await _course(session, owner_id, menu_id, course_id)
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


async def annotate(
    session: AsyncSession,
    owner_id: UUID,
    menu_id: UUID,
    course_id: UUID,
    course_item_id: UUID,
    form: NoteForm,
    *,
    since: int | None = None,
) -> None:
    """Raises `Stale`."""
    menu = await _menu(session, owner_id, menu_id)
    served = await _on(session, menu_id, course_item_id, course_id)
    _must_be_read(served, form, since)
    _word(menu, served, form)
    await session.flush()


async def remove_item(
    session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID, course_item_id: UUID
) -> None:
    """What came after it moves up."""
    served = await _served(session, owner_id, menu_id, course_item_id, course_id)
    await session.execute(delete(CourseItem).where(CourseItem.id == served.id))
    await _renumber(session, COURSE_ITEM.where(CourseItem.course_id == course_id).order_by(CourseItem.position))


async def move(session: AsyncSession, owner_id: UUID, menu_id: UUID, form: MoveForm) -> tuple[int, int]:
    """One step; at the end of the row it stays. Its new place, and of how many."""
    if form.course:
        moved: Course | CourseItem = await _course(session, owner_id, menu_id, form.course)
        row: Select[Course] | Select[CourseItem] = COURSE.where(Course.menu_id == menu_id).order_by(Course.position)
    else:
        assert form.item is not None  # noqa: S101 - the form holds one of the two
        moved = await _served(session, owner_id, menu_id, form.item)
        row = COURSE_ITEM.where(CourseItem.course_id == moved.course_id).order_by(CourseItem.position)
    places: list[Course | CourseItem] = list((await session.scalars(row)).all())
    at = places.index(moved)
    to = min(max(at + (1 if form.move == "down" else -1), 0), len(places) - 1)
    places.insert(to, places.pop(at))
    for position, place in enumerate(places, 1):
        place.position = position
    await session.flush()
    return to + 1, len(places)


async def _locked(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Menu:
    mine = MENU.where(Menu.id == menu_id, Menu.owner_id == owner_id)
    menu = await session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if menu is None:
        raise NotFound(GONE)
    return menu


async def _menu(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Menu:
    """Locked, and told that it changes."""
    menu = await _locked(session, owner_id, menu_id)
    menu.version += 1
    menu.updated_at = clock.now()
    return menu


def _must_be_read(worded: Menu | Course | CourseItem, form: TitleForm | NoteForm, since: int | None) -> None:
    """Raises `Stale` if its words were changed after that version, to others than these."""
    now = {name: getattr(worded, name) for name in form.model_dump()}
    if since is not None and worded.words_version > since and now != form.model_dump():
        raise Stale(now)


def _word(menu: Menu, worded: Menu | Course | CourseItem, form: TitleForm | NoteForm) -> None:
    """A save that changes no word is nobody's conflict."""
    for name, words in form.model_dump().items():
        if getattr(worded, name) != words:
            setattr(worded, name, words)
            worded.words_version = menu.version


async def _course(session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID) -> Course:
    return (await _course_of(session, owner_id, menu_id, course_id))[1]


async def _course_of(session: AsyncSession, owner_id: UUID, menu_id: UUID, course_id: UUID) -> tuple[Menu, Course]:
    menu = await _menu(session, owner_id, menu_id)
    course = await session.scalar(COURSE.where(Course.id == course_id, Course.menu_id == menu_id))
    if course is None:
        raise NotFound("There is no such course on this menu.")
    return menu, course


async def _served(
    session: AsyncSession, owner_id: UUID, menu_id: UUID, course_item_id: UUID, course_id: UUID | None = None
) -> CourseItem:
    await _menu(session, owner_id, menu_id)
    return await _on(session, menu_id, course_item_id, course_id)


async def _on(session: AsyncSession, menu_id: UUID, course_item_id: UUID, course_id: UUID | None = None) -> CourseItem:
    found = COURSE_ITEM.join(Course).where(CourseItem.id == course_item_id, Course.menu_id == menu_id)
    if course_id:
        found = found.where(Course.id == course_id)
    served = await session.scalar(found)
    if served is None:
        raise NotFound("There is no such item in this course.")
    return served


async def _renumber(session: AsyncSession, row: Select[Course] | Select[CourseItem]) -> None:
    for position, place in enumerate((await session.scalars(row)).all(), 1):
        place.position = position
    await session.flush()
