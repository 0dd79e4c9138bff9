"""`/settings`: one's name and e-mail address."""

from typing import Any

from litestar import Request, Response, Router, get, put

from app.accounts import changing
from app.accounts.changing import ProfileForm
from app.kit.errors import Invalid
from app.kit.gcra import OverLimit
from app.web.page import Page, see_other
from app.web.refusing import refused_whole
from app.web.wiring import Configured, Session, SignedIn, Throttled, Typed

TEMPLATE = "settings/profile.html"


@get("/")
async def edit(viewer: SignedIn) -> Page:
    return Page(TEMPLATE, form=None)


@put("/", status_code=303)
async def update(
    session: Session,
    throttle: Throttled,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    settings: Configured,
    form: Typed,
) -> Response[Any]:
    try:
        has_changed = await changing.change_profile(session, throttle, settings, viewer, ProfileForm.read(form))
    except (Invalid, OverLimit) as error:
        return refused_whole(TEMPLATE, form, error)
    return see_other(request, "/settings", said="Saved." if has_changed else "Nothing was changed.")


router = Router("/settings", route_handlers=[edit, update])
