"""Sent twice, done once: double clicks, retries after a lost answer, a page that is sent again.

Pages carry a key in each form (`_key`, beside the token); app.js says one for each press in `Idempotency-Key`, and so
may programs. The first answer is kept, in the transaction of what it answers, and given again to the same key
(draft-ietf-httpapi-idempotency-key-header). A refusal is not kept: it changed nothing.

A form that comes back from the browser's cache, and is sent with other words, by another of its buttons or with another
file, is something else, and counts once as that. Whoever says a key of their own is told that they said it before.
"""

import base64
import hmac
import re
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
from litestar import Litestar, Request, Response
from litestar.exceptions import ClientException
from litestar.response.base import ASGIResponse

from app.accounts import submissions
from app.accounts.submissions import Before, Sent, Submission
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import new_id
from app.kit.sealing import Seal, Unsealable, place_of
from app.web.forms import read_form
from app.web.page import is_htmx, visitor_of
from app.web.uploads import upload_of

FIELD, HEADER = "_key", "idempotency-key"
UNSAID = frozenset({FIELD, "_csrf_token"})  # what a form carries for us, and nobody typed
KEY_MAX = 100
KEY = re.compile(rf'"?([!#-~]{{1,{KEY_MAX}}})"?')
ANSWER_MAX = 1_000_000  # bytes; more is not kept
DONE_BEFORE = "This was done already. Reload the page to see it."
OTHERWISE = "This was sent before, with something else in it. Reload the page, and send it again."

AnyRequest = Request[Any, Any, Any]


class SentBefore(Exception):
    """The same was sent with this key before, and answered."""

    def __init__(self, before: Before) -> None:
        super().__init__(DONE_BEFORE)
        self.before = before


class SentOtherwise(Exception):
    """Something else was sent with this key before."""


class Answer(msgspec.Struct, array_like=True):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Again(Response[bytes]):
    """An answer given before, as it was."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(content=answer.body, status_code=answer.status)
        self.answer = answer

    def to_asgi_response(self, app: Litestar | None, request: AnyRequest, **more: Any) -> ASGIResponse:
        headers = [*self.answer.headers, ("idempotency-replayed", "true")]
        return ASGIResponse(body=self.answer.body, status_code=self.answer.status, headers=headers)


class Watched(Response[Any]):
    """Tells the request how it is answered, while its transaction is open."""

    def __init__(self, response: Response[Any]) -> None:
        self.response = response

    def to_asgi_response(self, app: Litestar | None, request: AnyRequest, **more: Any) -> ASGIResponse:
        answer = self.response.to_asgi_response(app, request, **more)
        request.scope["answer"] = answer  # type: ignore[typeddict-unknown-key]
        return answer


async def watch(response: Any) -> Any:
    """`after_request` of both doors; streams are ASGI applications and told of nothing."""
    return Watched(response) if isinstance(response, Response) else response


@asynccontextmanager
async def once(session: AsyncSession, request: AnyRequest) -> AsyncIterator[None]:
    """Around what a request does in its transaction. Raises `SentBefore`, `SentOtherwise`."""
    sent = await _sent(request)
    if sent is None:
        yield
        return
    before = await submissions.begin(session, sent)
    if before and not before.is_same and HEADER not in request.headers:
        sent = replace(sent, key=f"{sent.key}.{sent.digests[0].hex()}"[:KEY_MAX])
        before = await submissions.begin(session, sent)
    _refuse(before)
    yield
    answer = cast("ASGIResponse | None", request.scope.get("answer"))
    if answer is None or answer.status_code >= 400:
        await submissions.forget(session, sent)
        return
    _refuse(await submissions.finish(session, sent, answer.status_code, _sealed(request, sent, answer)))


def again(request: AnyRequest, before: Before) -> Response[Any] | None:
    """What was answered; None where that is not known any more."""
    if before.answer is None:
        return None
    try:
        opened = _seal(request).open(before.answer, place_of(Submission.__tablename__, before.id, "answer"))
    except Unsealable:
        return None
    return Again(msgspec.msgpack.decode(zlib.decompress(base64.b85decode(opened)), type=Answer))


def _refuse(before: Before | None) -> None:
    if before is not None:
        raise SentBefore(before) if before.is_same else SentOtherwise


async def _sent(request: AnyRequest) -> Sent | None:
    viewer = visitor_of(request)
    form = {} if request.url.path.startswith("/api/") else await read_form(request)
    said = request.headers.get(HEADER, "") or ("" if is_htmx(request) else form.get(FIELD, ""))
    if viewer is None or not said:
        return None
    key = KEY.fullmatch(said)
    if key is None:
        raise ClientException("Idempotency-Key: use 1 to 100 visible characters.", status_code=400)
    route = f"{request.method} {request.url.path}"
    typed = sorted((name, value) for name, value in form.items() if name not in UNSAID)
    body = urlencode(typed).encode() if form else await request.body()
    if upload := upload_of(request):
        try:
            body += b"\0" + await upload.read(request.route_handler.opt["file_max"])
        except Invalid:  # the handler says so
            return None
    return Sent(new_id(), viewer.id, key[1], route, _digests(request, route, body))


def _digests(request: AnyRequest, route: str, body: bytes) -> tuple[bytes, ...]:
    """Keyed: what is sent may be a password, and a plain hash of one can be guessed at."""
    said = b"\0".join((route.encode(), request.url.query.encode(), body))
    return tuple(hmac.digest(each.key, said, "sha256") for each in request.app.state.ring.keys(submissions.DIGESTS))


def _sealed(request: AnyRequest, sent: Sent, answer: ASGIResponse) -> bytes | None:
    if len(answer.body) > ANSWER_MAX:
        return None
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.encode_headers()]
    packed = msgspec.msgpack.encode(Answer(answer.status_code, headers, answer.body))
    text = base64.b85encode(zlib.compress(packed, 1)).decode()
    return _seal(request).seal(text, place_of(Submission.__tablename__, sent.id, "answer"))


def _seal(request: AnyRequest) -> Seal:
    return Seal(request.app.state.ring, submissions.PURPOSE)
