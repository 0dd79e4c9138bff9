"""What programs get of an item's sources, and of works made one or two."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from app.kit.ids import UUID


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What a source says of an item, field by field. `words` is empty where it was not kept yet; `key` names it in
    choices, renewals and splits."""

    key: str
    source: str
    external_id: str
    url: str | None
    fetched_at: datetime
    words: dict[str, Any]


class Tellings(msgspec.Struct, frozen=True, kw_only=True):
    sources: list[Telling]


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """By field, the key of the source whose word I see on the item's page; the catalog's where there is none."""

    choices: dict[str, str]


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking a source again. `changed` are the names of fields, in words."""

    key: str
    sentence: str
    is_down: bool
    changed: list[str]


class Renewals(msgspec.Struct, frozen=True, kw_only=True):
    heard: list[Renewal]


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """Merged, `from_id` leads to `into_id`. Split, `from_id` is the new item, taken out of `into_id`."""

    id: UUID
    kind: Literal["merge", "split"]
    from_id: UUID
    into_id: UUID
    title: str
    made_at: datetime


class Merges(msgspec.Struct, frozen=True, kw_only=True):
    merges: list[Merge]


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """`left` says what could not be undone, in sentences."""

    item_id: UUID
    left: list[str]
