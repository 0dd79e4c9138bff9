"""`/api/library`: what I keep, the newest first, and my entry on each item."""

from urllib.parse import urlencode

from litestar import Response, Router, delete, get, put
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.created import created_or_found
from app.api.describing import REPLACES, also, needs, problems, takes
from app.api.matching import Expected, tag, tagged
from app.api.sent import Sent
from app.api.shelf_shapes import Changed
from app.catalog import reading
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.library import changing_many, keeping, looking, shelving
from app.library.forms import EntryForm
from app.library.shelf_forms import ManyForm, ShelfForm
from app.web.episodes import want_if_series
from app.web.wiring import Asked, Configured, Jobs, Session, SignedIn, Stored


@get(
    "/",
    summary="My entries, the newest first unless asked otherwise.",
    operation_class=takes(query=ShelfForm),
    responses=problems(401, 422),
    **needs("library:read"),
)
async def index(database: Stored, settings: Configured, viewer: SignedIn, asked: Asked) -> shapes.Library:
    form = ShelfForm.read(asked)
    async with database.direct.one() as connection:
        rows, last = await shelving.page(connection, viewer.id, form, columns="whole")
        around = await shelving.around(connection, viewer.id, form)
    return shapes.Library(
        entries=[shaping.entry(settings, row, row) for row in rows],
        counts=dict(around.counts),  # type: ignore[arg-type]  # types of items
        next="/api/library?" + urlencode(looking.said_by(form) | {"after": last}) if last else None,
    )


@put(
    "/",
    summary="One mark of many entries.",
    operation_class=takes(body=ManyForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs("library:write"),
)
async def update_many(session: Session, viewer: SignedIn, sent: Sent) -> Changed:
    """Items that were not kept are, for a status, a rating or a favourite; those the catalog does not have are passed
    over. It needs no version: nothing but the one mark is written over."""
    change = await changing_many.change(session, viewer.id, ManyForm.read(sent))
    return Changed(changed=change.number, undo=change.id)


@get("/{item_id:uuid}", summary="My entry on an item.", responses=problems(401, 404), **needs("library:read"))
async def show(
    session: Session, settings: Configured, viewer: SignedIn, item_id: FromPath[UUID]
) -> Response[shapes.Entry]:
    item = await reading.card(session, item_id)
    row = await keeping.entry_of(session, viewer.id, item.id)
    if row is None:
        raise NotFound("This item is not in your library.")
    return tagged(shaping.entry(settings, item, row), row.version, row.created_at)


@put(
    "/{item_id:uuid}",
    summary="Keep an item, with these marks on it.",
    operation_class=takes(body=EntryForm, replaces=True),
    responses=problems(401, 404, 413, 415, 422)
    | REPLACES
    | also(201, shapes.Entry, "It was not in the library before."),
    **needs("library:write"),
)
async def update(
    session: Session,
    settings: Configured,
    viewer: SignedIn,
    expected: Expected,
    queue: Jobs,
    item_id: FromPath[UUID],
    sent: Sent,
) -> Response[shapes.Entry]:
    """The whole entry: a mark that is left out is unmade. What is not in the library yet needs no version."""
    form, asked_at = EntryForm.read(sent), clock.now()
    item = await reading.card(session, item_id)
    kept = await keeping.held(session, viewer.id, item.id)
    version, made_at = (kept.version, kept.created_at) if kept else (None, None)
    expected.hold(version, made_at)
    row = await keeping.mark(session, viewer.id, item.id, form, since=version or 0)
    await want_if_series(session, queue, item.id)
    shape = shaping.entry(settings, item, row)
    there = f"/api/library/{item.id}"
    return tag(created_or_found(shape, there, made_at=row.created_at, asked_at=asked_at), row.version, row.created_at)


@delete(
    "/{item_id:uuid}", summary="Take an item out of my library.", responses=problems(401, 404), **needs("library:write")
)
async def destroy(session: Session, viewer: SignedIn, item_id: FromPath[UUID]) -> None:
    item = await reading.card(session, item_id)
    await keeping.let_go(session, viewer.id, item.id)


router = Router("/library", route_handlers=[index, update_many, show, update, destroy], tags=["library"])
