"""`/api/items/{id}/episodes`: what I have seen of a series, and what is next."""

from typing import Any

import msgspec
from litestar import Router, get, put
from litestar.params import FromPath
from pydantic import Field

from app.api.describing import needs, problems, takes
from app.api.log_shapes import Episode, Guide, Season
from app.api.sent import Sent
from app.catalog import reading
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
    await _must_be_series(session, viewer.id, item_id)
    form = GuideForm.read(asked)
    guide = await watching.guide(session, viewer.id, item_id, form.season)
    if guide.is_due:
        await want_episodes(queue, item_id)
    return _shaped(guide)


@put(
    "/",
    summary="Mark episodes as seen, or not.",
    operation_class=takes(body=SeenForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs("library:write"),
)
async def update(session: Session, viewer: SignedIn, item_id: FromPath[UUID], sent: Sent) -> Guide:
    await _must_be_series(session, viewer.id, item_id)
    form = SeenForm.read(sent)
    await (watching.see if form.seen else watching.unsee)(session, viewer.id, item_id, form)
    return _shaped(await watching.guide(session, viewer.id, item_id, form.season))


async def _must_be_series(session: Any, user_id: UUID, item_id: UUID) -> None:
    if not watching.is_series(await reading.item(session, item_id, user_id)):
        raise NotFound("This has no episodes.")


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
