"""Tags as programs get them."""

from typing import Annotated

from msgspec import Meta, Struct

from app.kit.ids import UUID
from app.library.tag_forms import Colour


class Tag(Struct, kw_only=True):
    id: UUID
    name: str
    colour: Colour
    is_shared: Annotated[bool, Meta(description="Offered to everybody by the operator, and not yours to change.")]


class CountedTag(Tag, kw_only=True):
    items: Annotated[int, Meta(description="How many items it is on for you.")]


class CountedTags(Struct, kw_only=True):
    """By name. `next` is the address of the next page."""

    tags: list[CountedTag]
    next: str | None
