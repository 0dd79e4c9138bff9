"""`/api/items/{id}/cover`: the picture of a work that was added by hand."""

from typing import Any

from litestar import Request, Response, Router, delete, put
from litestar.exceptions import ClientException
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.describing import needs, problems
from app.api.matching import tagged
from app.catalog import reading
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.library import keeping
from app.ops.rewriting import writable
from app.sources import hand_covers
from app.sources.covering import Covers
from app.sources.hand_covers import FILE_MAX
from app.sources.pictures import OWN_TYPES
from app.web.limits import PICTURES
from app.web.wiring import Configured, Session, SignedIn

WRITES = problems(401, 403, 404, 413, 415, 422)


class PictureBody(Operation):
    """The picture itself is the body."""

    def __post_init__(self) -> None:
        content = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
        self.request_body = RequestBody(content=dict.fromkeys(OWN_TYPES, content), required=True)


@put(
    "/{item_id:uuid}/cover",
    summary="Put a cover on a work.",
    limit=PICTURES,
    request_max_body_size=FILE_MAX,
    operation_class=PictureBody,
    responses=WRITES,
    **needs("catalog:write"),
)
async def update(
    session: Session, request: Request[Any, Any, Any], settings: Configured, viewer: SignedIn, item_id: FromPath[UUID]
) -> Response[shapes.Item]:
    """By whoever may write over its words. A JPEG, a PNG or a WebP of 20 megapixels and 8 MB at most; it is drawn anew,
    and where it was taken is not kept."""
    item = await writable(session, viewer.id, item_id, is_operator=viewer.is_operator)
    if request.content_type[0].lower() not in OWN_TYPES:
        raise ClientException("Send the picture as the body (image/jpeg, image/png or image/webp).", status_code=415)
    covers: Covers = request.app.state.covers
    own = await hand_covers.drawn(covers, await request.body(), item.type)
    await hand_covers.put(session, item_id, own)
    return await _shown(session, settings, viewer.id, item_id)


@delete(
    "/{item_id:uuid}/cover",
    summary="Take such a cover off.",
    status_code=200,
    responses=problems(401, 403, 404),
    **needs("catalog:write"),
)
async def destroy(
    session: Session, settings: Configured, viewer: SignedIn, item_id: FromPath[UUID]
) -> Response[shapes.Item]:
    """What a source shows comes in its place, if any does."""
    await writable(session, viewer.id, item_id, is_operator=viewer.is_operator)
    await hand_covers.take_off(session, item_id)
    return await _shown(session, settings, viewer.id, item_id)


async def _shown(session: AsyncSession, settings: Settings, user_id: UUID, item_id: UUID) -> Response[shapes.Item]:
    whole = await reading.item(session, item_id)
    mine = await keeping.entry_of(session, user_id, item_id)
    return tagged(shaping.item(settings, whole, mine), whole.version)


router = Router("/items", route_handlers=[update, destroy], tags=["items"])
