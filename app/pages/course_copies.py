"""`/menus/{id}/courses/copies`: a course once more, right after it."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromPath

from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.menus import composing
from app.menus.forms import CopyForm
from app.pages.menus import courses_changed, courses_refused
from app.web.forms import FormState
from app.web.wiring import Session, SignedIn, Typed


@post("/", status_code=200)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    try:
        copy = await composing.duplicate_course(session, viewer.id, id_, CopyForm.read(form).course)
    except Invalid as error:
        return await courses_refused(session, request, viewer, id_, FormState(form, error.errors, "course-new"))
    said = f"“{copy.title}” is duplicated, right below it."
    return await courses_changed(session, request, viewer, id_, said, f"course-{copy.id}")


router = Router("/menus/{menu_id:str}/courses/copies", route_handlers=[create])
