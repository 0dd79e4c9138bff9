"""What stands around every request: security headers on every answer, who asks, HEAD, and forms that PUT or DELETE.

Plain ASGI around the whole application, so that errors, assets and unknown addresses get it too.
"""

from collections.abc import Sequence
from urllib.parse import parse_qs

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Method, Receive, Scope, Send

from app.accounts.access_tokens import access_tokens_of
from app.kit import origin
from app.kit.db import Database
from app.kit.ids import new_id
from app.kit.origin import AGENT_MAX, Origin
from app.kit.settings import Settings
from app.kit.text import clip
from app.web.signed_in import COOKIE, find_visitor

OVERRIDES: dict[str, Method] = {"PUT": "PUT", "PATCH": "PATCH", "DELETE": "DELETE"}
NOBODY_ASKS = ("/assets/", "/covers/", "/health")
PICTURES = "/covers/"
OF_A_PAGE = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
OF_A_PICTURE = "default-src 'none'; frame-ancestors 'none'; sandbox"  # opened by itself it is a page of ours

Header = tuple[bytes, bytes]


def frame(app: ASGIApp, database: Database, settings: Settings) -> ASGIApp:
    tokens = access_tokens_of(settings)
    headers, of_pictures = security_headers(settings), security_headers(settings, OF_A_PICTURE)

    async def framed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        scope = scope.copy()  # the server's own still says HEAD, by which it knows that no body follows
        send = _with_headers(send, of_pictures if scope["path"].startswith(PICTURES) else headers)
        if scope["method"] == "HEAD":
            scope["method"], send = "GET", _without_body(send)
        _override_method(scope)
        path = scope["path"]
        here = origin.enter(_origin_of(scope))
        if not path.startswith(NOBODY_ASKS):
            try:
                scope["visitor"] = await find_visitor(database, tokens, path, *_credentials(scope))  # type: ignore[typeddict-unknown-key]
            except Exception as error:  # noqa: BLE001 - raised again where it is answered, in words
                scope["unfound"] = error  # type: ignore[typeddict-unknown-key]
        try:
            await app(scope, receive, send)
        finally:
            origin.leave(here)

    return framed


def security_headers(settings: Settings, policy: str = OF_A_PAGE) -> list[Header]:
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if settings.is_secure:
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _with_headers(send: Send, headers: Sequence[Header]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *headers]
        await send(message)

    return sending


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return sending


def _override_method(scope: HTTPScope) -> None:
    """A plain form can only POST: `?_method=DELETE` says what it means. As unsafe as the POST it is."""
    if scope["method"] == "POST" and b"_method=" in scope["query_string"]:
        wanted = parse_qs(scope["query_string"].decode("latin-1")).get("_method", [""])[0].upper()
        if wanted in OVERRIDES:
            scope["method"] = OVERRIDES[wanted]


def _origin_of(scope: HTTPScope) -> Origin:
    client = scope.get("client")
    agent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"user-agent"), "")
    return Origin(address=client[0] if client else "", agent=clip(agent, AGENT_MAX), request_id=new_id().hex)


def _credentials(scope: Scope) -> tuple[str, str]:
    cookie, given = "", []
    for name, value in scope["headers"]:
        if name == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                key, _, found = pair.strip().partition("=")
                cookie = found if key == COOKIE else cookie
        elif name == b"authorization":
            given.append(value.decode("latin-1"))
    return cookie, given[0] if len(given) == 1 else ""  # of two, nobody can say which one counts
