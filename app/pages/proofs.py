"""`/proof`: saying once more who one is; `/session`: who that is."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromQuery

from app.accounts import auditing, proving
from app.accounts.proving import ProofForm
from app.kit.errors import Invalid
from app.kit.gcra import OverLimit
from app.web import passkeys
from app.web.limits import WAYS
from app.web.page import Page, see_other
from app.web.refusing import refused_whole
from app.web.resuming import go_on
from app.web.safe_path import safe_path
from app.web.signed_in import renew
from app.web.wiring import Configured, Session, SignedIn, Throttled, Typed

ASKS = "proofs/new.html"


@get("/proof")
async def new(viewer: SignedIn, request: Request[Any, Any, Any], next: FromQuery[str] = "/") -> Response[Any]:  # noqa: A002 - the parameter's name in the address
    if viewer.is_sure:
        return see_other(request, safe_path(next))
    return Page(ASKS, form=None, next=safe_path(next))


@post("/proof", status_code=303, limit=WAYS)
async def create(
    session: Session,
    throttle: Throttled,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    settings: Configured,
    form: Typed,
    next: FromQuery[str] = "/",  # noqa: A002 - as above
) -> Response[Any]:
    by = "passkey" if passkeys.FIELD in form else "password"
    try:
        if by == "passkey":
            await passkeys.prove(session, throttle.database, request, form, "proof", viewer.id)
        else:
            typed = ProofForm.read(form)
            await proving.prove(session, throttle, settings, viewer, typed.password, typed.code)
    except (Invalid, OverLimit) as error:
        return refused_whole(ASKS, {}, error, next=safe_path(next))
    auditing.record(session, "session.proved", viewer.id, by=by)
    cookie = await renew(session, viewer, proved=True)
    return await go_on(session, request, cookie, then=safe_path(next))


@get("/session")
async def show(viewer: SignedIn) -> Page:
    return Page("proofs/show.html")


router = Router("/", route_handlers=[new, create, show])
