"""Who may write over a work that was added by hand."""

from app.catalog.reading import Item
from app.kit.db import AsyncSession
from app.kit.errors import Forbidden
from app.kit.ids import UUID
from app.ops import merging
from app.sources import by_hand


async def writable(session: AsyncSession, user_id: UUID, item_id: UUID, *, is_operator: bool = False) -> Item:
    """Its maker, as long as nobody else has a stake in it, or an operator. Raises `NotFound`, `Forbidden`."""
    item = await by_hand.writable(session, user_id, item_id, is_operator=is_operator)
    if not await merging.may_decide(session, user_id, [item_id], is_operator=is_operator):
        raise Forbidden(merging.NOT_YOURS)
    return item
