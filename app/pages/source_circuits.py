"""`/ops/sources`: how the sources do, for the operator, and whether one is asked at all."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath

from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.ops.overseeing import oversee
from app.search import overseeing
from app.sources.source import Source
from app.web.page import Page, changed
from app.web.signed_in import only_the_operator
from app.web.wiring import Engine, Session, SignedIn, Sources


@get("/")
async def index(session: Session, viewer: SignedIn, sources: Sources, engine: Engine) -> Page:
    return Page(
        "ops/sources.html",
        sources=await oversee(session, sources.values()),
        search=await overseeing.oversee(session, engine),
    )


@post("/{source:str}/circuit", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, sources: Sources, source: FromPath[str]
) -> Response[Any]:
    one = named(sources, source)
    await one.circuits.hold(session, one.name)
    return await _changed(session, request, one, f"{one.label} is switched off. Nobody asks it.")


@delete("/{source:str}/circuit", status_code=200)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, sources: Sources, source: FromPath[str]
) -> Response[Any]:
    one = named(sources, source)
    await one.circuits.close(session, one.name)
    return await _changed(session, request, one, f"{one.label} is asked again.")


def named(sources: dict[str, Source], name: str) -> Source:
    """Raises `NotFound`."""
    if name not in sources:
        raise NotFound
    return sources[name]


async def _changed(session: AsyncSession, request: Request[Any, Any, Any], one: Source, said: str) -> Response[Any]:
    (source,) = await oversee(session, [one])
    then = f"/ops/sources#source-{one.name}"
    return changed(request, "ops/_source.html", then=then, said=said, source=source, here=True)


router = Router("/ops/sources", route_handlers=[index, create, destroy], guards=[only_the_operator])
