"""`/menus/{id}/guest-links`: links for guests. Each is shown once, when it is made."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.menus import guest_links
from app.menus.link_forms import GuestLinkForm
from app.pages.shares import SHARE, shown
from app.web.forms import FormState
from app.web.page import Page, changed, is_htmx, refused
from app.web.wiring import Configured, Session, SignedIn, Typed

LINKS = "menus/_guest_links.html"


@post("/", status_code=201)
async def create(
    session: Session,
    request: Request[Any, Any, Any],
    settings: Configured,
    viewer: SignedIn,
    menu_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    """Never sent on: no other page can show the link."""
    id_ = parse_id(menu_id)
    try:
        _, path = await guest_links.make(session, viewer.id, id_, GuestLinkForm.read(form))
    except Invalid as error:
        page = await shown(session, settings, viewer, id_, form=FormState(form, error.errors, "guest"))
        return refused(request, LINKS, whole=SHARE, **page)
    page = await shown(session, settings, viewer, id_, link=path)
    htmx = is_htmx(request)
    return Page(LINKS if htmx else SHARE, status=201, part=htmx, **page)


@delete("/{link_id:str}", status_code=200)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    settings: Configured,
    viewer: SignedIn,
    menu_id: FromPath[str],
    link_id: FromPath[str],
) -> Response[Any]:
    id_ = parse_id(menu_id)
    await guest_links.revoke(session, viewer.id, id_, parse_id(link_id))
    page = await shown(session, settings, viewer, id_)
    said = "Ended. Whoever opens the link is told so."
    return changed(request, LINKS, then=f"/menus/{id_}/share", **page | {"said": said})


router = Router("/menus/{menu_id:str}/guest-links", route_handlers=[create, destroy])
