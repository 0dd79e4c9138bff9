"""What could be paired with an item: works of the same maker, and of the same name in another medium.

What a work was made of nobody tells the catalog in a way it keeps, so nothing is called an adaptation.
"""

from collections.abc import Sequence

from sqlalchemy import text

from app.catalog.reading import CARD, Item
from app.kit.db import AnyRow, AsyncSession

MOST = 8
NAMES_MAX = 4  # of the same name

# by two indexes, however large the catalog is
IDEAS = text(f"""
    SELECT * FROM (
        (SELECT {CARD}, 'name' AS because FROM media_items i
            WHERE i.sort_title = :sort_title AND i.type <> :type ORDER BY i.popularity DESC, i.id LIMIT {NAMES_MAX})
        UNION ALL
        (SELECT {CARD}, 'maker' FROM media_items i
            WHERE i.creators && CAST(:creators AS text[]) AND i.id <> :id
                AND NOT (i.sort_title = :sort_title AND i.type <> :type)
            ORDER BY i.popularity DESC, i.id LIMIT {MOST})
    ) AS found LIMIT {MOST}
""")


async def ideas(session: AsyncSession, item: Item) -> Sequence[AnyRow]:
    """`because`: "name" or "maker"."""
    wanted = {"id": item.id, "type": item.type, "sort_title": item.sort_title, "creators": item.creators}
    return (await session.execute(IDEAS, wanted)).all()
