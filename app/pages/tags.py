"""`/tags`: a host's own words on items, with those the operator offers to all."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, Stale
from app.kit.ids import UUID, parse_id
from app.library import tagging
from app.library.models import COLOURS
from app.library.tag_forms import TagForm
from app.web.forms import FormState, state_of, status_of, version_in
from app.web.page import Page, see_other
from app.web.wiring import Session, SignedIn, Typed


@get("/")
async def index(session: Session, viewer: SignedIn) -> Page:
    return await _listed(session, viewer)


@post("/", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    try:
        wanted = TagForm.read(form)
        await tagging.create(session, viewer.id, wanted)
    except Invalid as error:
        return await _listed(session, viewer, FormState(form, error.errors))
    return see_other(request, "/tags", said=f"{wanted.name} is one of your tags.")


@get("/{tag_id:str}/edit")
async def edit(session: Session, viewer: SignedIn, tag_id: FromPath[str]) -> Page:
    return await edited(session, viewer, parse_id(tag_id))


@put("/{tag_id:str}", status_code=303)
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, tag_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(tag_id)
    try:
        tag = await tagging.change(session, viewer.id, id_, TagForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        return await edited(session, viewer, id_, state_of(form, error, "tag"))
    return see_other(request, "/tags", said=f"{tag.name} is saved.")


@delete("/{tag_id:str}", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, tag_id: FromPath[str]
) -> Response[Any]:
    name = await tagging.discard(session, viewer.id, parse_id(tag_id))
    return see_other(request, "/tags", said=f"The tag {name} is gone. What had it is as it was otherwise.")


async def _listed(session: AsyncSession, viewer: Viewer, form: FormState | None = None) -> Page:
    tags = await tagging.tags_of(session, viewer.id)
    return Page("tags/index.html", status=status_of(form), tags=tags, form=form, **chosen())


async def edited(session: AsyncSession, viewer: Viewer, tag_id: UUID, form: FormState | None = None) -> Page:
    """The tag's own page."""
    tag = await tagging.tag_of(session, viewer.id, tag_id)
    others = [each for each in await tagging.tags_of(session, viewer.id) if each.id != tag_id]
    return Page("tags/edit.html", status=status_of(form), tag=tag, others=others, form=form, **chosen())


def chosen() -> Mapping[str, Any]:
    """The colours there are, as a select wants them."""
    return {"colours": [(colour, colour.capitalize()) for colour in COLOURS]}


router = Router("/tags", route_handlers=[index, create, edit, update, destroy])
