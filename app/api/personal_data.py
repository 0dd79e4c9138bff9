"""`/api/export`, `/api/imports`: everything of mine, taken along and brought back."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.exceptions import ClientException
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from app.accounts.scopes import SESSION
from app.api import data_shapes
from app.api.created import created
from app.api.describing import needs, problems
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.ops import importing
from app.web.exports import everything_of
from app.web.imports import take_import
from app.web.limits import EXPORTS, IMPORTS
from app.web.signed_in import only_the_sure
from app.web.uploads import TAKES_A_FILE, body_as_file
from app.web.wiring import Configured, Jobs, Session, SignedIn, Stored

NAME = "export.zip"
ZIP = "application/zip"
FILE = "The file, which ends with its list of contents: without it, it is not whole."


class ZipBody(Operation):
    """The file itself is the body."""

    def __post_init__(self) -> None:
        content = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
        self.request_body = RequestBody(content={ZIP: content}, required=True)


@get(
    "/export",
    summary="Everything of mine, as one ZIP file.",
    status_code=200,
    media_type=ZIP,
    limit=EXPORTS,
    guards=[only_the_sure],
    responses=problems(401, 503)
    | {200: ResponseSpec(bytes, media_type=ZIP, generate_examples=False, description=FILE)},
    **needs(SESSION),
)
async def index(database: Stored, settings: Configured, viewer: SignedIn, covers: FromQuery[bool] = False) -> Stream:
    """As `docs/export-format.md` has it; sent while it is made, so its length is not known. `covers`: with pictures
    of the works, those that are kept here."""
    return await everything_of(database, settings, viewer.id, covers=covers)


@post(
    "/imports",
    summary="Bring such a file back.",
    status_code=201,
    limit=IMPORTS,
    request_max_body_size=None,
    operation_class=ZipBody,
    responses=problems(401, 409, 413, 415, 422, 503),
    security=[{"bearer": [SESSION]}],
    opt={**needs(SESSION)["opt"], **TAKES_A_FILE},
)
async def create(
    request: Request[Any, Any, Any], database: Stored, queue: Jobs, settings: Configured, viewer: SignedIn
) -> Response[data_shapes.Import]:
    """It is read by a job: ask for it again until its `state` is `done` or `failed`."""
    if request.content_type[0].lower() != ZIP:
        raise ClientException("Send the ZIP file as the body (application/zip).", status_code=415)
    upload = body_as_file(request, NAME)
    import_id = await take_import(request, database, queue, settings, viewer.id, upload)
    async with database.reading() as session:
        shape = await _shape(session, viewer.id, import_id)
    return created(shape, f"/api/imports/{import_id}")


@get("/imports/{import_id:uuid}", summary="How reading a file goes.", responses=problems(401, 404), **needs(SESSION))
async def show(session: Session, viewer: SignedIn, import_id: FromPath[UUID]) -> data_shapes.Import:
    return await _shape(session, viewer.id, import_id)


async def _shape(session: AsyncSession, user_id: UUID, import_id: UUID) -> data_shapes.Import:
    row = await importing.show(session, user_id, import_id)
    return msgspec.convert(row._asdict(), data_shapes.Import)


router = Router("/", route_handlers=[index, create, show], tags=["accounts"])
