"""`/ops/tags`: tags the operator offers to everybody."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.kit.db import AsyncSession
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, parse_id
from app.library import tagging
from app.library.tag_forms import TagForm
from app.pages.tags import chosen
from app.web.forms import FormState, state_of, status_of, version_in
from app.web.page import Page, see_other
from app.web.signed_in import only_the_operator
from app.web.wiring import Session, Typed

HERE = "/ops/tags"


@get("/")
async def index(session: Session) -> Page:
    return await _listed(session)


@post("/", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], form: Typed) -> Response[Any]:
    try:
        wanted = TagForm.read(form)
        await tagging.create(session, None, wanted)
    except Invalid as error:
        return await _listed(session, FormState(form, error.errors))
    return see_other(request, HERE, said=f"{wanted.name} is a tag for everybody.")


@get("/{tag_id:str}/edit")
async def edit(session: Session, tag_id: FromPath[str]) -> Page:
    return await _edited(session, parse_id(tag_id))


@put("/{tag_id:str}", status_code=303)
async def update(
    session: Session, request: Request[Any, Any, Any], tag_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(tag_id)
    try:
        tag = await tagging.change(session, None, id_, TagForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        return await _edited(session, id_, state_of(form, error, "tag"))
    return see_other(request, HERE, said=f"{tag.name} is saved.")


@delete("/{tag_id:str}", status_code=303)
async def destroy(session: Session, request: Request[Any, Any, Any], tag_id: FromPath[str]) -> Response[Any]:
    name = await tagging.discard(session, None, parse_id(tag_id))
    return see_other(request, HERE, said=f"The tag {name} is gone, from everybody's items.")


async def _listed(session: AsyncSession, form: FormState | None = None) -> Page:
    return Page("ops/tags.html", status=status_of(form), tags=await tagging.shared_tags(session), form=form, **chosen())


async def _edited(session: AsyncSession, tag_id: UUID, form: FormState | None = None) -> Page:
    tag = next((each for each in await tagging.shared_tags(session) if each.id == tag_id), None)
    if tag is None:
        raise NotFound(tagging.GONE)
    return Page("tags/edit.html", status=status_of(form), tag=tag, others=[], form=form, **chosen())


router = Router(HERE, route_handlers=[index, create, edit, update, destroy], guards=[only_the_operator])
