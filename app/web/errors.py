"""Every error as its door speaks: a page, a fragment that htmx shows, or problem+json (RFC 9457)."""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from app.kit import clock, origin
from app.kit.errors import Conflict, Forbidden, Invalid, Moved, NotFound, Stale, TooBusy, Unversioned
from app.kit.gcra import OverLimit
from app.kit.trouble import database_is_down, is_full
from app.sources.errors import SourceDown
from app.web.forgery import SAFE, StaleToken
from app.web.once import OTHERWISE, SentBefore, SentOtherwise, again
from app.web.page import Page, is_htmx, see_other
from app.web.problems import PROOF_NEEDED, SCOPE_MISSING
from app.web.resuming import ask, here, keep, send_again
from app.web.scoped import ScopeMissing
from app.web.signed_in import CLOSURE, DOCS, Closing, ProofNeeded, SignInNeeded

log = logging.getLogger(__name__)

Reply = Response[Any]
AnyRequest = Request[Any, Any, Any]

TITLES = {
    400: "That did not arrive whole",
    401: "Log in first",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not that way",
    409: "It has moved on",
    412: "It has moved on",
    413: "Too much at once",
    415: "Not in this shape",
    421: "Another address",
    422: "Please look at this again",
    428: "Say which version",
    429: "A moment, please",
    500: "Something broke",
    503: "A moment, please",
}
SENTENCES = {
    400: "What was sent cannot be read. Go back and try again.",
    404: "There is nothing at this address, or it is not for everyone.",
    405: "This address does not take that kind of request.",
    413: "What was sent is larger than this address takes.",
    500: "The fault is ours. Nothing you kept is lost; try again, and tell whoever runs this Tastebuds the reference.",
    503: "The database does not answer. What was saved is safe; try again in a few seconds.",
}
FULL = (
    "The storage is full: nothing can be saved until whoever runs this Tastebuds makes room. Reading works. "
    "What you typed is not lost."
)
LATER = frozenset({429, 500, 503})  # where the same may go through if it is sent again
RETRY_AFTER = {"Retry-After": "5"}
QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"  # RateLimit headers, draft 10
SESSION = "/session"  # where one is told who is logged in, and pages find the token of a new session


def handlers() -> dict[Any, Callable[[AnyRequest, Any], Reply]]:
    return {
        SignInNeeded: _sign_in_needed,
        ProofNeeded: _proof_needed,
        StaleToken: _stale_token,
        ScopeMissing: _scope_missing,
        SentBefore: lambda request, error: again(request, error.before) or reply(request, 409, str(error)),
        SentOtherwise: lambda request, _: reply(request, 422, OTHERWISE),
        Closing: _closing,
        Invalid: _invalid,
        Moved: _moved,
        NotFound: lambda request, error: reply(request, 404, str(error)),
        Forbidden: lambda request, error: reply(request, 403, str(error)),
        Stale: _stale,
        Unversioned: lambda request, error: reply(request, 428, str(error)),
        Conflict: lambda request, error: reply(request, 409, str(error)),
        TooBusy: lambda request, error: reply(request, 503, str(error), headers=RETRY_AFTER),
        OverLimit: _over_limit,
        SourceDown: _source_down,
        HTTPException: _http,
        Exception: _fault,
    }


def reply(
    request: AnyRequest,
    status: int,
    sentence: str = "",
    *,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    reference: str = "",
    kind: str = "",
    more: Mapping[str, Any] | None = None,
    asks: str = "",
) -> Reply:
    """`kind`: of `app/web/problems.py`, for programs, or an address of its own; `more`: what else they are told.

    `asks`: the address of what people are asked, before the same is sent again (dialog.js).
    """
    title = TITLES.get(status, "That did not work")
    sentence = sentence or SENTENCES.get(status, "")
    if request.url.path.startswith("/api/"):
        type_ = f"{request.app.state.settings.address}{DOCS}#{kind}" if kind and ":" not in kind else kind
        return problem(status, title, sentence, errors=errors, headers=headers, type_=type_, more=more)
    htmx = is_htmx(request)
    page = Page(
        "errors/_error.html" if htmx else "errors/page.html",
        status=status,
        part=htmx,
        title=title,
        sentence=sentence,
        reference=reference,
        asks=asks,
        again=None,
    )
    page.context["status"] = status
    page.headers.update(headers or {})
    return keep(page) if status in LATER and request.method not in SAFE and not htmx else page


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    type_: str = "",
    more: Mapping[str, Any] | None = None,
) -> Reply:
    body: dict[str, Any] = {"type": type_ or "about:blank", "title": title, "status": status, "detail": detail}
    body |= {"instance": f"urn:uuid:{origin.here().request_id}"} | dict(more or {})
    if errors:
        body["errors"] = [{"field": field, "detail": sentence} for field, sentence in errors.items()]
    return Response(
        content=msgspec.json.encode(body),
        status_code=status,
        media_type="application/problem+json",
        headers=dict(headers or {}),
    )


