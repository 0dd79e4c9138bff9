"""`/goals`: how many works I want to finish in a year."""

from typing import Any

from litestar import Request, Response, Router, put

from app.kit.errors import Invalid, Stale
from app.library import goals
from app.library.log_forms import GoalForm
from app.pages.logs import read_year, year_shown
from app.web.forms import state_of, version_in
from app.web.page import changed, refused
from app.web.wiring import Session, SignedIn, Typed

PARTIAL = "library/_goals.html"


@put("/goals")
async def update(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    year = read_year(form.get("year", ""))
    try:
        await goals.set_goal(session, viewer.id, GoalForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        page = await year_shown(session, viewer.id, year)
        return refused(request, PARTIAL, whole="library/goals.html", form=state_of(form, error), **page)
    page = await year_shown(session, viewer.id, year)
    return changed(request, PARTIAL, then=f"/log?year={year}#goals", said="Saved.", form=None, **page)


router = Router("/", route_handlers=[update])
