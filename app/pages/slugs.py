"""`/menus/{id}/slug`: the name of a menu in its address."""

from typing import Any

from litestar import Request, Response, Router, put
from litestar.params import FromPath

from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.menus import slugs
from app.menus.link_forms import SlugForm
from app.pages.shares import SHARE, shown
from app.web.forms import FormState
from app.web.page import changed, refused
from app.web.wiring import Configured, Session, SignedIn, Typed

ADDRESS = "menus/_address.html"


@put("/")
async def update(
    session: Session,
    request: Request[Any, Any, Any],
    settings: Configured,
    viewer: SignedIn,
    menu_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    id_ = parse_id(menu_id)
    try:
        slug = await slugs.choose(session, viewer.id, id_, SlugForm.read(form))
    except Invalid as error:
        page = await shown(session, settings, viewer, id_, form=FormState(form, error.errors, "slug"))
        return refused(request, ADDRESS, whole=SHARE, **page)
    page = await shown(session, settings, viewer, id_)
    said = f"It is at /menus/{slug} from now on."
    return changed(request, ADDRESS, then=f"/menus/{id_}/share", **page | {"said": said})


router = Router("/menus/{menu_id:str}/slug", route_handlers=[update])
