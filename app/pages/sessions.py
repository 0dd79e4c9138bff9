"""`/settings/sessions`: where one is logged in, and ending that."""

from typing import Any

from litestar import Request, Response, Router, delete, get, put
from litestar.params import FromPath

from app.accounts import sessions
from app.accounts.sessions import SessionNameForm
from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.web.forms import FormState
from app.web.page import Page, changed, refused
from app.web.signed_in import only_the_sure
from app.web.wiring import Session, SignedIn, Typed

WHOLE, PARTIAL = "settings/sessions.html", "settings/_sessions.html"
HERE = "/settings/sessions"


@get("/")
async def index(session: Session, viewer: SignedIn) -> Page:
    return Page(WHOLE, form=None, said="", **await shown(session, viewer))


@put("/{session_id:str}")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, session_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(session_id)
    try:
        await sessions.rename(session, viewer, id_, SessionNameForm.read(form))
    except Invalid as error:
        state = FormState(form, error.errors, f"session-{id_}")
        return refused(request, PARTIAL, whole=WHOLE, form=state, **await shown(session, viewer))
    there = f"{HERE}#session-{id_}"
    return changed(request, PARTIAL, then=there, said="Named.", form=None, **await shown(session, viewer))


@delete("/{session_id:str}", status_code=200, guards=[only_the_sure])
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, session_id: FromPath[str]
) -> Response[Any]:
    await sessions.revoke(session, viewer, parse_id(session_id))
    return changed(request, PARTIAL, then=HERE, said="Logged out there.", form=None, **await shown(session, viewer))


async def shown(session: AsyncSession, viewer: Viewer) -> dict[str, Any]:
    return {"sessions": await sessions.of_viewer(session, viewer), "now": viewer.asked_at}


router = Router(HERE, route_handlers=[index, update, destroy])
