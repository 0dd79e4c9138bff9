"""Page and fragment from one template: no handler asks whether htmx is asking.

`Page("search/index.html", …)` is the whole document, or the block that htmx named in `HX-Target` (`div#results` →
`{% block results %}`). `changed(…)` is the partial that shows what an action changed for htmx, and a 303 for a form.
"""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote, unquote

from jinja2 import Environment
from litestar import Litestar, Request, Response
from litestar.connection import ASGIConnection
from litestar.response.base import ASGIResponse
from markupsafe import Markup

from app.accounts.signing_in import Viewer
from app.kit.keys import Ring
from app.kit.text import clip
from app.web.cookies import GONE, proof
from app.web.forms import FormState, status_of
from app.web.ratings import preferring

FLASH = "__Host-flash"
CARRIED = "_sent"  # what was sent before it was known who is there (web/resuming)
LARGE = 500  # rows
SAID_MAX = 300  # characters; each may take twelve bytes, and browsers drop a cookie of more than 4,096
VARY = "HX-Request, HX-Target"


class FormFields:
    """What every form carries unseen: the token of its session, and a key of its own, by which it counts once."""

    def __init__(self, token: str) -> None:
        self._token, self._page, self._forms = token, secrets.token_urlsafe(12), 0

    def __html__(self) -> str:
        self._forms += 1
        return (
            f'<input type="hidden" name="_csrf_token" value="{self._token}">'
            f'<input type="hidden" name="_key" value="{self._page}.{self._forms}">'
        )


def is_htmx(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    return connection.headers.get("hx-request") == "true"


def visitor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Viewer | None:
    viewer: Viewer | None = cast("Mapping[str, Any]", connection.scope).get("visitor")
    return viewer


class Page(Response[bytes]):
    """`part=True` renders the template as it is: a partial, which never has a layout around it."""

    def __init__(self, template: str, *, status: int = 200, part: bool = False, **context: Any) -> None:
        super().__init__(content=b"", status_code=status, media_type="text/html")
        self.template, self.part, self.context = template, part, context

    async def drawn(self, request: Request[Any, Any, Any], rows: int) -> "Page":
        """Now, see `rendered`."""
        self.content = await rendered(request, self.template, self._shown(request), rows, part=self.part)
        return self

    def to_asgi_response(self, app: Litestar | None, request: Request[Any, Any, Any], **more: Any) -> ASGIResponse:
        if not self.content:
            self.content = render(request, self.template, self._shown(request), part=self.part).encode()
        self.headers.setdefault("Vary", VARY)
        if visitor_of(request):
            self.headers.setdefault("Cache-Control", "no-store")
        return super().to_asgi_response(app, request, **more)

    def _shown(self, request: Request[Any, Any, Any]) -> dict[str, Any]:
        flash = None if self.part or is_htmx(request) else _take_flash(request)
        if flash:
            self.set_cookie(proof(FLASH, "", GONE))
        return {"flash": flash} | self.context


def render(
    connection: ASGIConnection[Any, Any, Any, Any], template: str, context: dict[str, Any], *, part: bool = False
) -> str:
    """The document, the block htmx asked for, or the partial."""
    env: Environment = connection.app.state.templates
    found = env.get_template(template)
    full = _of_every_page(connection) | context
    block = None if part else found.blocks.get(_target(connection))
    viewer = visitor_of(connection)
    with preferring(viewer.rating_scale if viewer else "stars"):
        if block is None:
            return found.render(full)
        return "".join(block(found.new_context(full)))


async def rendered(
    connection: ASGIConnection[Any, Any, Any, Any],
    template: str,
    context: dict[str, Any],
    rows: int,
    *,
    part: bool = False,
) -> bytes:
    """As `render`; what has very many rows is drawn in a thread, so that nobody else waits for it."""
    if rows <= LARGE:
        return render(connection, template, context, part=part).encode()
    return (await asyncio.to_thread(render, connection, template, context, part=part)).encode()


def changed(
    request: Request[Any, Any, Any], template: str, *, then: str, said: str = "", **context: Any
) -> Response[Any]:
    """After an action: the partial for htmx, else a 303 to where it can be seen, with `said` shown there once."""
    if is_htmx(request):
        flash = {"kind": "done", "text": said} if said else None
        return Page(template, part=True, said=said, flash=flash, **context)
    return see_other(request, then, said=said)


def refused(
    request: Request[Any, Any, Any], template: str, *, whole: str, form: FormState | None, **context: Any
) -> Response[Any]:
    """What was typed, with what is wrong or what others saved: the partial for htmx, else the `whole` page."""
    status = status_of(form) if form else 422
    shown = context | {"form": form, "said": ""}
    if is_htmx(request):
        return Page(template, part=True, status=status, flash=None, **shown)
    return Page(whole, status=status, **shown)


def reloaded(request: Request[Any, Any, Any], url: str, *, said: str = "") -> Response[Any]:
    """After a change that shows in more than one place: htmx loads the page it is on anew, a form goes to `url`."""
    response = see_other(request, url, said=said)
    if is_htmx(request):
        response.status_code = 200
        response.headers = {"HX-Refresh": "true"}
    return response


def see_other(request: Request[Any, Any, Any], url: str, *, said: str = "") -> Response[Any]:
    response: Response[Any] = Response(content=b"", status_code=303, headers={"Location": url})
    if said:
        ring: Ring = request.app.state.ring
        value = quote(ring.sign(FLASH, clip(said, SAID_MAX)), safe="")
        response.set_cookie(proof(FLASH, value, timedelta(minutes=1)))
    return response


def _take_flash(request: Request[Any, Any, Any]) -> dict[str, str] | None:
    value = request.cookies.get(FLASH)
    ring: Ring = request.app.state.ring
    said = ring.signed(FLASH, unquote(value)) if value else None
    return {"kind": "done", "text": said} if said else None


def _of_every_page(connection: ASGIConnection[Any, Any, Any, Any]) -> dict[str, Any]:
    viewer = visitor_of(connection)
    token = viewer.csrf_token if viewer else ""
    field = FormFields(token) if token else Markup()
    return {
        "viewer": viewer,
        "csrf": field,
        "csrf_token": token,
        "path": connection.url.path,
        "flash": None,
        "sent": _carried(connection),
    }


def _carried(connection: ASGIConnection[Any, Any, Any, Any]) -> Markup:
    """For the forms that ask who is there; a refused one goes on carrying."""
    scope = cast("Mapping[str, Any]", connection.scope)
    packed = scope.get(CARRIED) or scope.get("form", {}).get(CARRIED, "")
    return Markup('<input type="hidden" name="{}" value="{}">').format(CARRIED, packed) if packed else Markup()


def _target(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The id in `div#results`; htmx 4 names the tag too."""
    if not is_htmx(connection):
        return ""
    return connection.headers.get("hx-target", "").rpartition("#")[2]
