"""The log: dated happenings with an item, in rounds; and how they move the entry along."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from app.catalog.holding import hold
from app.kit import clock, jsonb
from app.kit.db import AnyRow, AsyncSession, changed
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id
from app.library.log_forms import LogForm
from app.library.log_models import RemovedLog
from app.library.models import UserItemLog
from app.library.rounds import Round, round_of

GONE = "This is not on your log."
THERE = "This episode is on your log already, that time through."
LINES_MAX = 20_000  # of one item: a bound for programs that run wild

# two lines at once must not both begin a round, nor become one episode
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('log ' || :user_id || :item_id, 0))")
ROUNDS = text("""
    SELECT round AS number, min(day) AS first_on, min(day) FILTER (WHERE kind = 'started') AS started_on,
        max(day) FILTER (WHERE kind IN ('finished', 'dropped')) AS over_on
    FROM user_item_logs WHERE user_id = :user_id AND item_id = :item_id GROUP BY round ORDER BY first_on, round
""")
HOW_MANY = text("SELECT count(*) FROM user_item_logs WHERE user_id = :user_id AND item_id = :item_id")
ADD = insert(UserItemLog)
ONCE: Any = {
    "index_elements": ["user_id", "item_id", "round", "season", "episode"],
    "index_where": text("episode IS NOT NULL"),
}
SAME = select(UserItemLog)
WHERE_IT_IS = select(UserItemLog.item_id)
MINE = select(UserItemLog).with_for_update().execution_options(populate_existing=True)
REMOVED = text("SELECT item_id FROM removed_logs WHERE id = :id AND user_id = :user_id")
REMOVE = text("""
    WITH gone AS (DELETE FROM user_item_logs WHERE id = ANY(:ids) AND user_id = :user_id RETURNING *)
    INSERT INTO removed_logs (id, user_id, item_id, kept, removed_at)
    SELECT gone.id, gone.user_id, gone.item_id, to_jsonb(gone), :now FROM gone
    ON CONFLICT (id) DO UPDATE SET kept = excluded.kept, removed_at = excluded.removed_at
    RETURNING item_id
""")
TAKE_OUT = text("DELETE FROM removed_logs WHERE id = :id AND user_id = :user_id RETURNING kept")
# where the entry goes when this happens; backwards never, and not for what something later has overtaken
MOVES = {
    "started": ("active", ["wanted", "paused", "dropped"]),
    "progress": ("active", ["wanted", "paused"]),
    "finished": ("done", ["wanted", "active", "paused", "dropped"]),
    "dropped": ("dropped", ["wanted", "active", "paused"]),
}
MOVE = text("""
    UPDATE user_item_states s SET status = :status, version = version + 1, updated_at = :now
    WHERE s.user_id = :user_id AND s.item_id = :item_id AND s.status = ANY(:before) AND NOT EXISTS (
        SELECT 1 FROM user_item_logs l WHERE l.user_id = s.user_id AND l.item_id = s.item_id AND l.day > :day)
""")


@dataclass(frozen=True, slots=True)
class Logged:
    """`moved_to`: the status the entry has now, where it had another before. `is_new`: not on the log before."""

    line: UserItemLog
    moved_to: str | None
    is_new: bool


async def hold_alone(session: AsyncSession, user_id: UUID, item_id: UUID) -> UUID:
    """The item as `hold` does; and until the transaction ends, its lines of mine are written by one at a time."""
    item_id = await hold(session, item_id)
    await session.execute(ONE_AT_A_TIME, {"user_id": str(user_id), "item_id": str(item_id)})
    return item_id


async def log(session: AsyncSession, user_id: UUID, item_id: UUID, form: LogForm) -> Logged:
    """Raises `NotFound` for an item the catalog does not have, `Invalid`."""
    marks = form.marks()
    item_id = await hold_alone(session, user_id, item_id)
    whose = {"user_id": user_id, "item_id": item_id}
    if (await session.scalar(HOW_MANY, whose) or 0) >= LINES_MAX:
        raise Invalid({"": f"There are {LINES_MAX:,} lines of this already."})
    number = form.round or await _round(session, user_id, item_id, form)
    now = clock.now()
    made = whose | marks | {"id": new_id(), "round": number, "created_at": now, "updated_at": now}
    is_new = bool(await changed(session, ADD.values(**made).on_conflict_do_nothing(**ONCE)))
    line = await session.scalar(
        SAME.where(UserItemLog.id == made["id"])
        if is_new
        else SAME.filter_by(**whose, round=number, season=form.season, episode=form.episode)
    )
    assert line is not None  # noqa: S101 - made just now, or what it met
    return Logged(line, await move(session, user_id, item_id, form), is_new)


async def move(session: AsyncSession, user_id: UUID, item_id: UUID, form: LogForm) -> str | None:
    """The entry's new status, if this moves it along."""
    status, before = MOVES[form.kind]
    given = {"user_id": user_id, "item_id": item_id, "status": status, "before": before, "day": form.day}
    return status if await changed(session, MOVE, given | {"now": clock.now()}) else None


