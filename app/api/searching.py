"""`/api/search`: the catalog's hits, and on request each outside source's."""

from litestar import Router, get

from app.api import shapes, shaping
from app.api.describing import problems, takes
from app.api.sent import Asked
from app.library import keeping
from app.search import outside
from app.search.contract import Question
from app.search.forms import SearchForm
from app.sources.asking import ask_all
from app.web.wiring import Configured, Engine, Session, SignedIn, Sources


@get("/search", summary="Find works.", operation_class=takes(query=SearchForm), responses=problems(401, 422))
async def index(
    session: Session, engine: Engine, sources: Sources, settings: Configured, viewer: SignedIn, asked: Asked
) -> shapes.Found:
    """A source that is slow, broken or without a key costs only its own panel, which says so."""
    form = SearchForm.read(asked)
    answer = await engine.search(Question(text=form.q, type=form.type, page=form.page))
    panels = None
    if form.outside:
        panels = await outside.panels(session, viewer.id, await ask_all(sources.values(), form.q, form.type))
    entries = await keeping.entries_on(session, viewer.id, [hit.id for hit in answer.hits])
    return shaping.found(settings, answer, entries, panels)


router = Router("/", route_handlers=[index], tags=["search"])
