"""What sources answered, kept for a few minutes for everybody: the same question again costs them nothing."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert

from app.catalog.candidates import Candidate, ItemType, from_json
from app.kit import clock
from app.kit.connections import Connection
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.kit.text import storable
from app.sources.asking import QUERY_MAX, Answer, State
from app.sources.errors import Kind
from app.sources.models import SourceAnswer
from app.sources.previews import keep_previews

LIFETIME = timedelta(minutes=10)
FAILURE_LIFETIME = timedelta(seconds=5)  # where the source did not say when to ask again
ROWS_MAX = 20_000  # what is nearest its end goes first
CHANNEL = "source_answers"  # tells a question's key whenever it has one more answer

TELL = text("SELECT pg_notify(:channel, :key)")
PUT = insert(SourceAnswer)
PUT = PUT.on_conflict_do_update(
    index_elements=[SourceAnswer.question, SourceAnswer.type, SourceAnswer.page, SourceAnswer.source_name],
    set_={
        name: PUT.excluded[name]
        for name in ("state", "kind", "sentence", "previews", "milliseconds", "asked_at", "expires_at")
    },
)
KNOWN = """
SELECT a.source_name, a.state, a.kind, a.sentence, a.milliseconds, a.asked_at, a.expires_at,
       array_agg(p.id ORDER BY o.place) FILTER (WHERE p.id IS NOT NULL) AS ids,
       array_agg(p.candidate::text ORDER BY o.place) FILTER (WHERE p.id IS NOT NULL) AS candidates
FROM source_answers AS a
LEFT JOIN LATERAL unnest(a.previews) WITH ORDINALITY AS o (id, place) ON true
LEFT JOIN search_previews AS p ON p.id = o.id
WHERE a.question = $1 AND a.type = $2 AND a.page = $3 AND a.expires_at > $4
GROUP BY a.question, a.type, a.page, a.source_name
"""
TOLD_BEFORE = """
SELECT DISTINCT p.source_name, p.external_id
FROM source_answers AS a JOIN search_previews AS p ON p.id = ANY (a.previews)
WHERE a.question = $1 AND a.type = $2 AND a.page < $3 AND a.expires_at > $4
"""
IS_KNOWN = """
SELECT EXISTS (SELECT FROM source_answers
               WHERE question = $1 AND type = $2 AND page = $3 AND source_name = $4 AND expires_at > $5)
"""
SURPLUS = text("""
    DELETE FROM source_answers AS a USING (
        SELECT question, type, page, source_name FROM source_answers ORDER BY expires_at DESC OFFSET :most
    ) AS old
    WHERE (a.question, a.type, a.page, a.source_name) = (old.question, old.type, old.page, old.source_name)
""")


@dataclass(frozen=True, slots=True)
class Query:
    """What a source is asked. Equal ones have one `key`, however they were typed."""

    text: str
    type: ItemType | None = None
    page: int = 1

    @property
    def folded(self) -> str:
        return fold(self.text)

    @property
    def key(self) -> str:
        return hashlib.blake2b(f"{self.page}\n{self.type or ''}\n{self.folded}".encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One source's answer as it is remembered. `found` are its candidates by their previews' ids, best first."""

    source: str
    state: State
    kind: Kind | None
    sentence: str
    found: Mapping[UUID, Candidate]
    milliseconds: int
    asked_at: datetime
    expires_at: datetime


def fold(typed: str) -> str:
    """No source tells apart case, width or the kind of space."""
    return " ".join(unicodedata.normalize("NFKC", storable(typed)).casefold().split())[:QUERY_MAX]


async def remember(session: AsyncSession, query: Query, answer: Answer, now: datetime | None = None) -> None:
    """Keeps what was found as previews, and tells who waits for it once the transaction is through."""
    now = now or clock.now()
    ids = await keep_previews(session, answer.candidates, now)
    values = {
        "question": query.folded,
        "type": query.type or "",
        "page": query.page,
        "source_name": answer.source,
        "state": answer.state,
        "kind": answer.kind,
        "sentence": answer.sentence,
        "previews": list(dict.fromkeys(ids[each.source, each.external_id] for each in answer.candidates)),
        "milliseconds": answer.milliseconds,
        "asked_at": now,
        "expires_at": _expires(answer, now),
    }
    await session.execute(PUT.values(values))
    await session.execute(TELL, {"channel": CHANNEL, "key": query.key})


async def known(connection: Connection, query: Query, now: datetime | None = None) -> dict[str, Known]:
    """The answers that still hold, by source."""
    rows = await connection.fetch(KNOWN, query.folded, query.type or "", query.page, now or clock.now())
    return {
        row["source_name"]: Known(
            source=row["source_name"],
            state=row["state"],
            kind=row["kind"],
            sentence=row["sentence"],
            found={id_: from_json(each) for id_, each in zip(row["ids"] or (), row["candidates"] or (), strict=True)},
            milliseconds=row["milliseconds"],
            asked_at=row["asked_at"],
            expires_at=row["expires_at"],
        )
        for row in rows
    }


async def told_before(connection: Connection, query: Query, now: datetime | None = None) -> set[tuple[str, str]]:
    """Source and id of what the pages before this one have, as far as it is remembered."""
    rows = await connection.fetch(TOLD_BEFORE, query.folded, query.type or "", query.page, now or clock.now())
    return {(row["source_name"], row["external_id"]) for row in rows}


async def is_known(connection: Connection, query: Query, source: str, now: datetime | None = None) -> bool:
    where = (query.folded, query.type or "", query.page, source, now or clock.now())
    return bool(await connection.fetchval(IS_KNOWN, *where))


async def sweep(session: AsyncSession, now: datetime | None = None, most: int = ROWS_MAX) -> int:
    """How many were past their time, and are gone. Of the others at most `most` stay."""
    expired = delete(SourceAnswer).where(SourceAnswer.expires_at <= (now or clock.now()))
    gone = len((await session.execute(expired.returning(SourceAnswer.page))).all())
    await session.execute(SURPLUS, {"most": most})
    return gone


def _expires(answer: Answer, now: datetime) -> datetime:
    if answer.state == "answered":
        return now + LIFETIME
    return min(answer.until or now + FAILURE_LIFETIME, now + LIFETIME)
