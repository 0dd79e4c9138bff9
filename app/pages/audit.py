"""`/ops/audit`: what happened to all accounts."""

from litestar import Router, get

from app.accounts import trail
from app.accounts.auditing import ACTIONS
from app.accounts.trail import AuditForm
from app.web.page import Page
from app.web.signed_in import only_the_operator
from app.web.wiring import Asked, Session, SignedIn


@get("/")
async def index(session: Session, viewer: SignedIn, asked: Asked) -> Page:
    form = AuditForm.read(asked)
    events, before = await trail.of_all(session, form)
    params = {"person": form.person, "action": form.action, "refused": "1" if form.refused else ""}
    return Page(
        "ops/audit.html", events=events, before=before, is_first=form.before is None, params=params, actions=ACTIONS
    )


router = Router("/ops/audit", route_handlers=[index], guards=[only_the_operator])
