"""`/items/{id}/tags`: putting a tag on an item, and taking it off."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.catalog import reading
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import UUID, parse_id
from app.library import tagging
from app.library.tag_forms import ItemTagForm
from app.pages.items import shown
from app.web.forms import FormState
from app.web.page import changed, refused
from app.web.wiring import Session, SignedIn, Typed

PARTIAL = "library/_tags.html"


@post("/", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = (await reading.card(session, parse_id(item_id))).id
    try:
        name = ItemTagForm.read(form).name
        await tagging.put_on(session, viewer.id, id_, name)
    except Invalid as error:
        page = await shown(session, viewer, id_)
        return refused(
            request, PARTIAL, whole="items/show.html", **page | {"form": FormState(form, error.errors, "tags")}
        )
    return await _changed(session, request, viewer, id_, f"Tagged {name}.")


@delete("/{tag_id:str}", status_code=200)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    item_id: FromPath[str],
    tag_id: FromPath[str],
) -> Response[Any]:
    tag = await tagging.tag_of(session, viewer.id, parse_id(tag_id))
    id_ = (await reading.card(session, parse_id(item_id))).id
    await tagging.take_off(session, viewer.id, [id_], tag.id)
    return await _changed(session, request, viewer, id_, f"{tag.name} taken off.")


async def _changed(
    session: AsyncSession, request: Request[Any, Any, Any], viewer: Viewer, item_id: UUID, said: str
) -> Response[Any]:
    item = await reading.card(session, item_id)
    tagged = await tagging.around(session, viewer.id, item.id)
    return changed(request, PARTIAL, then=f"/items/{item.id}#tags", said=said, form=None, item=item, tagged=tagged)


router = Router("/items/{item_id:str}/tags", route_handlers=[create, destroy])
