"""`/search`: the catalog's hits at once, and each outside source's as it answers."""

from dataclasses import dataclass
from typing import Any

from litestar import Router, get
from litestar.params import FromPath, FromQuery

from app.accounts.signing_in import Viewer
from app.catalog.candidates import ITEM_TYPES, ItemType
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID, parse_id
from app.library import keeping
from app.menus import reading
from app.menus.reading import ServedCourse, WholeMenu
from app.search import outside
from app.search.contract import PAGES_MAX, TEXT_MAX, Question
from app.sources.asking import ask, ask_all
from app.web.page import Page
from app.web.wiring import Engine, Session, SignedIn, Sources

TOO_LONG = f"That is too long to look for: use {TEXT_MAX} characters or fewer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """The course that hits can be added to, where the search is part of the editor."""

    url: str
    menu_id: UUID
    course_id: UUID
    course: str
    chosen: frozenset[UUID]


@get("/search")
async def index(
    session: Session,
    engine: Engine,
    sources: Sources,
    viewer: SignedIn,
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",  # noqa: A002 - the parameter's name in the address
    page: FromQuery[int] = 1,
    outside: FromQuery[bool] = False,
) -> Page:
    context = await found(session, engine, sources, viewer, q, type, page, ask_outside=outside)
    entries = await keeping.entries_on(session, viewer.id, [hit.id for hit in context["answer"].hits])
    status = 422 if context["problem"] else 200
    return Page("search/index.html", status=status, entries=entries, adding=None, **context)


@get("/search/outside/{source:str}")
async def show(
    session: Session,
    sources: Sources,
    viewer: SignedIn,
    source: FromPath[str],
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",  # noqa: A002 - as above
    menu: FromQuery[str] = "",
    course: FromQuery[str] = "",
) -> Page:
    asked = sources.get(source)
    if asked is None:
        raise NotFound(f"There is no source called {source}.")
    question = question_of(q, type)
    answer = await ask(asked, question.text[:TEXT_MAX], question.type)
    panel = (await outside.panels(session, viewer.id, [answer]))[0]
    adding = None
    if menu and course:
        mine = await reading.menu_of(session, viewer.id, parse_id(menu))
        adding = adding_to(*course_of(mine, parse_id(course)))
    return Page("search/_outside.html", part=True, panel=panel, question=question, adding=adding)


async def found(
    session: AsyncSession,
    engine: Engine,
    sources: Sources,
    viewer: Viewer,
    text: str,
    item_type: str,
    page: int = 1,
    *,
    ask_outside: bool,
) -> dict[str, Any]:
    """What search pages show. Without JavaScript the sources are asked here, under one deadline."""
    question = question_of(text, item_type, page)
    problem = TOO_LONG if len(question.text) > TEXT_MAX else None
    answer = await engine.search(question_of(text[:TEXT_MAX], item_type, page))
    asked = [source for source in sources.values() if question.type is None or question.type in source.types]
    panels = None
    if ask_outside and question.text and not problem:
        panels = await outside.panels(session, viewer.id, await ask_all(asked, question.text, question.type))
    return {"question": question, "answer": answer, "sources": asked, "outside": panels, "problem": problem}


def question_of(text: str, item_type: str, page: int = 1) -> Question:
    """A type there is not is no filter; a page there is not is the nearest."""
    kind: ItemType | None = next((known for known in ITEM_TYPES if known == item_type), None)
    return Question(text=text.strip(), type=kind, page=min(max(page, 1), PAGES_MAX))


def course_of(menu: WholeMenu, course_id: UUID) -> tuple[WholeMenu, ServedCourse]:
    """Raises `NotFound` for another menu's course."""
    course = next((course for course in menu.courses if course.id == course_id), None)
    if course is None:
        raise NotFound("There is no such course on this menu.")
    return menu, course


def adding_to(menu: WholeMenu, course: ServedCourse) -> Adding:
    return Adding(
        url=f"/menus/{menu.id}/courses/{course.id}/items",
        menu_id=menu.id,
        course_id=course.id,
        course=course.title,
        chosen=frozenset(row.item_id for row in course.items),
    )


router = Router("/", route_handlers=[index, show])
