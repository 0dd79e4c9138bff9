"""`/api/auth/tokens`: personal tokens, for a login to make and to withdraw. No token makes or sees another."""

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath

from app.accounts import personal_tokens
from app.accounts.scopes import SESSION
from app.accounts.token_forms import PersonalTokenForm
from app.api import shapes, shaping
from app.api.created import created
from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.kit.ids import UUID
from app.web.signed_in import only_the_sure
from app.web.wiring import Session, SignedIn


@get("/", summary="My personal tokens, the newest first.", responses=problems(401), **needs(SESSION))
async def index(session: Session, viewer: SignedIn) -> list[shapes.PersonalToken]:
    return [shaping.personal_token(row) for row in await personal_tokens.tokens_of(session, viewer.id)]


@post(
    "/",
    summary="Make a personal token.",
    operation_class=takes(body=PersonalTokenForm),
    responses=problems(401, 413, 415, 422),
    guards=[only_the_sure],
    **needs(SESSION),
)
async def create(session: Session, viewer: SignedIn, sent: Sent) -> Response[shapes.NewPersonalToken]:
    """The answer is the only one that has the token itself."""
    id_, token = await personal_tokens.make(session, viewer.id, PersonalTokenForm.read(sent))
    row = await personal_tokens.token_of(session, viewer.id, id_)
    return created(shaping.new_personal_token(row, token), f"/api/auth/tokens/{id_}")


@get("/{token_id:uuid}", summary="A personal token of mine.", responses=problems(401, 404), **needs(SESSION))
async def show(session: Session, viewer: SignedIn, token_id: FromPath[UUID]) -> shapes.PersonalToken:
    return shaping.personal_token(await personal_tokens.token_of(session, viewer.id, token_id))


@delete(
    "/{token_id:uuid}",
    summary="Withdraw a personal token.",
    responses=problems(401, 404),
    guards=[only_the_sure],
    **needs(SESSION),
)
async def destroy(session: Session, viewer: SignedIn, token_id: FromPath[UUID]) -> None:
    await personal_tokens.withdraw(session, viewer.id, token_id)


router = Router("/auth/tokens", route_handlers=[index, create, show, destroy], tags=["accounts"])
