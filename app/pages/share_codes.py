"""`/menus/{id}/share.svg`: a menu's public address as a QR code."""

from litestar import Response, Router, get
from litestar.params import FromPath

from app.kit.ids import parse_id
from app.menus import reading
from app.pages.shares import address_of
from app.web.qr import qr_svg
from app.web.wiring import Configured, Session, SignedIn


@get("/menus/{menu_id:str}/share.svg")
async def show(session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[str]) -> Response[bytes]:
    menu = await reading.menu_of(session, viewer.id, parse_id(menu_id))
    code = qr_svg(address_of(settings, menu))
    return Response(code, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


router = Router("/", route_handlers=[show])
