"""`/api/items` and `/api/ingest`: works of the catalog, and taking them in from outside."""

from datetime import datetime

from litestar import Response, Router, get, post
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.created import created_or_found
from app.api.describing import also, needs, problems, takes
from app.api.matching import tagged
from app.api.sent import Sent
from app.catalog import reading
from app.catalog.holding import kept_as
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.library import keeping
from app.search.forms import IngestForm, TakeForm
from app.search.taking import ingest, take
from app.web.scoped import require
from app.web.wiring import Configured, Session, SignedIn, Sources

THERE = also(200, shapes.Item, "The catalog has it already: as it stands.")


@post(
    "/items",
    summary="Make an item of a preview.",
    operation_class=takes(body=TakeForm),
    responses=problems(401, 404, 413, 415, 422) | THERE,
    **needs("catalog:write"),
)
async def create(
    session: Session, sources: Sources, settings: Configured, viewer: SignedIn, sent: Sent
) -> Response[shapes.Item]:
    form, asked_at = TakeForm.read(sent), clock.now()
    if form.keep:
        require(viewer, "library:write")
    item_id, _ = await take(session, sources, form.preview)
    if form.keep:
        await keeping.keep(session, viewer.id, item_id)
    return await _taken(session, settings, viewer.id, item_id, asked_at)


@post(
    "/ingest/{source:str}",
    summary="Take in a work by its id at a source.",
    operation_class=takes(body=IngestForm),
    responses=problems(401, 404, 413, 415, 422, 503) | THERE,
    **needs("catalog:write"),
)
async def create_from(
    session: Session, sources: Sources, settings: Configured, viewer: SignedIn, source: FromPath[str], sent: Sent
) -> Response[shapes.Item]:
    form, asked_at = IngestForm.read(sent), clock.now()
    item_id = await ingest(session, sources, source, form.external_id)
    return await _taken(session, settings, viewer.id, item_id, asked_at)


@get(
    "/items/{item_id:uuid}",
    summary="An item, with what is known of it and my entry.",
    responses=problems(401, 404),
    **needs("search"),
)
async def show(
    session: Session, settings: Configured, viewer: SignedIn, item_id: FromPath[UUID]
) -> Response[shapes.Item]:
    """Of one that was merged into another, the other. In the catalog's words, whatever I have chosen to see instead.
    The `ETag` is the version of its words, not of my entry."""
    try:
        whole = await reading.item(session, item_id)
    except NotFound:
        whole = await reading.item(session, await kept_as(session, item_id))
    mine = await keeping.entry_of(session, viewer.id, whole.id)
    return tagged(shaping.item(settings, whole, mine), whole.version)


async def _taken(
    session: AsyncSession, settings: Settings, user_id: UUID, item_id: UUID, asked_at: datetime
) -> Response[shapes.Item]:
    whole = await reading.item(session, item_id)
    shape = shaping.item(settings, whole, await keeping.entry_of(session, user_id, item_id))
    return created_or_found(shape, f"/api/items/{item_id}", made_at=whole.created_at, asked_at=asked_at)


router = Router("/", route_handlers=[create, create_from, show], tags=["items"])
