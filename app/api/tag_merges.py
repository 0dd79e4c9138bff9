"""`/api/tags/{id}/merges`."""

from litestar import Router, post
from litestar.params import FromPath

from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.api.tag_shapes import CountedTag
from app.api.tags import shaped
from app.kit.ids import UUID
from app.library import tagging
from app.library.tag_forms import MergeForm
from app.web.wiring import Session, SignedIn


@post(
    "/",
    status_code=200,
    summary="Make a tag of mine one with another, which stays.",
    operation_class=takes(body=MergeForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs("library:write"),
)
async def create(session: Session, viewer: SignedIn, tag_id: FromPath[UUID], sent: Sent) -> CountedTag:
    into = MergeForm.read(sent).into
    await tagging.merge(session, viewer.id, tag_id, into)
    return shaped(await tagging.tag_of(session, viewer.id, into))


router = Router("/tags/{tag_id:uuid}/merges", route_handlers=[create], tags=["library"])
