"""`/ops/invitations`: links that let people register. Each is shown once."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath

from app.accounts import inviting
from app.accounts.forms import InvitationForm
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.web.page import Page, see_other
from app.web.refusing import refused_whole
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Session, SignedIn, Typed

PLACE, TEMPLATE = "/ops/invitations", "ops/invitations.html"


@get("/")
async def index(session: Session, viewer: SignedIn) -> Page:
    return Page(TEMPLATE, form=None, link="", **await _shown(session))


@post("/", status_code=200, guards=[only_the_sure])
async def create(session: Session, viewer: SignedIn, form: Typed) -> Page:
    try:
        link = await inviting.invite(session, viewer.id, InvitationForm.read(form))
    except Invalid as error:
        return refused_whole(TEMPLATE, form, error, link="", **await _shown(session))
    return Page(TEMPLATE, form=None, link=link, **await _shown(session))


@delete("/{invitation_id:str}", status_code=303)
async def destroy(
    session: Session, viewer: SignedIn, request: Request[Any, Any, Any], invitation_id: FromPath[str]
) -> Response[Any]:
    await inviting.withdraw(session, parse_id(invitation_id), viewer.id)
    return see_other(request, PLACE, said="Withdrawn. Its link does not work any more.")


async def _shown(session: AsyncSession) -> dict[str, Any]:
    return {"invitations": await inviting.open_ones(session)}


router = Router(PLACE, route_handlers=[index, create, destroy], guards=[only_the_operator])
