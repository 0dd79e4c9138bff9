"""What each source says of an item, field by field, beside the catalog's word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.catalog.reading import Item
from app.catalog.wording import FIELDS, in_words, labels, value_of
from app.kit.db import AsyncSession
from app.kit.ids import UUID

SOURCES = text("""
    SELECT source_name, external_id, canonical_url, fetched_at, said FROM media_sources
    WHERE item_id = :item_id ORDER BY source_name, external_id
""")
CHOICES = text(
    "SELECT field, source_name, external_id FROM item_choices WHERE user_id = :user_id AND item_id = :item_id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """One source of an item. `said` is empty where its words were not kept yet."""

    source: str
    external_id: str
    url: str | None
    fetched_at: datetime
    said: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.source}:{self.external_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """`key` is the teller's, empty for the catalog's own. `cover` is what a picture is drawn of."""

    key: str
    teller: str
    text: str
    value: Any
    cover: Item | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`chosen`: whose word the viewer sees, empty for the catalog's."""

    field: str
    label: str
    chosen: str
    words: Sequence[Word]


async def tellers(session: AsyncSession, item_id: UUID) -> list[Teller]:
    rows = await session.execute(SOURCES, {"item_id": item_id})
    return [
        Teller(
            source=row.source_name,
            external_id=row.external_id,
            url=row.canonical_url,
            fetched_at=row.fetched_at,
            said=row.said or {},
        )
        for row in rows
    ]


async def choices(session: AsyncSession, user_id: UUID, item_id: UUID) -> dict[str, str]:
    """Whose word, by field."""
    rows = await session.execute(CHOICES, {"user_id": user_id, "item_id": item_id})
    return {row.field: f"{row.source_name}:{row.external_id}" for row in rows}


def compared(item: Item, told: Sequence[Teller], chosen: Mapping[str, str]) -> list[Line]:
    """Only where a source says something else than the catalog. `item` in the catalog's words."""
    own = own_words(item)
    lines = []
    for field, label in labels(item.type).items():
        words = [_word(item, "", "catalog", own, field)]
        words += [_word(item, each.key, each.source, each.said, field) for each in told]
        if any(word.text and word.text != words[0].text for word in words[1:]):
            keys = {word.key for word in words if word.text}
            wish = chosen.get(field, "")
            lines.append(Line(field=field, label=label, chosen=wish if wish in keys else "", words=words))
    return lines


def own_words(item: Item) -> dict[str, Any]:
    """The catalog's, as a source would say them."""
    said: dict[str, Any] = {name: getattr(item, name) for name in FIELDS if name not in ("released", "cover")}
    if item.released:
        said["released"] = {"value": item.released.isoformat(), "precision": item.released_precision}
    if item.cover_provider:
        said["cover"] = {"provider": item.cover_provider, "key": item.cover_key}
    said["facts"] = {name: getattr(item.told, name) for name in item.told.__struct_fields__}
    return said


def _word(item: Item, key: str, teller: str, said: Mapping[str, Any], field: str) -> Word:
    value = value_of(said, field)
    cover = None
    if field == "cover" and value:
        cover = replace(item, cover_provider=value["provider"], cover_key=value["key"])
    return Word(key=key, teller=teller, text=in_words(field, value), value=value, cover=cover)
