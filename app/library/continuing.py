"""What is under way: entries one is at, with how far one got."""

from collections.abc import Sequence

from app.catalog.reading import CARD
from app.kit.db import AnyRow, AsyncSession, limited
from app.kit.ids import UUID
from app.library.timeline import LENGTHS

# of each the last line of its log that says how far; of one round, the last
UNDER_WAY = f"""
    SELECT {CARD}, s.updated_at, s.favourite, s.rating, s.status, l.kind, l.day, l.round, l.amount, l.unit, l.season,
        l.episode, {LENGTHS}
    FROM (
        SELECT item_id, status, rating, favourite, updated_at, id FROM user_item_states
        WHERE user_id = :user_id AND status = 'active' ORDER BY updated_at DESC, id DESC LIMIT {{at_most}}
    ) s JOIN media_items i ON i.id = s.item_id LEFT JOIN LATERAL (
        SELECT kind, day, round, amount, unit, season, episode FROM user_item_logs
        WHERE user_id = :user_id AND item_id = s.item_id ORDER BY day DESC, id DESC LIMIT 1
    ) l ON true
    ORDER BY s.updated_at DESC, s.id DESC
"""


async def under_way(session: AsyncSession, user_id: UUID, at_most: int = 6) -> Sequence[AnyRow]:
    """Cards with my mark on each, the one changed last first; `kind`, `day`, `amount`, `unit`, `season` and `episode`
    of the last line of its log are null where nothing is logged."""
    return (await session.execute(limited(UNDER_WAY, at_most), {"user_id": user_id})).all()
