"""`/settings/preferences`: how things are shown."""

from typing import Any

from litestar import Request, Response, Router, get, put

from app.accounts import preferences
from app.accounts.preferences import PreferencesForm
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.web.page import Page, see_other
from app.web.refusing import refused_whole
from app.web.wiring import Session, SignedIn, Typed

HERE = "/settings/preferences"
TEMPLATE = "settings/preferences.html"
UNTICKED = {"has_quick_keys": "0"}  # browsers say nothing of it


@get("/")
async def edit(session: Session, viewer: SignedIn) -> Page:
    return Page(TEMPLATE, form=None, **await _shown(session, viewer.id))


@put("/", status_code=303)
async def update(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    try:
        wanted = PreferencesForm.read(UNTICKED | form)
    except Invalid as error:
        return refused_whole(TEMPLATE, form, error, **await _shown(session, viewer.id))
    await preferences.prefer(session, viewer.id, wanted)
    return see_other(request, HERE, said="Saved.")


async def _shown(session: AsyncSession, user_id: UUID) -> dict[str, Any]:
    zones = [(name, name.replace("_", " ")) for name in preferences.time_zones()]
    return {"preferences": await preferences.preferences_of(session, user_id), "zones": zones}


router = Router(HERE, route_handlers=[edit, update])
