"""How each source does: its state in words, how the last hour went, what went wrong last and what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text

from app.kit import clock
from app.kit.db import AnyRow, AsyncSession
from app.sources.errors import SourceDown
from app.sources.source import Source

# percentile_disc is one that was really measured; what a source does not know, it has answered
STATES = text("""
    SELECT s.name, c.held, c.paused_for, c.openings,
        extract(epoch FROM c.paused_until - statement_timestamp())::float AS paused,
        extract(epoch FROM greatest(c.open_until, c.probe_until) - statement_timestamp())::float AS rests,
        greatest(0, extract(epoch FROM b.paid_until - statement_timestamp()))::float AS owed,
        coalesce(d.requests, 0) AS today, hour.asked, hour.answered, hour.p95,
        last.outcome AS failed_as, last.attempted_at AS failed_at, last.is_newest
    FROM unnest(CAST(:names AS text[]), CAST(:zones AS text[])) WITH ORDINALITY AS s(name, zone, place)
    LEFT JOIN source_circuits c ON c.source_name = s.name
    LEFT JOIN source_budgets b ON b.source_name = s.name
    LEFT JOIN source_days d ON d.source_name = s.name AND d.day = (statement_timestamp() AT TIME ZONE s.zone)::date
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
    asked = {"names": [each.name for each in every], "zones": [each.budget.zone for each in every]}
    rows = (await session.execute(STATES, asked)).all()
    return [_overseen(source, row) for source, row in zip(every, rows, strict=True)]


def _overseen(source: Source, row: AnyRow) -> Overseen:
    state, down = _state(source, row)
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
        left=max(0, min(budget.burst, int(budget.burst - (row.owed or 0) * budget.per_second))),
        burst=budget.burst,
        today=row.today,
        per_day=budget.per_day,
        has_keys=bool(source.keys),
    )


def _state(source: Source, row: AnyRow) -> tuple[State, SourceDown | None]:
    if not source.ready:
        return "keyless", source.down("not_configured")
    if row.held:
        return "off", source.down("stopped")
    if row.paused is not None and row.paused > 0:
        return "paused", source.down(row.paused_for, clock.now() + timedelta(seconds=row.paused))
    if row.rests is not None and row.rests > 0:
        return "resting", source.down("resting", clock.now() + timedelta(seconds=row.rests))
    if row.rests is not None:
        return "trying", None
    if row.is_newest and row.failed_as == "bad_credentials":
        return "refused", source.down("bad_credentials")
    return "asked", None


def _well(source: Source, row: AnyRow, state: State) -> str:
    if state == "trying":
        return f"{source.label} was having trouble; the next question tries whether it is over."
    return f"{source.label} is asked." if row.asked else f"{source.label} was not asked in the last hour."