async def line_of(session: AsyncSession, user_id: UUID, line_id: UUID) -> UserItemLog:
    """Raises `NotFound`."""
    line = await session.scalar(SAME.where(UserItemLog.id == line_id, UserItemLog.user_id == user_id))
    if line is None:
        raise NotFound(GONE)
    return line


async def change(
    session: AsyncSession, user_id: UUID, line_id: UUID, form: LogForm, *, since: int | None = None
) -> UserItemLog:
    """Another line in its place; the entry stays as it is. Raises `NotFound`, `Invalid`, `Stale`."""
    marks = form.marks()
    mine = (UserItemLog.id == line_id, UserItemLog.user_id == user_id)
    item_id = await session.scalar(WHERE_IT_IS.where(*mine))
    if item_id is None:
        raise NotFound(GONE)
    await hold_alone(session, user_id, item_id)
    line = await session.scalar(MINE.where(*mine))
    if line is None:
        raise NotFound(GONE)
    marks |= {"round": form.round or line.round}
    now_there = {name: getattr(line, name) for name in marks}
    if now_there == marks:
        return line
    if since is not None and line.version > since:
        raise Stale(now_there)
    if form.episode and await _is_there(session, line, marks):
        raise Invalid({"episode": THERE})
    for name, value in marks.items():
        setattr(line, name, value)
    line.version += 1
    await session.flush()
    return line


async def remove(session: AsyncSession, user_id: UUID, line_id: UUID) -> UUID:
    """The item it was about; it can be put back for a day. Raises `NotFound`."""
    line = await line_of(session, user_id, line_id)
    found = await remove_all(session, user_id, line.item_id, [line_id])
    if not found:
        raise NotFound(GONE)
    return found[0]


async def remove_all(session: AsyncSession, user_id: UUID, item_id: UUID, line_ids: Sequence[UUID]) -> list[UUID]:
    """As `remove`, of lines about one item: what each was about. Lines that are not there are passed over."""
    await hold(session, item_id)
    removed = {"ids": list(line_ids), "user_id": user_id, "now": clock.now()}
    return list(await session.scalars(REMOVE, removed))


async def put_back(session: AsyncSession, user_id: UUID, line_id: UUID) -> UserItemLog:
    """As it was. Safe to ask twice. Raises `NotFound` when its day is over, or it is there in another line."""
    mine = {"id": line_id, "user_id": user_id}
    item_id = await session.scalar(REMOVED, mine)
    if item_id is not None:
        await hold_alone(session, user_id, item_id)
        found = await session.scalars(TAKE_OUT, mine)
        await jsonb.put_back(session, "user_item_logs", found.all(), "ON CONFLICT DO NOTHING")
    return await line_of(session, user_id, line_id)


async def sweep(session: AsyncSession) -> int:
    """Forgets what was removed more than a day ago."""
    return await changed(session, delete(RemovedLog).where(text("removed_at < now() - interval '1 day'")))


async def _round(session: AsyncSession, user_id: UUID, item_id: UUID, form: LogForm) -> int:
    rows: Sequence[AnyRow] = (await session.execute(ROUNDS, {"user_id": user_id, "item_id": item_id})).all()
    rounds = [Round(row.number, row.first_on, row.started_on, row.over_on) for row in rows]
    if form.episode and rounds:
        return rounds[-1].number  # a new season is no new time through
    return round_of(form.kind, form.day, rounds)


async def _is_there(session: AsyncSession, line: UserItemLog, marks: dict[str, object]) -> bool:
    same = {name: marks[name] for name in ("round", "season", "episode")}
    others = SAME.filter_by(user_id=line.user_id, item_id=line.item_id, **same).where(UserItemLog.id != line.id)
    return await session.scalar(others) is not None
