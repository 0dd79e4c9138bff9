"""`/settings/data`: what is mine, to take and to end."""

from litestar import Router, get

from app.kit.errors import Invalid
from app.web.forms import FormState
from app.web.page import Page
from app.web.wiring import SignedIn


@get("/")
async def show(viewer: SignedIn) -> Page:
    return Page("settings/data.html", form=None)


def shown(form: dict[str, str], error: Invalid, status: int = 422) -> Page:
    return Page("settings/data.html", status=status, form=FormState(form, error.errors))


router = Router("/settings/data", route_handlers=[show])
