"""`/settings/security/passkeys`: one's passkeys, for who has just proved who they are."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.accounts import passkeys
from app.accounts.factor_forms import PasskeyNameForm
from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.web import passkeys as browsers
from app.web.forms import FormState
from app.web.page import Page, see_other
from app.web.signed_in import only_the_sure, renew
from app.web.wiring import Session, SignedIn, Typed

SECURITY = "/settings/security"
HERE = SECURITY + "/passkeys"


@get("/new")
async def new(request: Request[Any, Any, Any]) -> Page:
    return Page("settings/passkey.html", form=None, party=browsers.party_of(request))


@post("/", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    try:
        named = PasskeyNameForm.read(form)
        await browsers.register(session, request, viewer.id, form, named)
    except Invalid as error:
        shown = FormState({"name": form.get("name", "")}, error.errors)
        return Page("settings/passkey.html", status=422, form=shown, party=browsers.party_of(request))
    response = see_other(request, SECURITY, said=f"{named.name} logs you in from now on.")
    response.set_cookie(await renew(session, viewer))
    return response


@get("/{passkey_id:str}/edit")
async def edit(session: Session, viewer: SignedIn, passkey_id: FromPath[str]) -> Page:
    passkey = await passkeys.passkey_of(session, viewer.id, parse_id(passkey_id))
    return Page("settings/passkey_name.html", passkey=passkey, form=None)


@put("/{passkey_id:str}", status_code=303)
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, passkey_id: FromPath[str], form: Typed
) -> Response[Any]:
    passkey = await passkeys.passkey_of(session, viewer.id, parse_id(passkey_id))
    try:
        await passkeys.rename(session, viewer.id, passkey.id, PasskeyNameForm.read(form))
    except Invalid as error:
        return Page("settings/passkey_name.html", status=422, passkey=passkey, form=FormState(form, error.errors))
    return see_other(request, SECURITY, said="Renamed.")


@delete("/{passkey_id:str}", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, passkey_id: FromPath[str]
) -> Response[Any]:
    name = await passkeys.remove(session, viewer.id, parse_id(passkey_id))
    return see_other(request, SECURITY, said=f"{name} is removed, and logs nobody in any more.")


router = Router(HERE, route_handlers=[new, create, update, edit, destroy], guards=[only_the_sure])
