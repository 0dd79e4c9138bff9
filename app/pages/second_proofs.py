"""`/login/second`: the other proof, for who has given the first in the last five minutes."""

from typing import Any

from litestar import Request, Response, Router, get, post

from app.accounts import second_factor
from app.accounts.factor_forms import CodeForm
from app.kit.errors import Invalid
from app.kit.gcra import OverLimit
from app.web.entering import SECOND, enter_fully, half_of
from app.web.forms import FormState
from app.web.limits import DOOR
from app.web.page import Page, see_other
from app.web.resuming import carried
from app.web.wiring import Configured, Session, Throttled, Typed

TEMPLATE = "accounts/second.html"
TOO_LATE = "That took more than five minutes. Log in again."


@get("/")
async def new(session: Session, request: Request[Any, Any, Any]) -> Response[Any]:
    if await half_of(session, request) is None:
        return _too_late(request)
    return Page(TEMPLATE, form=None)


@post("/", status_code=303, limit=DOOR)
async def create(
    session: Session, throttle: Throttled, request: Request[Any, Any, Any], settings: Configured, form: Typed
) -> Response[Any]:
    half = await half_of(session, request)
    if half is None:
        return _too_late(request)
    kind = "recovery" if form.get("kind") == "recovery" else "app"
    try:
        way = await second_factor.check(session, throttle, settings, half.user_id, CodeForm.read(form).code)
    except Invalid as error:
        return Page(TEMPLATE, status=422, form=FormState({}, error.errors, kind))
    except OverLimit as error:
        page = Page(TEMPLATE, status=429, form=FormState({}, {"code": str(error)}, kind))
        page.headers.update(error.headers)
        return page
    return await enter_fully(session, request, half, way) or _too_late(request)


def _too_late(request: Request[Any, Any, Any]) -> Response[Any]:
    """Back to the beginning, with what was being sent before, if there is any."""
    if carried(request):
        return Page("accounts/login.html", status=401, form=FormState({}, {"": TOO_LATE}), next="/")
    return see_other(request, "/login", said=TOO_LATE)


router = Router(SECOND, route_handlers=[new, create])
