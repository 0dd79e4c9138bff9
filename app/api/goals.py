"""`/api/goals`: how many works I want to finish in a year."""

from litestar import Response, Router, get, put

from app.api.describing import REPLACES, needs, problems, takes
from app.api.log_shapes import Goal, Goals
from app.api.matching import Expected, etag
from app.api.sent import Sent
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.library import goals, timeline
from app.library.log_forms import GoalForm, YearForm
from app.web.wiring import Asked, Session, SignedIn


@get(
    "/",
    summary="My goals of a year, and how far I am.",
    operation_class=takes(query=YearForm),
    responses=problems(401, 422),
    **needs("library:read"),
)
async def index(session: Session, viewer: SignedIn, asked: Asked) -> Goals:
    return await _goals(session, viewer.id, YearForm.read(asked).year)


@put(
    "/",
    summary="Set a goal, or with a target of 0 take it away.",
    operation_class=takes(body=GoalForm, replaces=True),
    responses=problems(401, 413, 415, 422) | REPLACES,
    **needs("library:write"),
)
async def update(session: Session, viewer: SignedIn, expected: Expected, sent: Sent) -> Response[Goals]:
    """A goal that is there is changed by its `etag`, as the list tells it; one that is new needs none. The `ETag` is
    that of this goal, and the answer all goals of its year."""
    form = GoalForm.read(sent)
    goal = await goals.held(session, viewer.id, form)
    version, made_at = (goal.version, goal.created_at) if goal else (None, None)
    expected.hold(version, made_at)
    await goals.set_goal(session, viewer.id, form, since=version or 0)
    answer = await _goals(session, viewer.id, form.year)
    etags = {goal.type: goal.etag for goal in answer.goals}
    return Response(answer, headers={"ETag": etags[form.type]} if form.type in etags else None)


async def _goals(session: AsyncSession, user_id: UUID, number: int) -> Goals:
    year = await timeline.year_of(session, user_id, number)
    return Goals(
        goals=[
            Goal(
                year=number,
                type=goal.type,  # type: ignore[arg-type]  # checked by the table
                target=goal.target,
                done=year.done(goal),
                version=goal.version,
                etag=etag(goal.version, goal.created_at),
            )
            for goal in year.goals
        ]
    )


router = Router("/goals", route_handlers=[index, update], tags=["library"])
