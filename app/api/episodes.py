"""`/api/items/{id}/episodes`: what I have seen of a series, and what is next."""

import msgspec
from litestar import Router, get, put
from litestar.params import FromPath
from pydantic import Field

from app.api.describing import needs, problems, takes
from app.api.log_shapes import Episode, Guide, Season
from app.api.sent import Sent
from app.catalog import reading
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.forms import Form
from app.kit.ids import UUID
from app.library import watching
from app.library.log_forms import Count, SeenForm
from app.web.episodes import want_episodes
from app.web.wiring import Asked, Jobs, Session, SignedIn


class GuideForm(Form):
    season: Count = Field(None, description="Of a long series, the season to list; else that of the next episode.")


@get(
    "/",
    summary="The episodes of a series, and which I have seen.",
    operation_class=takes(query=GuideForm),
    responses=problems(401, 404, 422),
    **needs("library:read"),
)
async def index(session: Session, viewer: SignedIn, queue: Jobs, item_id: FromPath[UUID], asked: Asked) -> Guide:
    """They are asked for once a day, in the background: look again a moment later where there are none."""
    series = await _series(session, item_id)
    form = GuideForm.read(asked)
    guide = await watching.guide(session, viewer.id, series, form.season)
    if guide.is_due:
        await want_episodes(queue, series)
    return _shaped(guide)


@put(
    "/",
    summary="Mark episodes as seen, or not.",
    operation_class=takes(body=SeenForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs("library:write"),
)
async def update(session: Session, viewer: SignedIn, item_id: FromPath[UUID], sent: Sent) -> Guide:
    series = await _series(session, item_id)
    form = SeenForm.read(sent)
    await (watching.see if form.seen else watching.unsee)(session, viewer.id, series, form)
    return _shaped(await watching.guide(session, viewer.id, series, form.season))


async def _series(session: AsyncSession, item_id: UUID) -> UUID:
    """What it is now. Raises `NotFound`."""
    item = await reading.card(session, item_id)
    if item.movie_kind != "series":
        raise NotFound("This has no episodes.")
    series: UUID = item.id
    return series


def _shaped(guide: watching.Guide) -> Guide:
    return Guide(
        round=guide.round,
        seasons=[
            Season(
                number=each.number,
                episodes=each.episodes,
                seen=each.seen,
                to_come=each.to_come,
                listed=[_episode(episode) for episode in each.listed],
            )
            for each in guide.seasons
        ],
        next_up=_episode(guide.next_up) if guide.next_up else None,
        source=guide.source or None,
        fetched_at=guide.fetched_at,
    )


def _episode(episode: watching.Episode) -> Episode:
    return Episode(**msgspec.structs.asdict(episode))


router = Router("/items/{item_id:uuid}/episodes", route_handlers=[index, update], tags=["library"])
