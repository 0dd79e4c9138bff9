"""`/api/ops/users`: who has an account here, for the operator's programs. What they keep is nobody's business."""

from litestar import Router, delete, get, post
from litestar.params import FromPath

from app.accounts.scopes import SESSION
from app.api import shapes
from app.api.describing import needs, problems, takes
from app.kit.db import AnyRow
from app.kit.ids import parse_id
from app.ops import people
from app.ops.people import PeopleForm
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Asked, Session, SignedIn

ACT = problems(401, 403, 404, 409)


@get(
    "/",
    summary="Who has an account here.",
    operation_class=takes(query=PeopleForm),
    responses=problems(401, 404, 422),
    **needs("ops:read"),
)
async def index(session: Session, viewer: SignedIn, asked: Asked) -> shapes.People:
    rows, before = await people.index(session, PeopleForm.read(asked))
    return shapes.People([_shaped(row) for row in rows], before)


@get("/{user_id:str}", summary="An account.", responses=problems(401, 404), **needs("ops:read"))
async def show(session: Session, viewer: SignedIn, user_id: FromPath[str]) -> shapes.Person:
    return _shaped(await people.show(session, parse_id(user_id)))


@post(
    "/{user_id:str}/suspension",
    status_code=200,
    summary="Disable an account, at once.",
    responses=ACT,
    guards=[only_the_sure],
    **needs(SESSION),
)
async def create(session: Session, viewer: SignedIn, user_id: FromPath[str]) -> shapes.Person:
    await people.disable(session, viewer, parse_id(user_id))
    return await _person(session, user_id)


@delete(
    "/{user_id:str}/suspension",
    status_code=200,
    summary="Enable an account again.",
    responses=ACT,
    guards=[only_the_sure],
    **needs(SESSION),
)
async def destroy(session: Session, viewer: SignedIn, user_id: FromPath[str]) -> shapes.Person:
    await people.enable(session, viewer, parse_id(user_id))
    return await _person(session, user_id)


@delete(
    "/{user_id:str}/sessions",
    status_code=204,
    summary="Log somebody out everywhere.",
    responses=ACT,
    guards=[only_the_sure],
    **needs(SESSION),
)
async def sign_out(session: Session, viewer: SignedIn, user_id: FromPath[str]) -> None:
    await people.sign_out(session, viewer, parse_id(user_id))


async def _person(session: Session, user_id: str) -> shapes.Person:
    await session.flush()
    return _shaped(await people.show(session, parse_id(user_id)))


def _shaped(row: AnyRow) -> shapes.Person:
    return shapes.Person(**{name: getattr(row, name) for name in shapes.Person.__struct_fields__})


router = Router(
    "/ops/users",
    route_handlers=[index, show, create, destroy, sign_out],
    guards=[only_the_operator],
    tags=["ops"],
)
