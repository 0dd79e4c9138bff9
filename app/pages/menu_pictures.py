"""`/menus/{slug}/card.png`: the picture of a published menu that others show beside a link to it."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.menus import reading
from app.menus.carding import DRAWN, Cards, card_of
from app.web.conditional import ASKED_ABOUT, knows, tag_of, unchanged
from app.web.wiring import Session


@get("/menus/{slug:str}/card.png")
async def show(session: Session, request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[bytes]:
    cards: Cards = request.app.state.cards
    card = card_of(await reading.menu_at(session, slug, None))
    headers = {"ETag": tag_of(DRAWN, card), "Cache-Control": ASKED_ABOUT}
    if knows(request, headers["ETag"]):
        return unchanged(headers)
    return Response(await cards.picture(card), media_type="image/png", headers=headers)


router = Router("/", route_handlers=[show])
