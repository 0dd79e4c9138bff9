"""How each source does: its state in words, how the last hour went, what went wrong last and what to do about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text

from app.kit import clock
from app.kit.db import AnyRow, AsyncSession
from app.sources.budgets import Spent
from app.sources.circuits import Standing
from app.sources.errors import SourceDown
from app.sources.source import Source

# percentile_disc is one that was really measured; what a source does not know, it has answered
TRIED = text("""
    SELECT s.name, hour.asked, hour.answered, hour.p95,
        last.outcome AS failed_as, last.attempted_at AS failed_at, last.is_newest
    FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS s(name, place)
    CROSS JOIN LATERAL (
        SELECT count(*) AS asked, count(*) FILTER (WHERE outcome IN ('answered', 'not_found')) AS answered,
            percentile_disc(0.95) WITHIN GROUP (ORDER BY milliseconds) AS p95
        FROM source_attempts a
        WHERE a.source_name = s.name AND attempted_at > statement_timestamp() - interval '1 hour'
    ) hour
    LEFT JOIN LATERAL (
        SELECT outcome, attempted_at, attempted_at = (
            SELECT max(attempted_at) FROM source_attempts WHERE source_name = s.name
        ) AS is_newest
        FROM source_attempts a
        WHERE a.source_name = s.name AND outcome NOT IN ('answered', 'not_found')
            AND attempted_at > statement_timestamp() - interval '1 day'
        ORDER BY attempted_at DESC LIMIT 1
    ) last ON true
    ORDER BY s.place
""")

State = Literal["asked", "keyless", "refused", "off", "paused", "resting", "trying"]

WENT_WRONG = {
    "bad_credentials": "It refused the key. Paste another one.",
    "quota_exhausted": "The day’s questions were used up. They begin anew at its midnight; ask it for a larger quota.",
    "rate_limited": "It asked us to wait. We do; there is nothing to set right.",
    "bad_request": "It did not understand a question of ours. That is a fault of Tastebuds: look for a newer one.",
    "down": "It was not working. Nothing to do here; if it lasts, see what it says of itself.",
    "too_slow": "It did not answer in time. If all are slow, look at this server’s connection.",
    "cut_off": "It had not answered when we stopped waiting. If all are slow, look at this server’s connection.",
    "unreadable": "It sent an answer we cannot read. If that lasts, look for a newer Tastebuds.",
    "certificate": "Its certificate is not trusted. Look at this server’s clock and its list of authorities.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overseen:
    """`rate` in whole percent and `p95` in milliseconds are of the last hour, None where nothing was asked.

    `left` of `burst` requests can be made at once; `today` of `per_day` were made, where its days are limited.
    """

    name: str
    label: str
    state: State
    sentence: str
    until: datetime | None
    asked: int
    rate: int | None
    p95: int | None
    failed: str
    failed_at: datetime | None
    left: int
    burst: int
    today: int
    per_day: int | None
    has_keys: bool


async def oversee(session: AsyncSession, sources: Iterable[Source]) -> Sequence[Overseen]:
    """In the order of `sources`."""
    every = list(sources)
    rows = (await session.execute(TRIED, {"names": [each.name for each in every]})).all()
    standings, spent = await _standings(session, every), await _spent(session, every)
    return [
        _overseen(each, row, standings.get(each.name, Standing()), spent.get(each.name, Spent()))
        for each, row in zip(every, rows, strict=True)
    ]


async def _standings(session: AsyncSession, sources: Sequence[Source]) -> Mapping[str, Standing]:
    """Each store is asked once, for all that are kept there."""
    told: dict[str, Standing] = {}
    for circuits in {each.circuits for each in sources}:
        told |= await circuits.standings(session, [each.name for each in sources if each.circuits is circuits])
    return told


async def _spent(session: AsyncSession, sources: Sequence[Source]) -> Mapping[str, Spent]:
    told: dict[str, Spent] = {}
    for budgets in {each.budgets for each in sources}:
        of_these = {each.name: each.budget for each in sources if each.budgets is budgets}
        told |= await budgets.spent(session, of_these)
    return told


def _overseen(source: Source, row: AnyRow, standing: Standing, spent: Spent) -> Overseen:
    state, down = _state(source, row, standing)
    budget = source.budget
    return Overseen(
        name=source.name,
        label=source.label,
        state=state,
        sentence=str(down) if down else _well(source, row, state),
        until=down.until if down else None,
        asked=row.asked,
        rate=int(100 * row.answered / row.asked) if row.asked else None,
        p95=row.p95,
        failed=WENT_WRONG.get(row.failed_as or "", ""),
        failed_at=row.failed_at,
        left=max(0, min(budget.burst, int(budget.burst - spent.owed * budget.per_second))),
        burst=budget.burst,
        today=spent.today,
        per_day=budget.per_day,
        has_keys=bool(source.keys),
    )


def _state(source: Source, row: AnyRow, standing: Standing) -> tuple[State, SourceDown | None]:
    if not source.ready:
        return "keyless", source.down("not_configured")
    if standing.held:
        return "off", source.down("stopped")
    if standing.paused_for and standing.paused > 0:
        return "paused", source.down(standing.paused_for, clock.now() + timedelta(seconds=standing.paused))
    if standing.rests is not None and standing.rests > 0:
        return "resting", source.down("resting", clock.now() + timedelta(seconds=standing.rests))
    if standing.rests is not None:
        return "trying", None
    if row.is_newest and row.failed_as == "bad_credentials":
        return "refused", source.down("bad_credentials")
    return "asked", None


def _well(source: Source, row: AnyRow, state: State) -> str:
    if state == "trying":
        return f"{source.label} was having trouble; the next question tries whether it is over."
    return f"{source.label} is asked." if row.asked else f"{source.label} was not asked in the last hour."
