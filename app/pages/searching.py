"""`/search`: the catalog's hits in the first byte, then the outside ones as each source answers.

The list is one part of the page (`search/_found.html`), and everything renders that: the page itself, each event of
the stream, and the answer to those who can only ask again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from litestar import Request, Router, get
from litestar.params import FromQuery
from litestar.response import ServerSentEvent, ServerSentEventMessage

from app.accounts.signing_in import Viewer
from app.catalog.candidates import ITEM_TYPES, ItemType
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID, parse_id
from app.kit.trouble import database_is_down
from app.menus import reading
from app.menus.reading import ServedCourse, WholeMenu
from app.pages.filtering import is_narrowed, sections
from app.search import rows
from app.search.contract import PAGES_MAX, TEXT_MAX, Answer, Question
from app.search.fan_out import FanOut, Outside
from app.search.members import Group
from app.search.merging import steady
from app.search.operators import Box, read_box
from app.web.limits import SEARCHES
from app.web.page import Page, render
from app.web.wiring import Asking, Engine, Session, SignedIn, Stored

TOO_LONG = f"That is too long to look for: use {TEXT_MAX} characters or fewer."
PAUSE = 0.6  # seconds a stream must have lasted before it asks: who types on has closed it by then
TRIES = 3  # polls after which an answer is not to be waited for
FULL = 10  # hits of one source after which it may have more

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """The course that hits can be added to, where the search is part of the editor."""

    url: str
    menu_id: UUID
    course_id: UUID
    course: str
    chosen: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed: `typed` as it stands in the box, `type` the tab. `box` is what it means."""

    typed: str
    box: Box
    question: Question
    problem: str | None = None

    @property
    def where(self) -> dict[str, Any]:
        """The query of its own address, without the page."""
        return {"q": self.typed, "type": "" if self.box.type else self.question.type or ""}

    @property
    def is_blank(self) -> bool:
        return not self.box.but().strip()


@get("/search", limit=SEARCHES)
async def index(
    session: Session,
    engine: Engine,
    fan_out: Asking,
    viewer: SignedIn,
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",  # noqa: A002 - the parameter's name in the address
    page: FromQuery[int] = 1,
    outside: FromQuery[bool] = False,
) -> Page:
    asked = asked_of(viewer, q, type, page)
    context = await found(session, engine, fan_out, viewer, asked, wait=outside)
    response = Page("search/index.html", status=422 if asked.problem else 200, adding=None, **context)
    return _with_quota(response, context.get("outside"))


@get("/search/found", limit=SEARCHES)
async def show(
    session: Session,
    engine: Engine,
    fan_out: Asking,
    viewer: SignedIn,
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",  # noqa: A002 - as above
    page: FromQuery[int] = 1,
    tries: FromQuery[int] = 1,
    menu: FromQuery[str] = "",
    course: FromQuery[str] = "",
) -> Page:
    """For those whom no stream reaches: has asked what is not known, and answers with what is."""
    asked = asked_of(viewer, q, type, page)
    adding = await _adding(session, viewer, menu, course)
    if tries > TRIES:
        outside = await fan_out.remembered(asked.question, lost=True)
    else:
        outside = await fan_out.begin(asked.question, viewer.id)
    answer = await engine.search(asked.question)
    context = await listed(session, fan_out, viewer, asked, answer, outside)
    response = Page("search/_found.html", part=True, adding=adding, tries=tries + 1, **context)
    return _with_quota(response, outside)


