"""What the personas keep, and what stands around it, as rows: entries, the log, goals, views, tags."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID, new_id
from app.library.log_models import Goal
from app.library.models import MediaItemTag, Tag, UserItemLog, UserItemState
from app.library.shelf_models import SavedView
from app.library.tagging import KEY
from app.ops.planting import Row, Rows
from app.ops.sample import personas

# how far one is, by the medium a slug begins with: the unit of the table, and how many of it are one of the file's
UNITS = {"book": ("page", 1), "movie": ("episode", 1), "game": ("minutes", 60), "music": ("minutes", 1)}
NOTHING_SAID = {"amount": None, "unit": None, "season": None, "episode": None, "note": ""}


def add(rows: Rows, user_id: UUID, persona: personas.Persona, items: Mapping[str, UUID]) -> None:
    """Lists show the newest first, so what is first in the file is planted last."""
    rows[UserItemState] += [_entry(user_id, entry, items) for entry in reversed(persona.entries)]
    rows[UserItemLog] += _log(user_id, persona.log, items)
    year = clock.today().year
    rows[Goal] += [
        {"user_id": user_id, "year": year, "type": goal.type, "target": goal.target} for goal in persona.goals
    ]
    rows[SavedView] += [{"user_id": user_id, "name": view.name, "query": view.query} for view in persona.views]


async def add_tags(
    session: AsyncSession,
    rows: Rows,
    shared: Sequence[personas.SharedTag],
    people: Sequence[personas.Persona],
    ids: Mapping[str, UUID],
    items: Mapping[str, UUID],
) -> None:
    """`ids` of the people by their names."""
    of_all: dict[str, UUID] = {}
    for offered in shared:
        of_all[offered.name] = await _tag(session, rows, None, offered.name, offered.colour)
    for persona in people:
        user_id = ids[persona.name]
        for tag in persona.tags:
            tag_id = of_all.get(tag.name) or await _tag(session, rows, user_id, tag.name, tag.colour)
            rows[MediaItemTag] += [{"user_id": user_id, "item_id": items[item], "tag_id": tag_id} for item in tag.items]


async def _tag(session: AsyncSession, rows: Rows, user_id: UUID | None, name: str, colour: str) -> UUID:
    id_ = new_id()
    key = await session.scalar(KEY, {"name": name})
    rows[Tag].append({"id": id_, "user_id": user_id, "name": name, "key": key, "colour": colour})
    return id_


def _entry(user_id: UUID, entry: personas.Entry, items: Mapping[str, UUID]) -> Row:
    return {
        "user_id": user_id,
        "item_id": items[entry.item],
        "status": entry.status,
        "rating": None if entry.rating is None else Decimal(str(entry.rating)),
        "favourite": entry.favourite,
        "notes": entry.notes,
    }


def _log(user_id: UUID, times: Sequence[personas.Log], items: Mapping[str, UUID]) -> list[Row]:
    """Day by day: of two lines of one day the later has the larger id."""
    now = clock.today()
    lines = [(ago, time, line) for time in times for ago, line in _lines(time)]
    return [
        {
            "id": new_id(),
            "user_id": user_id,
            "item_id": items[time.item],
            "day": now - timedelta(days=ago),
            "round": time.time,
            **NOTHING_SAID,
            **line,
        }
        for ago, time, line in sorted(lines, key=lambda each: -each[0])
    ]


def _lines(time: personas.Log) -> Iterator[tuple[int, dict[str, Any]]]:
    unit, times = UNITS[time.item.partition("/")[0]]
    if time.began is not None:
        yield time.began, {"kind": "started"}
    for ago, amount in time.progress:
        yield ago, {"kind": "progress", "amount": Decimal(str(amount)) * times, "unit": unit}
    for ago, season, episode in time.episodes:
        yield ago, {"kind": "progress", "season": season, "episode": episode}
    if time.finished is not None:
        yield time.finished, {"kind": "finished", "note": time.note}
    if time.gave_up is not None:
        yield time.gave_up, {"kind": "dropped", "note": time.note}
