"""`/login/passkey`: in without a password and without an address."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromQuery

from app.kit.errors import Invalid
from app.web.entering import enter
from app.web.forms import FormState
from app.web.limits import WAYS
from app.web.page import Page
from app.web.passkeys import prove
from app.web.safe_path import safe_path
from app.web.wiring import Session, Stored, Typed


@post("/login/passkey", status_code=303, limit=WAYS)
async def create(
    session: Session,
    database: Stored,
    request: Request[Any, Any, Any],
    form: Typed,
    next: FromQuery[str] = "/",  # noqa: A002 - the parameter's name in the address
) -> Response[Any]:
    try:
        user = await prove(session, database, request, form, "login")
    except Invalid as error:
        return Page("accounts/login.html", status=422, form=FormState({}, error.errors), next=safe_path(next))
    remember = form.get("remember") == "1"
    return await enter(session, request, user, by="passkey", remember=remember, then=safe_path(next))


router = Router("/", route_handlers=[create])
