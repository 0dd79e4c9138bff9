"""Pictures of covers past their age, or beyond what they may take of the disk, go."""

import asyncio

from saq.types import Context

from app.sources.cover_store import CoverStore


async def make_room(context: Context) -> int:
    """How many files went."""
    covers: CoverStore = context["covers"]  # type: ignore[typeddict-item]
    return await asyncio.to_thread(covers.sweep)
