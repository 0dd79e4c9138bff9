"""`/api/menus/{slug}/forks` and `/api/menus/{id}/upstream`: a copy of a menu, and what changed in it since."""

from litestar import Response, Router, get, post, put
from litestar.params import FromPath

from app.api import serving_shapes as shapes
from app.api import shaping
from app.api.created import created
from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.menus import forking, upstream
from app.menus.pieces import Piece
from app.menus.upstream import PieceForm, Upstream
from app.web.wiring import Configured, Session, SignedIn


@post(
    "/menus/{slug:str}/forks",
    summary="Fork a published menu, or one of mine.",
    responses=problems(401, 404),
    **needs("menus:write"),
)
async def create(
    session: Session, settings: Configured, viewer: SignedIn, slug: FromPath[str]
) -> Response[shapes.ForkedMenu]:
    """A draft of mine with all it serves."""
    menu = await forking.fork(session, viewer.id, slug)
    found = await upstream.upstream_of(session, viewer.id, menu.id)
    shape = shapes.ForkedMenu(id=menu.id, title=menu.title, slug=menu.slug, origin=_origin(settings, found))
    return created(shape, f"/api/menus/{menu.id}")


@get(
    "/menus/{menu_id:uuid}/upstream",
    summary="What changed in the menu that one of mine was forked of.",
    responses=problems(401, 404),
    **needs("menus:read"),
)
async def show(session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID]) -> shapes.Upstream:
    """What I have not taken over, and apart from it what I left. A menu that is no fork has none."""
    return _shaped(settings, await upstream.upstream_of(session, viewer.id, menu_id))


@put(
    "/menus/{menu_id:uuid}/upstream",
    summary="Take over a change upstream, or leave it.",
    operation_class=takes(body=PieceForm),
    responses=problems(401, 404, 412, 413, 415, 422),
    **needs("menus:write"),
)
async def update(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], sent: Sent
) -> shapes.Upstream:
    """Says what there is then. What was left can be taken over after all.

    412 where either side has changed since the piece was read.
    """
    await upstream.decide(session, viewer.id, menu_id, PieceForm.read(sent))
    return _shaped(settings, await upstream.upstream_of(session, viewer.id, menu_id))


def _shaped(settings: Settings, found: Upstream) -> shapes.Upstream:
    listed, left = ([_piece(each) for each in several] for several in (found.pieces, found.left))
    return shapes.Upstream(origin=_origin(settings, found), pieces=listed, left=left)


def _piece(piece: Piece) -> shapes.Piece:
    return shapes.Piece(
        id=piece.id,
        kind=piece.kind,
        said=piece.said,
        was=piece.was,
        theirs=piece.theirs,
        mine=piece.mine,
        collides=piece.collides,
    )


def _origin(settings: Settings, found: Upstream) -> shapes.Origin:
    there = shaping.public_url(settings, found.origin.slug) if found.is_public else None
    return shapes.Origin(title=found.origin.title, author=found.origin.author, public_url=there)


router = Router("/", route_handlers=[create, show, update], tags=["menus"])
