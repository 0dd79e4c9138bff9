"""`/api/library/views`: views of the library that were saved."""

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.api.created import created
from app.api.describing import REPLACES, needs, problems, takes
from app.api.matching import Expected, tagged
from app.api.sent import Sent
from app.api.shelf_shapes import SavedView
from app.kit.ids import UUID
from app.library import looking, shelf_models
from app.library.shelf_forms import ViewForm
from app.web.wiring import Session, SignedIn


def shaped(row: shelf_models.SavedView) -> SavedView:
    return SavedView(id=row.id, name=row.name, query=row.query, created_at=row.created_at, updated_at=row.updated_at)


@get("/", summary="My saved views, by name.", responses=problems(401), **needs("library:read"))
async def index(session: Session, viewer: SignedIn) -> list[SavedView]:
    """All of them: there are at most 50."""
    return [shaped(row) for row in await looking.views_of(session, viewer.id)]


@post(
    "/",
    summary="Save a view.",
    operation_class=takes(body=ViewForm),
    responses=problems(401, 413, 415, 422),
    **needs("library:write"),
)
async def create(session: Session, viewer: SignedIn, sent: Sent) -> Response[SavedView]:
    """What a query says that the library does not know is left out of it."""
    view = await looking.save(session, viewer.id, ViewForm.read(sent))
    return created(shaped(view), f"/api/library/views/{view.id}")


@get("/{view_id:uuid}", summary="A saved view.", responses=problems(401, 404), **needs("library:read"))
async def show(session: Session, viewer: SignedIn, view_id: FromPath[UUID]) -> Response[SavedView]:
    view = await looking.view_of(session, viewer.id, view_id)
    return tagged(shaped(view), view.version)


@put(
    "/{view_id:uuid}",
    summary="Name and query of a saved view.",
    operation_class=takes(body=ViewForm, replaces=True),
    responses=problems(401, 404, 413, 415, 422) | REPLACES,
    **needs("library:write"),
)
async def update(
    session: Session, viewer: SignedIn, expected: Expected, view_id: FromPath[UUID], sent: Sent
) -> Response[SavedView]:
    """A query that is left out stays."""
    form = ViewForm.read(sent)
    version = (await looking.held(session, viewer.id, view_id)).version
    expected.hold(version)
    view = await looking.change(session, viewer.id, view_id, form, since=version)
    return tagged(shaped(view), view.version)


@delete("/{view_id:uuid}", summary="Delete a saved view.", responses=problems(401, 404), **needs("library:write"))
async def destroy(session: Session, viewer: SignedIn, view_id: FromPath[UUID]) -> None:
    await looking.view_of(session, viewer.id, view_id)
    await looking.discard(session, viewer.id, view_id)


router = Router("/library/views", route_handlers=[index, create, show, update, destroy], tags=["library"])
