"""`/settings/data/imports`: what somebody took along, brought back."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from app.kit.db import Database
from app.kit.errors import Conflict, Invalid
from app.kit.ids import UUID, parse_id
from app.kit.settings import Settings
from app.ops import importing
from app.web.forms import FormState
from app.web.imports import take_import
from app.web.limits import IMPORTS
from app.web.page import Page, see_other
from app.web.signed_in import only_the_signed_in
from app.web.uploads import TAKES_A_FILE, upload_of
from app.web.wiring import Configured, Jobs, Session, SignedIn, Stored, Typed

AT = "/settings/data/imports"


@get("/")
async def index(database: Stored, settings: Configured, viewer: SignedIn) -> Page:
    return await _index(database, settings, viewer.id)


@post("/", status_code=303, limit=IMPORTS, opt=TAKES_A_FILE, request_max_body_size=None)
async def create(
    request: Request[Any, Any, Any],
    database: Stored,
    queue: Jobs,
    settings: Configured,
    viewer: SignedIn,
    form: Typed,
) -> Response[Any]:
    """Without the transaction of other requests: none is open while a file comes."""
    try:
        import_id = await take_import(request, database, queue, settings, viewer.id, upload_of(request))
    except Invalid as error:
        return await _index(database, settings, viewer.id, error)
    except Conflict as refused:
        return await _index(database, settings, viewer.id, Invalid({"": str(refused)}), status=409)
    return see_other(request, f"{AT}/{import_id}")


@get("/{import_id:str}")
async def show(session: Session, viewer: SignedIn, import_id: FromPath[str]) -> Page:
    return Page("settings/import.html", row=await importing.show(session, viewer.id, parse_id(import_id)))


async def _index(
    database: Database, settings: Settings, user_id: UUID, error: Invalid | None = None, status: int = 422
) -> Page:
    async with database.reading() as session:
        rows = await importing.index(session, user_id)
    form = FormState({}, error.errors) if error else None
    return Page(
        "settings/imports.html", status=status if error else 200, rows=rows, form=form, most=settings.import_max_mb
    )


router = Router(AT, route_handlers=[index, create, show], guards=[only_the_signed_in])
