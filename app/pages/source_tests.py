"""`/ops/sources/keys/{source}/test`: asks a source whether it takes its keys."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromPath

from app.kit.db import let_go
from app.pages.source_keys import PARTIAL, WHOLE, ask_again, keyed, place_of, shown
from app.sources.keyring import prove
from app.web.page import changed, refused
from app.web.signed_in import only_the_operator
from app.web.wiring import Keys, Session, SignedIn, Sources


@post("/", status_code=303)
async def create(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    sources: Sources,
    keyring: Keys,
    source: FromPath[str],
) -> Response[Any]:
    one = keyed(sources, source)
    await let_go(session)
    proof = await prove(one)
    if proof.works:
        await ask_again(session, one)
    page = await shown(session, sources, keyring, one) | {"form": None, "proof": proof}
    if proof.works:
        return changed(request, PARTIAL, then=place_of(one), said=proof.sentence, **page)
    return refused(request, PARTIAL, whole=WHOLE, **page)


router = Router("/ops/sources/keys/{source:str}/test", route_handlers=[create], guards=[only_the_operator])
