"""Asking several sources at once, as the fan-out does."""

import asyncio
from collections.abc import Iterable

from app.catalog.candidates import ItemType
from app.sources.asking import DEADLINE, Answer, ask
from app.sources.source import Source


async def ask_all(
    sources: Iterable[Source], text: str, item_type: ItemType | None = None, deadline: float = DEADLINE
) -> list[Answer]:
    """One answer per source, in the order of `sources`, whichever came first."""
    return await asyncio.gather(*(ask(source, text, item_type, deadline) for source in sources))
