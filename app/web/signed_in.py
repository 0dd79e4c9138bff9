"""Who is asking: the session cookie on pages, the bearer token under /api; never one in place of the other."""

from collections.abc import Mapping
from typing import Any, cast

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from app.accounts import access_tokens, personal_tokens, signing_in
from app.accounts.access_tokens import AccessTokens
from app.accounts.bearers import PERSONAL
from app.accounts.models import User
from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession, Database, driver_of
from app.kit.errors import NotFound, TastebudsError
from app.web.cookies import GONE, proof
from app.web.denied import tell_denied
from app.web.page import visitor_of

COOKIE = "__Host-session"  # browsers take it on https, and on loopback over http
BEARER = "bearer "
DOCS = "/api/docs"  # the one page there
CLOSURE = "/settings/closure"
OPEN_TO_THE_CLOSING = (CLOSURE, "/logout")


class SignInNeeded(TastebudsError):
    """Nobody is signed in, and this is for people who are."""

    def __init__(self) -> None:
        super().__init__("Log in to see this.")


class ProofNeeded(TastebudsError):
    """Somebody is signed in, and it was long ago that they proved who they are."""

    def __init__(self) -> None:
        super().__init__("Say who you are once more to do this.")


class Closing(TastebudsError):
    """Somebody is signed in whose account is closed: they may keep it, and do nothing else."""

    def __init__(self) -> None:
        super().__init__("This account is closed. Keep it after all to go on.")


async def find_visitor(
    database: Database, tokens: AccessTokens, path: str, cookie: str, authorization: str
) -> Viewer | None:
    """Told to the session's row that it was seen, every few minutes."""
    of_a_program = path.startswith("/api/") and path != DOCS
    if of_a_program:
        token = authorization[len(BEARER) :].strip(" ") if authorization.lower().startswith(BEARER) else ""
    else:
        token = cookie.strip()
    if not token:
        return None
    async with database.direct.one() as connection:
        if not of_a_program:
            viewer = await signing_in.viewer_of(connection, token, "browser")
        elif token.startswith(f"{PERSONAL}_"):
            viewer = await personal_tokens.viewer_of(connection, token)
        else:
            viewer = await access_tokens.viewer_of(connection, tokens, token)
        if viewer and viewer.is_due:
            seen = signing_in.seen if viewer.scopes is None else personal_tokens.seen
            await seen(connection, viewer.session_id)
    return viewer


def asker_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Viewer | None:
    """Raises what kept us from finding out, and `Closing` for whose account is closed, but where it may be kept."""
    if error := cast("Mapping[str, Any]", connection.scope).get("unfound"):
        raise error
    viewer = visitor_of(connection)
    if viewer and viewer.closes_at and connection.scope["path"] not in OPEN_TO_THE_CLOSING:
        raise Closing
    return viewer


def provide_viewer(request: Request[Any, Any, Any]) -> Viewer:
    """Raises `SignInNeeded`."""
    viewer = asker_of(request)
    if viewer is None:
        raise SignInNeeded
    return viewer


def provide_visitor(request: Request[Any, Any, Any]) -> Viewer | None:
    return asker_of(request)


async def only_the_signed_in(connection: ASGIConnection[Any, Any, Any, Any], _handler: Any) -> None:
    """A guard: before anything that was sent is read."""
    if asker_of(connection) is None:
        raise SignInNeeded


async def only_the_operator(connection: ASGIConnection[Any, Any, Any, Any], _handler: Any) -> None:
    """A guard. Who is no operator is not told that there is something to see, signed in or not (OP-1)."""
    viewer = asker_of(connection)
    if viewer is None or not viewer.is_operator:
        await tell_denied(connection, "access.refused")
        raise NotFound


async def only_the_sure(connection: ASGIConnection[Any, Any, Any, Any], _handler: Any) -> None:
    """A guard of what an open session alone must not do. Raises `ProofNeeded`, `SignInNeeded`."""
    viewer = asker_of(connection)
    if viewer is None:
        raise SignInNeeded
    if not viewer.is_sure:
        raise ProofNeeded


async def sign_in(
    session: AsyncSession, request: Request[Any, Any, Any], user: User, *, remember: bool = True
) -> Cookie:
    """A session of a new name, whatever the client came with; the one it came with ends."""
    await signing_in.end_token(session, request.cookies.get(COOKIE, ""), "browser")
    token, _ends = await signing_in.start(session, user, "browser", remember=remember)
    return proof(COOKIE, token, signing_in.LIFETIME if remember else None)


async def renew(session: AsyncSession, viewer: Viewer, *, proved: bool = False) -> Cookie:
    """The same session by another name, after every change of what it may do. Raises `Conflict`."""
    token, ends = await signing_in.rotate(session, viewer, proved=proved)
    return proof(COOKIE, token, ends - viewer.asked_at if ends else None)


async def become(session: AsyncSession, request: Request[Any, Any, Any], cookie: Cookie) -> Cookie:
    """From here on it is the session of this cookie that asks: the page it is answered with carries its token."""
    viewer = await signing_in.viewer_of(await driver_of(session), cookie.value or "", "browser")
    request.scope["visitor"] = viewer  # type: ignore[typeddict-unknown-key]
    return cookie


def forget(response: Response[Any]) -> None:
    response.set_cookie(proof(COOKIE, "", GONE))
