"""What stands around every request: headers on every answer, by which name and from where it was asked, who asks,
HEAD, and forms that PUT or DELETE.

Plain ASGI around the whole application, so that errors, assets and unknown addresses get it too.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Method, Receive, Scope, Send

from app.accounts.access_tokens import access_tokens_of
from app.kit import clock, origin
from app.kit.db import Database
from app.kit.ids import new_id
from app.kit.origin import AGENT_MAX, Origin
from app.kit.settings import Settings
from app.kit.text import clip
from app.web.errors import reply
from app.web.headers import OF_A_PICTURE, Header, policy, security_headers
from app.web.hosts import Hosts
from app.web.proxies import Proxies
from app.web.signed_in import COOKIE, find_visitor

OVERRIDES: dict[str, Method] = {"PUT": "PUT", "PATCH": "PATCH", "DELETE": "DELETE"}
NOBODY_ASKS = ("/assets/", "/covers/", "/health", "/livez", "/readyz")
PICTURES = "/covers/"


def frame(app: Litestar, database: Database, settings: Settings) -> ASGIApp:
    tokens, proxies, hosts = access_tokens_of(settings), Proxies(settings.given_proxies()), Hosts(settings)
    headers = security_headers(settings, policy())
    of_pictures = security_headers(settings, OF_A_PICTURE)

    async def framed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        scope = scope.copy()  # the server's own still says HEAD, by which it knows that no body follows
        peer = scope["client"][0] if scope["client"] else ""
        address, scope["scheme"] = proxies.client(peer, scope["scheme"], scope["headers"])
        scope["client"] = (address, 0)
        asked = _origin_of(scope, address)
        said: list[Mapping[str, str]] = []  # what is found out on the way and told in headers
        scope["said"] = said  # type: ignore[typeddict-unknown-key]
        standing = of_pictures if scope["path"].startswith(PICTURES) else headers
        send = _with_headers(send, [*standing, (b"x-request-id", asked.request_id.encode())], said)
        if scope["method"] == "HEAD":
            scope["method"], send = "GET", _without_body(send)
        _override_method(scope)
        path = scope["path"]
        here = origin.enter(asked)
        try:
            if wrong := hosts.wrong_with(scope):
                await _refuse(app, scope, receive, send, *wrong)
                return
            if not path.startswith(NOBODY_ASKS):
                try:
                    scope["visitor"] = await find_visitor(database, tokens, path, *_credentials(scope))  # type: ignore[typeddict-unknown-key]
                except Exception as error:  # noqa: BLE001 - raised again where it is answered, in words
                    scope["unfound"] = error  # type: ignore[typeddict-unknown-key]
            if visitor := scope.get("visitor"):
                clock.go_by(visitor.time_zone)  # type: ignore[attr-defined]
            await app(scope, receive, send)
        finally:
            clock.go_by("")
            origin.leave(here)

    return framed


async def _refuse(app: Litestar, scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    """Before it is known what was asked for, and by whom."""
    headers = [(b"host", b"localhost"), *(header for header in scope["headers"] if header[0] != b"host")]
    request: Request[Any, Any, Any] = Request(scope | {"headers": headers, "litestar_app": app})
    answer = reply(request, status, sentence, headers={"Connection": "close"})
    await answer.to_asgi_response(app=None, request=request)(scope, receive, send)


def _with_headers(send: Send, headers: Sequence[Header], said: Sequence[Mapping[str, str]]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [*message["headers"]]
            there = {name for name, _ in own}
            own += [(name.lower().encode(), value.encode()) for each in said for name, value in each.items()]
            message["headers"] = [*own, *(header for header in headers if header[0] not in there)]
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


def _origin_of(scope: HTTPScope, address: str) -> Origin:
    agent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"user-agent"), "")
    return Origin(address=address, agent=clip(agent, AGENT_MAX), request_id=str(new_id()))


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
