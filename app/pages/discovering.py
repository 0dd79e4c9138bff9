"""`/menus/discover`: what hosts here have published, where the operator allows it."""

from litestar import Router, get

from app.accounts import house_rules
from app.kit.errors import Invalid, NotFound
from app.menus import discovering
from app.menus.discovering import DiscoverForm
from app.web.forms import FormState
from app.web.page import Page
from app.web.templating import query
from app.web.wiring import Asked, Configured, Session

TEMPLATE = "menus/discover.html"


@get("/menus/discover")
async def index(session: Session, settings: Configured, asked: Asked) -> Page:
    if not (await house_rules.read(session, settings)).discover:
        raise NotFound
    try:
        form = DiscoverForm.read(asked)
    except Invalid as error:
        state = FormState(asked, error.errors)
        return Page(TEMPLATE, status=422, form=state, q=asked.get("q", ""), menus=(), next=None)
    menus, last = await discovering.discovered(session, form)
    next_ = f"/menus/discover{query({'q': form.q, 'after': last})}" if last else None
    return Page(TEMPLATE, form=None, q=form.q, menus=menus, next=next_)


router = Router("/", route_handlers=[index])
