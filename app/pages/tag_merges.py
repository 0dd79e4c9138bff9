"""`/tags/{id}/merges`: two tags that mean the same become one."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromPath

from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.library import tagging
from app.library.tag_forms import MergeForm
from app.pages.tags import edited
from app.web.forms import FormState
from app.web.page import see_other
from app.web.wiring import Session, SignedIn, Typed


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, tag_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(tag_id)
    try:
        gone, kept = await tagging.merge(session, viewer.id, id_, MergeForm.read(form).into)
    except Invalid as error:
        return await edited(session, viewer, id_, FormState(form, error.errors, "merge"))
    return see_other(request, "/tags", said=f"What was {gone} is {kept} now.")


router = Router("/tags/{tag_id:str}/merges", route_handlers=[create])
