"""`/settings/public`: how a host shows themselves to anybody, if they do."""

from typing import Any

from litestar import Request, Response, Router, get, put

from app.accounts import hosting
from app.accounts.hosting import HostForm
from app.kit.errors import Invalid, Stale
from app.web.forms import state_of, version_in
from app.web.page import Page, see_other
from app.web.wiring import Session, SignedIn, Typed

PLACE = "/settings/public"
TEMPLATE = "settings/public.html"


@get("/")
async def edit(session: Session, viewer: SignedIn) -> Page:
    return Page(TEMPLATE, form=None, profile=await hosting.profile_of(session, viewer.id))


@put("/", status_code=303)
async def update(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    try:
        profile = await hosting.introduce(session, viewer.id, HostForm.read(form), since=version_in(form))
    except (Invalid, Stale) as error:
        state, status = state_of(form, error), 422 if isinstance(error, Invalid) else 409
        kept = await hosting.profile_of(session, viewer.id)
        return Page(TEMPLATE, status=status, form=state, profile=kept)
    said = "Anybody can see your profile now." if profile.is_public else "Saved. Nobody else can see it."
    return see_other(request, PLACE, said=said)


router = Router(PLACE, route_handlers=[edit, update])
