"""`/settings/tokens`: personal tokens for programs. Each is shown once, when it is made."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath

from app.accounts import personal_tokens
from app.accounts.scopes import SCOPES, offered
from app.accounts.token_forms import PersonalTokenForm
from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.web.forms import FormState
from app.web.page import Page, see_other
from app.web.signed_in import only_the_sure
from app.web.wiring import Configured, Session, SignedIn, Typed

HERE = "/settings/tokens"
CHECKED = "scope-"  # with the scope: the name of its box


@get("/")
async def index(session: Session, viewer: SignedIn) -> Page:
    return Page("settings/tokens.html", tokens=await personal_tokens.tokens_of(session, viewer.id), scopes=SCOPES)


@get("/new", guards=[only_the_sure])
async def new(viewer: SignedIn) -> Page:
    return Page("settings/new_token.html", form=None, scopes=offered(operating=viewer.is_operator))


@post("/", status_code=201, guards=[only_the_sure])
async def create(session: Session, viewer: SignedIn, settings: Configured, form: Typed) -> Page:
    wanted = [scope for scope in offered(operating=viewer.is_operator) if form.get(CHECKED + scope)]
    try:
        typed = PersonalTokenForm.read({**form, "scopes": wanted})
        _, token = await personal_tokens.make(session, viewer.id, typed)
    except Invalid as error:
        refused = FormState(form, error.errors)
        return Page("settings/new_token.html", status=422, form=refused, scopes=offered(operating=viewer.is_operator))
    return Page("settings/token.html", status=201, name=typed.name, token=token, site=settings.address)


@delete("/{token_id:uuid}", status_code=303, guards=[only_the_sure])
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, token_id: FromPath[UUID]
) -> Response[Any]:
    name = await personal_tokens.withdraw(session, viewer.id, token_id)
    return see_other(request, HERE, said=f"{name} is withdrawn. It works no more.")


router = Router(HERE, route_handlers=[index, new, create, destroy])
