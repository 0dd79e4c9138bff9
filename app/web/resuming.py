"""What was sent when nobody was signed in any more, or nobody sure, is not lost: the page that asks who is there
carries it, and after the answer one press sends it. So does the page that says to come back later.

It stays in the browser, in a field of the form (`_sent`); passwords and codes are left out. Only what a page of ours
sent is carried, and whose page that was: another account does not send it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast
from urllib.parse import quote

import msgspec
from litestar import Litestar, Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send
from markupsafe import Markup

from app.accounts import signing_in
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.web.forgery import FIELD as TOKEN
from app.web.forgery import is_from_us, refuse_forgery
from app.web.forms import read_form
from app.web.once import FIELD as KEY
from app.web.page import CARRIED, Page, see_other
from app.web.safe_path import safe_path
from app.web.signed_in import become
from app.web.uploads import has_a_file, upload_of

SECRET = re.compile(r"password|(?:code|key|secret|token)$")
UNASKED = "token"  # a field no page asks for again: it came in a link
BODY_WAIT = 2.0  # seconds for what of a form is still on its way
ANOTHERS = "What you were sending was written with another account. Log in with that one to send it."

AnyRequest = Request[Any, Any, Any]
Compose = Callable[[AnyRequest], Awaitable[Response[Any]]]
Otherwise = Callable[[AnyRequest, HTTPException], Response[Any]]


class Sent(msgspec.Struct, frozen=True):
    """`writer`: on whose page it was typed, as far as the page said. `is_whole`: nothing was left out."""

    to: str
    fields: dict[str, str]
    writer: str
    is_whole: bool

    def is_anothers(self, user_id: UUID) -> bool:
        return self.writer not in ("", user_id.hex)


class Later(Response[bytes]):
    """Composed where it is sent: there the form can be read, where an error is answered nothing can be awaited."""

    def __init__(self, compose: Compose) -> None:
        super().__init__(content=b"")
        self.compose = compose

    def to_asgi_response(self, app: Litestar | None, request: AnyRequest, **more: Any) -> ASGIResponse:
        return _Composed(self.compose)


class _Composed(ASGIResponse):
    def __init__(self, compose: Compose) -> None:
        super().__init__()
        self.compose = compose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request[Any, Any, Any](scope, receive, send)
        answer = await self.compose(request)
        await answer.to_asgi_response(None, request)(scope, receive, send)


def ask(template: str, status: int, otherwise: Otherwise, **context: Any) -> Later:
    """The page that asks who is there, carrying what was sent. `otherwise` answers what no page of ours sent."""

    async def compose(request: AnyRequest) -> Response[Any]:
        try:
            await refuse_forgery(request)
            sent = await sent_by(request)
        except HTTPException as error:
            return otherwise(request, error)
        request.scope[CARRIED] = msgspec.json.encode(sent).decode()  # type: ignore[literal-required]
        return Page(template, status=status, **context)

    return Later(compose)


def send_again() -> Later:
    """After a page of an earlier session: with the token of this one, at a press."""

    async def compose(request: AnyRequest) -> Response[Any]:
        return to_send(await sent_by(request), status=403)

    return Later(compose)


def keep(page: Page) -> Later:
    """The page that says to come back later, with what a page of ours sent and a button to send it again.

    As it was, with its token and its key, so that it counts once; neither database nor session is asked for it.
    """

    async def compose(request: AnyRequest) -> Response[Any]:
        try:
            async with asyncio.timeout(BODY_WAIT):
                form = await read_form(request)
                is_whole = await _is_whole(request, form)
        except (HTTPException, TimeoutError):
            return page
        if is_whole and UNASKED not in form and is_from_us(request, form):
            sent = await sent_by(request)
            page.context["again"] = sent
            page.context["sent_with"] = Markup().join(
                Markup('<input type="hidden" name="{}" value="{}">').format(name, form[name])
                for name in (TOKEN, KEY)
                if name in form
            )
            page.headers["Cache-Control"] = "no-store"
        return page

    return Later(compose)


async def _is_whole(request: AnyRequest, form: Mapping[str, str]) -> bool:
    """Of a form with a file its words count: the file is chosen again. One that has no words is not carried."""
    if not has_a_file(request):
        return str(len(await request.body())) == request.headers.get("content-length")
    upload = upload_of(request)
    if upload:
        await upload.drain()
    return any(not name.startswith("_") for name in form.keys() - {"file"})


def here(request: AnyRequest) -> str:
    """The path and query that were asked for."""
    return quote(request.url.path, safe="/") + (f"?{request.url.query}" if request.url.query else "")


async def sent_by(request: AnyRequest) -> Sent:
    form = await read_form(request)
    typed = {name: value for name, value in form.items() if not name.startswith("_")}
    fields = {name: value for name, value in typed.items() if not SECRET.search(name)}
    return Sent(here(request), fields, signing_in.writer_of(form.get(TOKEN, "")), len(fields) == len(typed))


def carried(request: AnyRequest) -> Sent | None:
    """What the form that is being answered carries."""
    packed = cast("Mapping[str, Any]", request.scope).get("form", {}).get(CARRIED, "")
    try:
        sent = msgspec.json.decode(packed, type=Sent)
    except (ValueError, RecursionError):
        return None
    return sent if safe_path(sent.to) == sent.to else None


async def go_on(
    session: AsyncSession, request: AnyRequest, cookie: Cookie, *, then: str, said: str = ""
) -> Response[Any]:
    """After a login or a proof: on to `then`, or to what was being sent before."""
    response = see_other(request, then, said=said)
    if sent := carried(request):
        await become(session, request, cookie)
        response = to_send(sent)
    response.set_cookie(cookie)
    return response


def to_send(sent: Sent, *, status: int = 200) -> Page:
    """The page with the one button that sends it."""
    return Page("proofs/resume.html", status=status, to_send=sent)
