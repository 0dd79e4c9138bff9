"""`/menus/{id}/upstream`: what changed in the menu this one was forked of, to take over or to leave.

What was left is folded away below; `again` says that one of those is taken over, and the rest stays unfolded.
"""

from typing import Any

from litestar import Request, Response, Router, get, put
from litestar.params import FromPath

from app.kit.errors import Invalid, Stale
from app.kit.ids import parse_id
from app.menus import upstream
from app.menus.upstream import PieceForm
from app.web.page import Page, changed, is_htmx
from app.web.wiring import Session, SignedIn, Typed
from app.web.words import plural

TEMPLATE = "menus/upstream.html"
PARTIAL = "menus/_pieces.html"
MEANWHILE = "This changed while you were reading. Look at it once more."


@get("/")
async def show(session: Session, viewer: SignedIn, menu_id: FromPath[str]) -> Page:
    found = await upstream.upstream_of(session, viewer.id, parse_id(menu_id))
    return Page(TEMPLATE, upstream=found, said="", wrong="", again=False)


@put("/")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, menu_id: FromPath[str], form: Typed
) -> Response[Any]:
    id_ = parse_id(menu_id)
    try:
        wanted = PieceForm.read(form)
        count = await upstream.decide(session, viewer.id, id_, wanted)
    except (Invalid, Stale) as error:
        session.expire_all()  # nothing of what was begun is kept
        found = await upstream.upstream_of(session, viewer.id, id_)
        wrong, status = (MEANWHILE, 409) if isinstance(error, Stale) else (str(error), 422)
        return Page(
            PARTIAL if is_htmx(request) else TEMPLATE,
            status=status,
            part=is_htmx(request),
            upstream=found,
            said="",
            wrong=wrong,
            again="again" in form,
            flash=None,
        )
    found = await upstream.upstream_of(session, viewer.id, id_)
    said = _said(wanted, count)
    then, again = f"/menus/{id_}/upstream", "again" in form
    return changed(request, PARTIAL, then=then, said=said, upstream=found, wrong="", again=again)


def _said(wanted: PieceForm, count: int) -> str:
    if not count:
        return "There is nothing left of that."
    if wanted.choice == "leave":
        return "Left as you have it."
    return "Taken over." if wanted.piece != "all" else f"{plural(count, 'change')} taken over."


router = Router("/menus/{menu_id:str}/upstream", route_handlers=[show, update])
