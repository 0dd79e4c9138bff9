"""`/api/menus/{id}/courses/copies`."""

from litestar import Response, Router, post
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.courses import WRITES, course_of
from app.api.created import created
from app.api.describing import needs, takes
from app.api.sent import Sent
from app.kit.ids import UUID
from app.menus import composing
from app.menus.forms import CopyForm
from app.web.wiring import Configured, Session, SignedIn


@post(
    "/",
    summary="Duplicate a course, with its items and notes, right after it.",
    operation_class=takes(body=CopyForm),
    responses=WRITES,
    **needs("menus:write"),
)
async def create(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], sent: Sent
) -> Response[shapes.Course]:
    copy = await composing.duplicate_course(session, viewer.id, menu_id, CopyForm.read(sent).course)
    _, course = await course_of(session, viewer.id, menu_id, copy.id)
    return created(shaping.course(settings, course), f"/api/menus/{menu_id}/courses/{copy.id}")


router = Router("/menus/{menu_id:uuid}/courses/copies", route_handlers=[create], tags=["menus"])
