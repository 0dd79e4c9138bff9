"""`/api/search`: the one list over the catalog and, on request, the outside sources."""

import asyncio
from dataclasses import replace
from typing import Any

from litestar import Response, Router, get

from app.api import shapes, shaping
from app.api.describing import needs, problems, takes
from app.search import rows
from app.search.fan_out import NOTHING
from app.search.forms import SearchForm
from app.search.operators import read_box
from app.search.quota import OverQuota
from app.web.limits import SEARCHES
from app.web.wiring import Asked, Asking, Configured, Engine, Session, SignedIn


@get(
    "/search",
    summary="Find works.",
    operation_class=takes(query=SearchForm),
    responses=problems(401, 422, 429),
    limit=SEARCHES,
    **needs("search"),
)
async def index(
    session: Session, engine: Engine, fan_out: Asking, settings: Configured, viewer: SignedIn, asked: Asked
) -> Response[shapes.Found]:
    """A source that is slow, broken or without a key costs only what it knows, and `sources` says so."""
    form = SearchForm.read(asked)
    box = read_box(form.q)
    question = box.question(viewer=viewer.id, page=form.page)
    question = replace(question, type=question.type or form.type)
    asking: Any = fan_out.within(question, viewer.id) if form.outside else asyncio.sleep(0, NOTHING)
    answer, outside = await asyncio.gather(engine.search(question), asking)
    if outside.quota and outside.quota.wait:
        raise OverQuota(outside.quota)
    one = await rows.listed(session, viewer.id, question, answer, outside)
    listed = rows.rows(one, without=await fan_out.told_before(question) if form.outside else ())
    found = shaping.found(settings, answer, listed, box.problems, outside if form.outside else None)
    return Response(found, headers=outside.quota.headers if outside.quota else {})


router = Router("/", route_handlers=[index], tags=["search"])
