"""The shelf as programs get it."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from app.kit.ids import UUID


class SavedView(Struct, kw_only=True):
    id: UUID
    name: str
    query: Annotated[str, Meta(description="What stands after the question mark in an address of the library.")]
    created_at: datetime
    updated_at: datetime


class Changed(Struct, kw_only=True):
    changed: Annotated[int, Meta(description="How many entries are another than before.")]
    undo: Annotated[UUID | None, Meta(description="The change's id, by which it can be undone for a day.")]


class Undone(Struct, kw_only=True):
    restored: Annotated[int, Meta(description="How many entries are as they were.")]
    left: Annotated[int, Meta(description="How many were changed since, or are gone, and stay so.")]