def _sign_in_needed(request: AnyRequest, error: SignInNeeded) -> Reply:
    if request.url.path.startswith("/api/"):
        sent = ' error="invalid_token"' if "authorization" in request.headers else ""  # RFC 6750 §3.1
        return reply(request, 401, str(error), headers={"WWW-Authenticate": f"Bearer{sent}"})
    if is_htmx(request):
        said = "You are not logged in any more. What you typed is still here: log in, and it can be sent."
        return reply(request, 401, said, asks=f"/login?next={SESSION}")
    if request.method in SAFE:
        return see_other(request, "/login" + _then(request))
    return ask("accounts/login.html", 401, _http, form=None, next="/")


def _proof_needed(request: AnyRequest, error: ProofNeeded) -> Reply:
    if request.url.path.startswith("/api/"):
        return reply(request, 403, str(error), kind=PROOF_NEEDED)
    if is_htmx(request):
        return reply(request, 403, str(error), asks=f"/proof?next={SESSION}")
    if request.method in SAFE:
        return see_other(request, "/proof" + _then(request))
    return ask("proofs/new.html", 403, _http, form=None, next="/")


def _stale_token(request: AnyRequest, error: StaleToken) -> Reply:
    return reply(request, 403, error.detail, asks=SESSION) if is_htmx(request) else send_again()


def _then(request: AnyRequest) -> str:
    wanted = here(request)
    return f"?next={quote(wanted, safe='/')}" if wanted != "/" else ""


def _scope_missing(request: AnyRequest, error: ScopeMissing) -> Reply:
    said = f'Bearer error="insufficient_scope", scope="{error.scope}"'  # RFC 6750 §3.1
    return reply(request, 403, str(error), headers={"WWW-Authenticate": said}, kind=SCOPE_MISSING)


def _stale(request: AnyRequest, error: Stale) -> Reply:
    """Programs say a precondition (RFC 9110 §13.1.1); pages that show both texts never come here."""
    return reply(request, 412 if request.url.path.startswith("/api/") else 409, str(error))


def _moved(request: AnyRequest, error: Moved) -> Reply:
    """Asked again each time: an owner may go back to an address, and two that browsers keep would lead in a circle."""
    there = request.url.path.replace(error.old, error.new, 1)
    if request.url.query:
        there += f"?{request.url.query}"
    status = 301 if request.method in SAFE else 308
    return Response(content=b"", status_code=status, headers={"Location": there, "Cache-Control": "no-cache"})


def _closing(request: AnyRequest, error: Closing) -> Reply:
    if is_htmx(request) or request.url.path.startswith("/api/"):
        return reply(request, 403, str(error))
    return Response(content=b"", status_code=303, headers={"Location": CLOSURE})


def _invalid(request: AnyRequest, error: Invalid) -> Reply:
    """Of a form that no page shows again, and of JSON."""
    return reply(request, 422, " ".join(error.errors.values()), errors=error.errors)


def _source_down(request: AnyRequest, error: SourceDown) -> Reply:
    if error.kind == "not_found":
        return reply(request, 404, str(error))
    wait = max(1, round((error.until - clock.now()).total_seconds())) if error.until else None
    return reply(request, 503, str(error), headers={"Retry-After": str(wait)} if wait else RETRY_AFTER)


def _over_limit(request: AnyRequest, error: OverLimit) -> Reply:
    violated = {"violated-policies": [error.taken.family]}
    return reply(request, 429, str(error), headers=error.headers, kind=QUOTA_EXCEEDED, more=violated)


def _http(request: AnyRequest, error: HTTPException) -> Reply:
    status = error.status_code
    if status >= 500:
        return _fault(request, error)
    said = error.detail if status in (400, 403, 415) and type(error).__module__ != "litestar.exceptions" else ""
    if status == 403 or (status in (400, 415) and error.detail.endswith(".")):
        said = error.detail
    return reply(request, status, said, headers=error.headers)  # Allow, of a 405


def _fault(request: AnyRequest, error: Exception) -> Reply:
    """Ours, or the database's. The reference is in the log with the trace, and nothing else of it on the page."""
    reference = origin.here().request_id
    if is_full(error):
        log.error("the database has no room left (%s)", reference)
        return reply(request, 503, FULL, headers={"Retry-After": "60"}, reference=reference)
    if database_is_down(error):
        log.warning("the database does not answer (%s): %s", reference, type(error).__name__)
        return reply(request, 503, headers=RETRY_AFTER, reference=reference)
    log.error("a fault of ours (%s)", reference, exc_info=error)
    return reply(request, 500, reference=reference)
