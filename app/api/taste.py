"""`/api/taste`: what I keep, counted."""

from collections.abc import Sequence

from litestar import Router, get
from msgspec import Struct

from app.api.describing import needs, problems, takes
from app.catalog.candidates import ItemType
from app.kit.forms import Form
from app.library import tasting
from app.web.wiring import Asked, Session, SignedIn


class TasteForm(Form):
    type: ItemType | None = None


class Counted(Struct, kw_only=True):
    """`rating` is the mean from 0 to 10 of what is rated."""

    label: str
    items: int
    rating: float | None


class Taste(Struct, kw_only=True):
    media: list[Counted]
    decades: list[Counted]
    genres: list[Counted]
    creators: list[Counted]


@get(
    "/taste",
    summary="What I am at or through with, by medium, decade, genre and creator.",
    operation_class=takes(query=TasteForm),
    responses=problems(401, 422),
    **needs("library:read"),
)
async def show(session: Session, viewer: SignedIn, asked: Asked) -> Taste:
    """Twelve genres and creators at most. Without `type`, of all media."""
    taste = await tasting.taste_of(session, viewer.id, TasteForm.read(asked).type or "")
    return Taste(
        media=_shaped(taste.media),
        decades=_shaped(taste.decades),
        genres=_shaped(taste.genres),
        creators=_shaped(taste.creators),
    )


def _shaped(rows: Sequence[tasting.Counted]) -> list[Counted]:
    return [
        Counted(label=row.label, items=row.items, rating=None if row.rating is None else float(row.rating))
        for row in rows
    ]


router = Router("/", route_handlers=[show], tags=["library"])
