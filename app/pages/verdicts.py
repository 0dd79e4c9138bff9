"""`/search/verdicts`: what a host says of rows of the list: these are one work, that one is another."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, Router, delete, post

from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.pages.searching import asked_of, listed
from app.search import verdicts
from app.search.contract import CatalogSearch
from app.search.fan_out import FanOut
from app.search.members import Ref
from app.web.page import changed
from app.web.wiring import Asking, Engine, Session, SignedIn, Typed

REFS_MAX = 60  # of one work
WRONG = "Say which of the rows you mean."


@post("/", status_code=200)
async def create(
    session: Session,
    request: Request[Any, Any, Any],
    engine: Engine,
    fan_out: Asking,
    viewer: SignedIn,
    form: Typed,
) -> Response[Any]:
    """`split`: `one` is another work than the rest of `all`. `join`: `one` and `other` are the same."""
    one = _refs(form, "one")
    if form.get("verdict") == "split":
        others = [ref for ref in _refs(form, "all") if ref not in one]
        await verdicts.split(session, viewer.id, one, others)
        said = "Taken apart, from now on."
    else:
        others = _refs(form, "other")
        if others == one:
            raise Invalid({"other": "Choose two different rows."}, form)
        await verdicts.join(session, viewer.id, one, others)
        said = "One work, from now on."
    undo = {"said": said, "all": msgspec.json.encode([*one, *others]).decode()}
    return await _shown(session, request, engine, fan_out, viewer, form, said, undo)


@delete("/", status_code=200)
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    engine: Engine,
    fan_out: Asking,
    viewer: SignedIn,
    form: Typed,
) -> Response[Any]:
    await verdicts.forget(session, viewer.id, _refs(form, "all"))
    said = "Forgotten what you said of these."
    return await _shown(session, request, engine, fan_out, viewer, form, said, {"said": said, "all": ""})


async def _shown(
    session: AsyncSession,
    request: Request[Any, Any, Any],
    engine: CatalogSearch,
    fan_out: FanOut,
    viewer: Viewer,
    form: dict[str, str],
    said: str,
    verdict: dict[str, str],
) -> Response[Any]:
    """The list as it is now."""
    page = form.get("page", "")
    asked = asked_of(viewer, form.get("q", ""), form.get("type", ""), int(page) if page.isdecimal() else 1)
    answer = await engine.search(asked.question)
    context = await listed(session, fan_out, viewer, asked, answer, await fan_out.remembered(asked.question))
    then = "/search?" + urlencode(asked.where | {"page": asked.question.page})
    return changed(
        request, "search/_found.html", then=then, said=said, adding=None, tries=1, verdict=verdict, **context
    )


def _refs(form: dict[str, str], name: str) -> list[Ref]:
    try:
        refs = msgspec.json.decode(form.get(name, ""), type=list[tuple[str, str]])
    except msgspec.DecodeError:
        refs = []
    if not 0 < len(refs) <= REFS_MAX:
        raise Invalid({name: WRONG}, form)
    return refs


router = Router("/search/verdicts", route_handlers=[create, destroy])
