"""`/api/library/changes`: what was done to many entries, and undoing it."""

from litestar import Router, delete
from litestar.params import FromPath

from app.api.describing import needs, problems
from app.api.shelf_shapes import Undone
from app.kit.ids import UUID
from app.library import changing_back
from app.web.wiring import Session, SignedIn


@delete(
    "/{change_id:uuid}",
    status_code=200,
    summary="Undo a change of many entries.",
    responses=problems(401, 404),
    **needs("library:write"),
)
async def destroy(session: Session, viewer: SignedIn, change_id: FromPath[UUID]) -> Undone:
    """For a day, and of the last twenty. Safe to ask twice."""
    undone = await changing_back.undo(session, viewer.id, change_id)
    return Undone(restored=undone.restored, left=undone.left)


router = Router("/library/changes", route_handlers=[destroy], tags=["library"])
