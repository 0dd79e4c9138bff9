"""`/api/ops/settings`: the rules of the house, for the operator's programs."""

from dataclasses import asdict

from litestar import Router, get, put

from app.accounts import house_rules
from app.accounts.house_rules import HouseRules, HouseRulesForm
from app.accounts.scopes import SESSION
from app.api import shapes
from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Configured, Session, SignedIn


@get("/", summary="The rules of the house.", responses=problems(401, 404), **needs("ops:read"))
async def show(session: Session, viewer: SignedIn, settings: Configured) -> shapes.HouseRules:
    return _shaped(await house_rules.read(session, settings))


@put(
    "/",
    summary="Change the rules of the house.",
    operation_class=takes(body=HouseRulesForm),
    responses=problems(401, 403, 404, 413, 415, 422),
    guards=[only_the_sure],
    **needs(SESSION),
)
async def update(session: Session, viewer: SignedIn, settings: Configured, sent: Sent) -> shapes.HouseRules:
    return _shaped(await house_rules.change(session, settings, HouseRulesForm.read(sent), viewer.id))


def _shaped(rules: HouseRules) -> shapes.HouseRules:
    return shapes.HouseRules(**asdict(rules))


router = Router("/ops/settings", route_handlers=[show, update], guards=[only_the_operator], tags=["ops"])
