"""Asking the sources of an item again, because somebody wants to know; what changed is told in words.

What a source says anew takes the place of its old words. In the catalog its word is followed only where nobody else
said the same; what somebody chose or wrote by hand stays.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from app.catalog import storing
from app.catalog.candidates import Candidate
from app.catalog.comparing import Teller, tellers
from app.catalog.reading import card
from app.catalog.rewording import follow
from app.catalog.storing import said_row
from app.catalog.wording import labels, value_of
from app.kit import clock
from app.kit.db import AsyncSession, let_go
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.sources import renewing
from app.sources.asking import fetch
from app.sources.errors import SourceDown
from app.sources.source import Source

PAUSE = timedelta(minutes=1)  # between two times that a source is asked of one item
AT_ONCE = 8  # sources of one item


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of asking one source. `changed` are labels of fields."""

    source: str
    external_id: str
    sentence: str
    is_down: bool = False
    changed: Sequence[str] = ()


async def refresh(session: AsyncSession, sources: Mapping[str, Source], item_id: UUID, only: str = "") -> list[Heard]:
    """All sources of the item, or the one with this key (`tmdb:movie/438631`). Raises `NotFound`.

    For before anything else is written: the connection is given back while the sources are asked.
    """
    item = await card(session, item_id)
    told = [each for each in await tellers(session, item.id) if not only or each.key == only][:AT_ONCE]
    if only and not told:
        raise NotFound("This source does not speak of this work.")
    await let_go(session)
    found = await asyncio.gather(*(_ask(sources.get(each.source), each) for each in told))
    await storing.lock(session, [answer for answer in found if not isinstance(answer, Heard)])
    return [
        answer if isinstance(answer, Heard) else await _take_in(session, sources[each.source], item.type, each, answer)
        for each, answer in zip(told, found, strict=True)
    ]


async def _ask(source: Source | None, teller: Teller) -> Heard | Candidate:
    names: dict[str, Any] = {"source": teller.source, "external_id": teller.external_id}
    if source is None:
        return Heard(**names, sentence="This source is not asked here.", is_down=True)
    wait = teller.fetched_at + PAUSE - clock.now()
    if wait > timedelta():
        seconds = max(1, round(wait.total_seconds()))
        return Heard(**names, sentence=f"{source.label} was asked a moment ago. Ask again in {seconds} s.")
    try:
        return await fetch(source, teller.external_id)
    except SourceDown as down:
        return Heard(**names, sentence=str(down), is_down=True)


async def _take_in(session: AsyncSession, source: Source, item_type: str, teller: Teller, answer: Candidate) -> Heard:
    candidate = msgspec.structs.replace(answer, external_id=teller.external_id)
    changed = differing(item_type, teller.said, said_row(candidate)) if teller.said else []
    if changed:
        await _follow(session, teller, candidate)
    await renewing.renew(session, source, candidate)
    if not teller.said:
        sentence = f"{source.label} told us again. What it says can be compared from now on."
    elif changed:
        sentence = f"{source.label} changed what it says: {', '.join(changed).lower()}."
    else:
        sentence = f"{source.label} says the same as before."
    return Heard(source=teller.source, external_id=teller.external_id, sentence=sentence, changed=changed)


async def _follow(session: AsyncSession, teller: Teller, candidate: Candidate) -> None:
    item_id = await storing.item_of(session, teller.source, teller.external_id)
    if item_id is None:
        return  # split off and gone meanwhile
    others = [each for each in await tellers(session, item_id) if each.key != teller.key and each.said]
    said = [msgspec.convert(each.said, Candidate) for each in others]
    await follow(session, item_id, msgspec.convert(teller.said, Candidate), candidate, said)


def differing(item_type: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Labels of the fields in which the two differ."""
    found = [label for field, label in labels(item_type).items() if value_of(before, field) != value_of(after, field)]
    return found + (["Rating"] if before.get("rating") != after.get("rating") else [])
