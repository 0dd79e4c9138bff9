"""`/api/auth/sessions`: where one is logged in, with browsers and with programs."""

from litestar import Router, delete, get, put
from litestar.params import FromPath

from app.accounts import sessions
from app.accounts.scopes import SESSION
from app.accounts.sessions import SessionNameForm
from app.api import shapes
from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.kit.db import AnyRow
from app.kit.ids import parse_id
from app.web.signed_in import only_the_sure
from app.web.whereabouts import device, place
from app.web.wiring import Session, SignedIn


@get("/", summary="Where you are logged in.", responses=problems(401, 403), **needs(SESSION))
async def index(session: Session, viewer: SignedIn) -> list[shapes.Session]:
    return [_shaped(row) for row in await sessions.of_viewer(session, viewer)]


@put(
    "/{session_id:str}",
    status_code=204,
    summary="Give a session a name.",
    operation_class=takes(body=SessionNameForm),
    responses=problems(401, 403, 404, 413, 415, 422),
    **needs(SESSION),
)
async def update(session: Session, viewer: SignedIn, session_id: FromPath[str], sent: Sent) -> None:
    await sessions.rename(session, viewer, parse_id(session_id), SessionNameForm.read(sent))


@delete(
    "/{session_id:str}",
    status_code=204,
    summary="End a session.",
    responses=problems(401, 403, 404),
    guards=[only_the_sure],
    **needs(SESSION),
)
async def destroy(session: Session, viewer: SignedIn, session_id: FromPath[str]) -> None:
    await sessions.revoke(session, viewer, parse_id(session_id))


@delete(
    "/",
    status_code=204,
    summary="End every session but this one.",
    responses=problems(401, 403),
    guards=[only_the_sure],
    **needs(SESSION),
)
async def destroy_others(session: Session, viewer: SignedIn) -> None:
    await sessions.revoke_others(session, viewer)


def _shaped(row: AnyRow) -> shapes.Session:
    return shapes.Session(
        id=row.id,
        kind=row.kind,
        name=row.name,
        device=device(row.user_agent),
        place=place(row.address),
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        is_this=row.is_this,
    )


router = Router("/auth/sessions", route_handlers=[index, update, destroy, destroy_others], tags=["accounts"])
