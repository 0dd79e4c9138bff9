"""Asking a browser for a passkey, and reading what it answers: the cookie between the two, and where we are."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response

from app.accounts import passkeys
from app.accounts.factor_forms import PasskeyNameForm
from app.accounts.models import User
from app.accounts.passkeys import Purpose
from app.accounts.webauthn import Party
from app.kit.db import AsyncSession, Database
from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.web.cookies import proof

COOKIE = "__Host-passkey"
FIELD = "credential"
NOWHERE = "Passkeys need a name in the address, not a number. On this machine: open localhost instead of 127.0.0.1."

AnyRequest = Request[Any, Any, Any]


def party_of(request: AnyRequest) -> Party | None:
    """By `BASE_URL`, else by the loopback name it was asked at. A number is no name to a passkey."""
    given: str | None = request.app.state.origin
    host = urlsplit(given).hostname if given else request.url.hostname
    if not host or _is_number(host) or not (given or host == "localhost" or host.endswith(".localhost")):
        return None
    return Party(host, given or f"{request.url.scheme}://{request.headers.get('host', '')}")


async def ask(session: AsyncSession, request: AnyRequest, purpose: Purpose, user: User | None) -> Response[Any]:
    """The options as JSON, and the cookie that the answer has to come with. Raises `Invalid`."""
    question = await passkeys.ask(session, _party(request), purpose, user)
    response: Response[Any] = Response(question.options, media_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(proof(COOKIE, question.token, passkeys.LIFETIME, "strict"))
    return response


async def prove(
    session: AsyncSession,
    database: Database,
    request: AnyRequest,
    form: dict[str, str],
    purpose: Purpose,
    user_id: UUID | None = None,
) -> User:
    """Whose passkey answered in the form's `credential`; `user_id`'s for a `proof`. Raises `Invalid`."""
    token, answer = request.cookies.get(COOKIE, ""), form.get(FIELD, "")
    return await passkeys.prove(session, database, _party(request), purpose, token, answer, user_id)


async def register(
    session: AsyncSession, request: AnyRequest, user_id: UUID, form: dict[str, str], named: PasskeyNameForm
) -> None:
    """Raises `Invalid`."""
    token, answer = request.cookies.get(COOKIE, ""), form.get(FIELD, "")
    await passkeys.register(session, _party(request), user_id, token, answer, named)


def _party(request: AnyRequest) -> Party:
    party = party_of(request)
    if party is None:
        raise Invalid({"": NOWHERE})
    return party


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
