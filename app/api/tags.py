"""`/api/tags`: my words on items, with those the operator offers to all."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery

from app.api.created import created
from app.api.describing import REPLACES, needs, problems, takes
from app.api.matching import Expected, tagged
from app.api.sent import Sent
from app.api.tag_shapes import CountedTag, CountedTags
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.library import tagging
from app.library.tag_forms import TagForm
from app.web.wiring import Session, SignedIn


def shaped(row: Any) -> CountedTag:
    return CountedTag(id=row.id, name=row.name, colour=row.colour, is_shared=row.is_shared, items=row.items)


@get("/", summary="My tags and the shared ones, by name.", responses=problems(401, 404), **needs("library:read"))
async def index(session: Session, viewer: SignedIn, after: FromQuery[str] = "") -> CountedTags:
    """`after` is where the page before ended: follow `next` instead of making one."""
    rows, last = await tagging.page_of_tags(session, viewer.id, after=after)
    next_ = "/api/tags?" + urlencode({"after": last}) if last else None
    return CountedTags(tags=[shaped(row) for row in rows], next=next_)


@post(
    "/",
    summary="Make a tag.",
    operation_class=takes(body=TagForm),
    responses=problems(401, 413, 415, 422),
    **needs("library:write"),
)
async def create(session: Session, viewer: SignedIn, sent: Sent) -> Response[CountedTag]:
    tag_id = await tagging.create(session, viewer.id, TagForm.read(sent))
    return created(shaped(await tagging.tag_of(session, viewer.id, tag_id)), f"/api/tags/{tag_id}")


@get("/{tag_id:uuid}", summary="A tag.", responses=problems(401, 404), **needs("library:read"))
async def show(session: Session, viewer: SignedIn, tag_id: FromPath[UUID]) -> Response[CountedTag]:
    row = await tagging.tag_of(session, viewer.id, tag_id)
    return tagged(shaped(row), row.version)


@put(
    "/{tag_id:uuid}",
    summary="Name and colour of a tag of mine.",
    operation_class=takes(body=TagForm, replaces=True),
    responses=problems(401, 404, 413, 415, 422) | REPLACES,
    **needs("library:write"),
)
async def update(
    session: Session, viewer: SignedIn, expected: Expected, tag_id: FromPath[UUID], sent: Sent
) -> Response[CountedTag]:
    """A colour that is left out is none."""
    form = TagForm.read(sent)
    row = await tagging.tag_of(session, viewer.id, tag_id)
    if row.is_shared:
        raise NotFound(tagging.GONE)
    await tagging.change(session, viewer.id, tag_id, form, since=expected.hold(row.version))
    row = await tagging.tag_of(session, viewer.id, tag_id)
    return tagged(shaped(row), row.version)


@delete(
    "/{tag_id:uuid}",
    summary="Delete a tag of mine; it comes off whatever it is on.",
    responses=problems(401, 404),
    **needs("library:write"),
)
async def destroy(session: Session, viewer: SignedIn, tag_id: FromPath[UUID]) -> None:
    await tagging.discard(session, viewer.id, tag_id)


router = Router("/tags", route_handlers=[index, create, show, update, destroy], tags=["library"])