@get("/search/stream", limit=SEARCHES)
async def stream(
    request: Request[Any, Any, Any],
    database: Stored,
    engine: Engine,
    fan_out: Asking,
    viewer: SignedIn,
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",  # noqa: A002 - as above
    page: FromQuery[int] = 1,
    menu: FromQuery[str] = "",
    course: FromQuery[str] = "",
) -> ServerSentEvent:
    """The list again whenever a source has answered. No connection of the database is held while it waits.

    It lasts some eight seconds at most, so it needs no pings.
    """
    asked = asked_of(viewer, q, type, page)
    async with database.reading() as session:
        adding = await _adding(session, viewer, menu, course)

    async def told() -> AsyncIterator[ServerSentEventMessage]:
        shown: Sequence[Group] = ()
        yield ServerSentEventMessage(comment="here", data=None)
        await asyncio.sleep(PAUSE)
        try:
            answer = await engine.search(asked.question)
            async with aclosing(fan_out.arriving(asked.question, viewer.id)) as arriving:
                async for outside in arriving:
                    async with database.reading() as session:
                        context = await listed(session, fan_out, viewer, asked, answer, outside, shown)
                    shown = context["groups"]
                    context |= {"adding": adding, "tries": 1}
                    yield ServerSentEventMessage(data=render(request, "search/_found.html", context, part=True))
        except Exception as error:
            if not database_is_down(error):
                raise
            log.warning("a stream ends early, the database does not answer: %s", error.__class__.__name__)
            return  # not done: whoever still listens comes again
        yield ServerSentEventMessage(event="done", data="")

    return ServerSentEvent(told(), headers={"Cache-Control": "no-store"})


async def found(
    session: AsyncSession, engine: Engine, fan_out: FanOut, viewer: Viewer, asked: Asked, *, wait: bool
) -> dict[str, Any]:
    """What search pages show. Only those without JavaScript `wait` for the sources."""
    if asked.problem or asked.is_blank:
        return {"asked": asked, "question": asked.question}
    outside = fan_out.within(asked.question, viewer.id) if wait else fan_out.remembered(asked.question)
    answer, known = await asyncio.gather(engine.search(asked.question), outside)
    return await listed(session, fan_out, viewer, asked, answer, known) | {"tries": 1, "waited": wait}


async def listed(
    session: AsyncSession,
    fan_out: FanOut,
    viewer: Viewer,
    asked: Asked,
    answer: Answer,
    outside: Outside,
    shown: Sequence[Group] = (),
) -> dict[str, Any]:
    """What the list is drawn from. Rows keep the names they had when they were `shown` before."""
    one = await rows.listed(session, viewer.id, asked.question, answer, outside)
    one = replace(one, groups=steady(one.groups, shown)) if shown else one
    earlier = await fan_out.told_before(asked.question)
    more = any(report.hits >= FULL for report in outside.reports)
    return {
        "asked": asked,
        "question": asked.question,
        "answer": answer,
        "narrowed": is_narrowed(asked.box),
        "filters": partial(sections, asked.box, asked.where["type"], asked.question.type, answer.facets),
        "outside": outside,
        "groups": one.groups,
        "rows": rows.rows(one, without=earlier),
        "pages": min(max(answer.pages, answer.page + more), PAGES_MAX),
    }


def asked_of(viewer: Viewer, typed: str, item_type: str = "", page: int = 1) -> Asked:
    """A type there is not is no filter; a page there is not is the nearest."""
    problem = TOO_LONG if len(typed.strip()) > TEXT_MAX else None
    box = read_box(typed[:TEXT_MAX].strip())
    kind: ItemType | None = next((known for known in ITEM_TYPES if known == item_type), None)
    filters = {"type": box.type or kind, "viewer": viewer.id, "page": min(max(page, 1), PAGES_MAX)}
    question = Question(
        text=box.text,
        by=box.by,
        tag=box.tag,
        source=box.source,
        years=box.years,
        mark=box.mark,
        sort=box.sort,
        **filters,  # type: ignore[arg-type]  # each of its own type
    )
    return Asked(typed=typed.strip(), box=box, question=question, problem=problem)


async def _adding(session: AsyncSession, viewer: Viewer, menu: str, course: str) -> Adding | None:
    if not (menu and course):
        return None
    mine = await reading.menu_of(session, viewer.id, parse_id(menu))
    return adding_to(*course_of(mine, parse_id(course)))


def _with_quota(response: Page, outside: Outside | None) -> Page:
    if outside and outside.quota:
        response.headers.update(outside.quota.headers)
    return response


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


router = Router("/", route_handlers=[index, show, stream])
