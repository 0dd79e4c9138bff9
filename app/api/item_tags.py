"""`/api/items/{id}/tags`: my tags on an item."""

from collections.abc import Iterable
from typing import Any

from litestar import Router, delete, get, post
from litestar.params import FromPath

from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.api.tag_shapes import Tag
from app.catalog import reading
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.library import tagging
from app.library.tag_forms import ItemTagForm
from app.web.wiring import Session, SignedIn


@get("/", summary="My tags on an item.", responses=problems(401, 404), **needs("library:read"))
async def index(session: Session, viewer: SignedIn, item_id: FromPath[UUID]) -> list[Tag]:
    return await _on(session, viewer.id, item_id)


@post(
    "/",
    status_code=200,
    summary="Put a tag on an item, by its name.",
    operation_class=takes(body=ItemTagForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs("library:write"),
)
async def create(session: Session, viewer: SignedIn, item_id: FromPath[UUID], sent: Sent) -> list[Tag]:
    """The tag is made if there is none of this name. The answer has all tags of the item."""
    await tagging.put_on(session, viewer.id, item_id, ItemTagForm.read(sent).name)
    return await _on(session, viewer.id, item_id)


@delete("/{tag_id:uuid}", summary="Take a tag off an item.", responses=problems(401, 404), **needs("library:write"))
async def destroy(session: Session, viewer: SignedIn, item_id: FromPath[UUID], tag_id: FromPath[UUID]) -> None:
    await tagging.tag_of(session, viewer.id, tag_id)
    item = await reading.card(session, item_id)
    await tagging.take_off(session, viewer.id, [item.id], tag_id)


async def _on(session: AsyncSession, user_id: UUID, item_id: UUID) -> list[Tag]:
    item = await reading.card(session, item_id)
    rows: Iterable[Any] = (await tagging.around(session, user_id, item.id)).tags
    return [Tag(id=row.id, name=row.name, colour=row.colour, is_shared=row.is_shared) for row in rows]


router = Router("/items/{item_id:uuid}/tags", route_handlers=[index, create, destroy], tags=["library"])
