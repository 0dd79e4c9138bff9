"""`/ops/settings`: the rules of the house, as the operator decides them."""

from typing import Any

from litestar import Request, Response, Router, get, put

from app.accounts import house_rules
from app.accounts.house_rules import HouseRulesForm
from app.kit.errors import Invalid
from app.web.forms import FormState
from app.web.page import Page, see_other
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Configured, Session, SignedIn, Typed

PLACE = "/ops/settings"


@get("/")
async def show(session: Session, viewer: SignedIn, settings: Configured) -> Page:
    return Page("ops/settings.html", form=None, rules=await house_rules.read(session, settings))


@put("/", status_code=303, guards=[only_the_sure])
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, settings: Configured, form: Typed
) -> Response[Any]:
    try:
        await house_rules.change(session, settings, HouseRulesForm.read(form), viewer.id)
    except Invalid as error:
        rules = await house_rules.read(session, settings)
        return Page("ops/settings.html", status=422, form=FormState(form, error.errors), rules=rules)
    return see_other(request, PLACE, said="Saved.")


router = Router(PLACE, route_handlers=[show, update], guards=[only_the_operator])
