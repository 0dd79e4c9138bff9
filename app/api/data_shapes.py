"""What programs get of a file that was brought back."""

from datetime import datetime
from typing import Annotated

import msgspec

from app.kit.ids import UUID


class LeftOut(msgspec.Struct):
    """A line that could not be taken."""

    file: str
    line: int
    said: str


class Import(msgspec.Struct):
    """`counts`: of each list, how many lines were `added`, `renewed`, `there` already, `newer` here, or `left` out."""

    id: UUID
    state: Annotated[str, msgspec.Meta(description="`waiting`, `working`, `done` or `failed`.")]
    name: str
    bytes: int
    counts: dict[str, dict[str, int]]
    messages: Annotated[list[LeftOut], msgspec.Meta(description="The first hundred lines that were left out.")]
    said: Annotated[str, msgspec.Meta(description="Why nothing could be read, or not all.")]
    created_at: datetime
    finished_at: datetime | None
