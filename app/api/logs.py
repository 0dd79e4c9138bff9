"""`/api/logs`: what I did with what, and when."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath
from pydantic import Field

from app.api import shaping
from app.api.created import created
from app.api.describing import REPLACES, also, needs, problems, takes
from app.api.log_shapes import Log, Logged, LogLine
from app.api.matching import Expected, tag, tagged
from app.api.sent import Sent
from app.catalog import reading
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.library import log_keeping, timeline
from app.library.log_forms import LogForm, LogListForm
from app.library.models import UserItemLog
from app.web.wiring import Asked, Configured, Session, SignedIn


class NewLogForm(LogForm):
    item: UUID = Field(description="Which item.")


@get(
    "/",
    summary="My log, the newest day first.",
    operation_class=takes(query=LogListForm),
    responses=problems(401, 404, 422),
    **needs("library:read"),
)
async def index(session: Session, settings: Configured, viewer: SignedIn, asked: Asked) -> Log:
    form = LogListForm.read(asked)
    if form.item is not None:
        form = form.model_copy(update={"item": (await reading.card(session, form.item)).id})
    lines, last = await timeline.lines(
        session, viewer.id, item_id=form.item, item_type=form.type, year=form.year, after=form.after
    )
    query = form.model_dump(exclude_none=True) | {"after": last}
    return Log(
        lines=[LogLine(**_told(row, row.line_id), item=shaping.card(settings, row)) for row in lines],
        next="/api/logs?" + urlencode(query) if last else None,
    )


@post(
    "/",
    summary="Say what happened with an item.",
    operation_class=takes(body=NewLogForm),
    responses=problems(401, 404, 413, 415, 422)
    | also(200, Logged, "This episode was on the log already: as it stands."),
    **needs("library:write"),
)
async def create(session: Session, settings: Configured, viewer: SignedIn, sent: Sent) -> Response[Logged]:
    """The time through is found out: what is over is followed by the next. The entry moves along, and never back."""
    form = NewLogForm.read(sent)
    logged = await log_keeping.log(session, viewer.id, form.item, form)
    line = logged.line
    card = shaping.card(settings, await reading.card(session, line.item_id))
    shape = Logged(**_told(line, line.id), item=card, moved_to=logged.moved_to)
    if not logged.is_new:
        return tagged(shape, line.version)
    return tag(created(shape, f"/api/logs/{line.id}"), line.version)


@get("/{log_id:uuid}", summary="A line of my log.", responses=problems(401, 404), **needs("library:read"))
async def show(session: Session, settings: Configured, viewer: SignedIn, log_id: FromPath[UUID]) -> Response[LogLine]:
    return await _line(session, settings, await log_keeping.line_of(session, viewer.id, log_id))


@put(
    "/{log_id:uuid}",
    summary="Say it otherwise.",
    operation_class=takes(body=LogForm, replaces=True),
    responses=problems(401, 404, 413, 415, 422) | REPLACES,
    **needs("library:write"),
)
async def update(
    session: Session, settings: Configured, viewer: SignedIn, expected: Expected, log_id: FromPath[UUID], sent: Sent
) -> Response[LogLine]:
    """The whole line, but for its time through, which stays unless one is said. The entry stays as it is."""
    form = LogForm.read(sent)
    line = await log_keeping.line_of(session, viewer.id, log_id)
    line = await log_keeping.change(session, viewer.id, log_id, form, since=expected.hold(line.version))
    return await _line(session, settings, line)


@delete("/{log_id:uuid}", summary="Take a line off my log.", responses=problems(401, 404), **needs("library:write"))
async def destroy(session: Session, viewer: SignedIn, log_id: FromPath[UUID]) -> None:
    """For a day it can be put back, on the page of its item."""
    await log_keeping.remove(session, viewer.id, log_id)


async def _line(session: AsyncSession, settings: Settings, line: UserItemLog) -> Response[LogLine]:
    card = shaping.card(settings, await reading.card(session, line.item_id))
    return tagged(LogLine(**_told(line, line.id), item=card), line.version)


def _told(row: Any, line_id: UUID) -> dict[str, Any]:
    plain = ("kind", "day", "round", "unit", "season", "episode", "note", "version")
    amount = None if row.amount is None else float(row.amount)
    return {name: getattr(row, name) for name in plain} | {"id": line_id, "amount": amount}


router = Router("/logs", route_handlers=[index, create, show, update, destroy], tags=["library"])
