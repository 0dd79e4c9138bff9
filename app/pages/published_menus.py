"""`/ops/menus`: what anyone may read here, and where each stands. An operator may move one to another address."""

from typing import Any

from litestar import Request, Response, Router, get, put
from litestar.params import FromPath

from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.menus import slugs
from app.menus.link_forms import PublishedForm, SlugForm
from app.web.page import Page, see_other
from app.web.refusing import refused_whole
from app.web.signed_in import only_the_operator
from app.web.wiring import Asked, Session, SignedIn, Typed

PLACE, ONE = "/ops/menus", "ops/menu.html"


@get("/")
async def index(session: Session, viewer: SignedIn, asked: Asked) -> Page:
    form = PublishedForm.read(asked)
    menus, before = await slugs.published(session, form)
    return Page("ops/menus.html", menus=menus, before=before, is_first=form.before is None, params={"q": form.q})


@get("/{menu_id:str}/slug")
async def edit(session: Session, viewer: SignedIn, menu_id: FromPath[str]) -> Page:
    return Page(ONE, menu=await slugs.published_one(session, parse_id(menu_id)), form=None)


@put("/{menu_id:str}/slug", status_code=303)
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    menu = await slugs.published_one(session, parse_id(menu_id))
    try:
        slug = await slugs.choose_for(session, viewer.id, menu.id, SlugForm.read(form))
    except Invalid as error:
        return refused_whole(ONE, form, error, menu=menu)
    return see_other(request, PLACE, said=f"It is at /menus/{slug} from now on. The address it had leads there.")


router = Router(PLACE, route_handlers=[index, edit, update], guards=[only_the_operator])
