"""`/menus/imports`: a menu out of a file, as a draft of mine."""

import asyncio
from typing import Any

from litestar import Request, Response, Router, get, post

from app.kit.errors import Invalid
from app.menus import unpacking
from app.menus.unpacking import FILE_MAX
from app.web.deadline import wait_until
from app.web.forms import FormState
from app.web.limits import IMPORTS
from app.web.page import Page, see_other
from app.web.signed_in import only_the_signed_in
from app.web.uploads import Upload, takes_a_file, upload_of
from app.web.wiring import Session, SignedIn, Typed

LONGEST = 30.0  # seconds in which a thousand works are made
NONE = "Choose the file first."


@get("/new")
async def new(viewer: SignedIn) -> Page:
    return Page("menus/import.html", form=None)


@post("/", status_code=303, limit=IMPORTS, opt=takes_a_file(FILE_MAX), request_max_body_size=None)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    try:
        packed = await asyncio.to_thread(unpacking.read_packed, await _content(upload_of(request)))
        wait_until(request.scope, asyncio.get_running_loop().time() + LONGEST)
        menu = await unpacking.unpack(session, viewer.id, packed)
    except Invalid as error:
        await session.rollback()  # nothing of what was begun is kept
        return Page("menus/import.html", status=422, form=FormState({}, error.errors))
    return see_other(request, f"/menus/{menu.id}/edit", said=f"{menu.title} is here, as a draft of yours.")


async def _content(upload: Upload | None) -> bytes:
    if upload is None or not upload.name:
        raise Invalid({"file": NONE})
    return await upload.read(FILE_MAX)


router = Router("/menus/imports", route_handlers=[new, create], guards=[only_the_signed_in])
