"""`/library`: what I keep, the newest first."""

from types import SimpleNamespace
from urllib.parse import urlencode

from litestar import Router, get
from litestar.params import FromQuery

from app.catalog.candidates import ITEM_TYPES
from app.kit.ids import parse_id
from app.library import keeping
from app.library.models import STATUSES
from app.web import words
from app.web.page import Page
from app.web.wiring import Session, SignedIn


@get("/library")
async def index(
    session: Session,
    viewer: SignedIn,
    type: FromQuery[str] = "",  # noqa: A002 - the parameter's name in the address
    status: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Page:
    item_type = type if type in ITEM_TYPES else ""
    status = status if status in STATUSES else ""
    entries, last = await keeping.library(
        session,
        viewer.id,
        item_type=item_type or None,
        status=status or None,
        after=parse_id(after) if after else None,
    )
    query = {"type": item_type, "status": status, "after": last}
    return Page(
        "library/index.html",
        entries=entries,
        filters=SimpleNamespace(type=item_type, status=status),
        counts=await keeping.counts(session, viewer.id, status or None),
        statuses=words.statuses(),
        next="/library?" + urlencode({name: value for name, value in query.items() if value}) if last else None,
    )


router = Router("/", route_handlers=[index])
