"""`/settings/password`: another password, for who knows the one there is."""

from typing import Any

from litestar import Request, Response, Router, get, put

from app.accounts import changing, personal_tokens, ways_in
from app.accounts.changing import PasswordForm
from app.kit.errors import Invalid
from app.kit.gcra import OverLimit
from app.pages.ways_in import HERE as WAYS_IN
from app.web.page import Page, see_other
from app.web.refusing import refused_whole
from app.web.signed_in import renew
from app.web.wiring import Configured, Session, SignedIn, Throttled, Typed
from app.web.words import plural

TEMPLATE = "settings/password.html"


@get("/")
async def edit(session: Session, viewer: SignedIn) -> Page:
    return Page(TEMPLATE, form=None, tokens=await personal_tokens.how_many_count(session, viewer.id))


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
        ended = await changing.change_password(session, throttle, settings, viewer, PasswordForm.read(form))
    except (Invalid, OverLimit) as error:
        tokens = await personal_tokens.how_many_count(session, viewer.id)
        return refused_whole(TEMPLATE, form, error, tokens=tokens)
    elsewhere = f" {plural(ended, 'other session')} ended." if ended else ""
    then = WAYS_IN if len(await ways_in.ways_of(session, viewer.id)) else "/settings/security"
    response = see_other(request, then, said=f"Your password is changed.{elsewhere}")
    response.set_cookie(await renew(session, viewer, proved=True))
    return response


router = Router("/settings/password", route_handlers=[edit, update])
