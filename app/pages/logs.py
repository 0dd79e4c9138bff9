"""`/log`: what I did with what, day by day; the year in squares, in numbers, and how it goes with my goals."""

from typing import Any

from litestar import Router, get
from litestar.params import FromQuery

from app.catalog.candidates import ITEM_TYPES
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.library import timeline
from app.library.heat_map import heat_map
from app.web import log_words, words
from app.web.page import Page
from app.web.templating import query
from app.web.wiring import Session, SignedIn

YEARS = range(1900, 3000)


@get("/log")
async def index(
    session: Session,
    viewer: SignedIn,
    year: FromQuery[str] = "",
    type: FromQuery[str] = "",  # noqa: A002 - the parameter's name in the address
    after: FromQuery[str] = "",
) -> Page:
    chosen = read_year(year)
    item_type = type if type in ITEM_TYPES else ""
    lines, last = await timeline.lines(session, viewer.id, year=chosen, item_type=item_type or None, after=after)
    asked = {"year": chosen if year else "", "type": item_type}
    return Page(
        "library/log.html",
        days=log_words.by_day(lines),
        filters=asked,
        is_first=not after,
        next=f"/log{query(asked | {'after': last})}" if last else None,
        form=None,
        **await year_shown(session, viewer.id, chosen),
    )


async def year_shown(session: AsyncSession, user_id: UUID, number: int) -> dict[str, Any]:
    """A year with its goals, as the page and what changes goals show it."""
    year = await timeline.year_of(session, user_id, number)
    goals = {goal.type or "": goal for goal in year.goals}
    return {
        "year": year,
        "years": sorted({*year.years, clock.today().year, number}, reverse=True),
        "map": heat_map(number, year.days),
        "goals": goals,
        "goal_types": [("", "All together"), *words.MANY.items()],
    }


def read_year(said: str) -> int:
    """This one, where none is said that could be."""
    number = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else 0
    return number if number in YEARS else clock.today().year


router = Router("/", route_handlers=[index])
