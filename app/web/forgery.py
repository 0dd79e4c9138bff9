"""Requests other sites make in a visitor's name are refused.

First what the browser says of where the request comes from (Fetch Metadata, else Origin, else Referer); then, where a
session is at stake, a token bound to it, in the form or the `X-CSRF-Token` header. Pages that need neither script nor
token to be read stay cacheable. OWASP Cross-Site Request Forgery Prevention, "Fetch Metadata headers".
"""

import hmac
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from litestar import Request
from litestar.exceptions import PermissionDeniedException

from app.accounts.signing_in import Viewer, writer_of
from app.web.denied import tell_denied
from app.web.forms import read_form
from app.web.hosts import is_this_machine, name_of
from app.web.page import visitor_of
from app.web.signed_in import asker_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD, HEADER = "_csrf_token", "x-csrf-token"
REFUSED = "This request did not come from a page of ours. Reload the page and try again."
NOT_SENT = "This was written with another account than the one that is logged in now. It was not sent."


class StaleToken(PermissionDeniedException):
    """A page of ours sent it, with the token of a session that is over."""


def is_ours(headers: Mapping[str, str], origin: str) -> bool | None:
    """Whether an unsafe request comes from our own pages; None if its browser says nothing of it."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    said = headers.get("origin") or headers.get("referer")
    if said is None:
        return None
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}".lower() == origin.lower()


async def refuse_forgery(request: Request[Any, Any, Any]) -> None:
    """Runs before every handler of the pages. Raises `PermissionDeniedException`."""
    if request.method in SAFE:
        return
    ours = is_ours(request.headers, _origin_of(request))
    viewer = asker_of(request)
    if ours is False or (ours is None and viewer is None):
        await _refuse(request)
    if viewer is None:
        return
    token = request.headers.get(HEADER) or (await read_form(request)).get(FIELD, "")
    if not _is_token_of(viewer, token):
        if ours and writer_of(token) == viewer.id.hex:
            raise StaleToken(REFUSED)
        await _refuse(request, NOT_SENT if ours and token else REFUSED)


def is_from_us(request: Request[Any, Any, Any], form: Mapping[str, str]) -> bool:
    """Whether a page of ours sent this form, of whichever session; where nothing may be done for it yet."""
    ours, viewer = is_ours(request.headers, _origin_of(request)), visitor_of(request)
    return ours or (ours is None and viewer is not None and _is_token_of(viewer, form.get(FIELD, "")))


def _is_token_of(viewer: Viewer, token: str) -> bool:
    return hmac.compare_digest(token.encode(), viewer.csrf_token.encode())


def _origin_of(request: Request[Any, Any, Any]) -> str:
    """What our pages are from, for who asks by this name: `BASE_URL`, or on the machine itself the name it was."""
    asked: str = request.headers.get("host", "")
    if is_this_machine(name_of(asked) or "") or request.app.state.origin is None:
        return f"{request.url.scheme}://{asked}"
    return str(request.app.state.origin)


async def _refuse(request: Request[Any, Any, Any], said: str = REFUSED) -> NoReturn:
    await tell_denied(request, "request.forged")
    raise PermissionDeniedException(said)
