"""What a host said of pairs: these are one work, these are two. Remembered, and undone by forgetting."""

from collections.abc import Iterable, Sequence
from itertools import product

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import UUID, new_id
from app.kit.text import storable
from app.search.members import NO_VERDICTS, Pair, Ref, Verdicts, pair
from app.search.models import REF_MAX, MergeVerdict

ROW_MAX = 40  # members of one row of the list: a sentence about all pairs of two rows is bounded
UNKNOWN = "This row has changed meanwhile. Search again to see it as it is."

# whoever writes verdicts of one host waits for the other
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('verdicts ' || CAST(:user_id AS text), 0))")
SAY = insert(MergeVerdict)
SAY = SAY.on_conflict_do_update(
    index_elements=["user_id", "source", "external_id", "other_source", "other_external_id"],
    set_={name: SAY.excluded[name] for name in ("is_one", "said_at")},
)
_MINE = """
    WITH refs AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:external_ids AS text[])) AS r (source, external_id)
    )
    {verb} FROM merge_verdicts v WHERE v.user_id = :user_id
        AND (v.source, v.external_id) IN (SELECT * FROM refs)
        AND (v.other_source, v.other_external_id) IN (SELECT * FROM refs)
"""
MINE = text(_MINE.format(verb="SELECT v.source, v.external_id, v.other_source, v.other_external_id, v.is_one"))
FORGET = text(_MINE.format(verb="DELETE"))


async def split(session: AsyncSession, user_id: UUID, refs: Iterable[Ref], others: Iterable[Ref]) -> None:
    """Each of `refs` is another work than each of `others`. Safe to say twice; the last word on a pair holds.

    Raises `Invalid` for what cannot be a row of the list.
    """
    await _say(session, user_id, _read(refs), _read(others), is_one=False)


async def join(session: AsyncSession, user_id: UUID, refs: Iterable[Ref], others: Iterable[Ref]) -> None:
    """Each of `refs` is the same work as each of `others`. As `split` otherwise."""
    await _say(session, user_id, _read(refs), _read(others), is_one=True)


async def forget(session: AsyncSession, user_id: UUID, refs: Iterable[Ref]) -> None:
    """Whatever was said of pairs of these. Safe to say twice."""
    values = _values(user_id, _read(refs, at_most=2 * ROW_MAX))
    await session.execute(LOCK, {"user_id": str(user_id)})
    await session.execute(FORGET, values)


async def verdicts_of(session: AsyncSession, user_id: UUID, refs: Iterable[Ref]) -> Verdicts:
    """What was said of pairs of these."""
    rows = (await session.execute(MINE, _values(user_id, sorted(set(refs))))).all()
    if not rows:
        return NO_VERDICTS
    said: dict[bool, set[Pair]] = {True: set(), False: set()}
    for row in rows:
        said[row.is_one].add(((row.source, row.external_id), (row.other_source, row.other_external_id)))
    return Verdicts(splits=frozenset(said[False]), joins=frozenset(said[True]))


async def _say(
    session: AsyncSession, user_id: UUID, refs: Sequence[Ref], others: Sequence[Ref], *, is_one: bool
) -> None:
    pairs = sorted({pair(one, other) for one, other in product(refs, others) if one != other})
    now = clock.now()
    rows = [
        {
            "id": new_id(),
            "user_id": user_id,
            "source": one[0],
            "external_id": one[1],
            "other_source": other[0],
            "other_external_id": other[1],
            "is_one": is_one,
            "said_at": now,
        }
        for one, other in pairs
    ]
    if rows:
        await session.execute(LOCK, {"user_id": str(user_id)})
        await session.execute(SAY.values(rows))


def _read(refs: Iterable[Ref], at_most: int = ROW_MAX) -> list[Ref]:
    found = sorted(set(refs))
    if not found or len(found) > at_most or not all(_can_be(ref) for ref in found):
        raise Invalid({"": UNKNOWN})
    return found


def _can_be(ref: Ref) -> bool:
    name = "".join(ref)
    return all(ref) and storable(name) == name and len(name.encode()) <= REF_MAX


def _values(user_id: UUID, refs: Sequence[Ref]) -> dict[str, object]:
    return {
        "user_id": user_id,
        "sources": [source for source, _ in refs],
        "external_ids": [external_id for _, external_id in refs],
    }
