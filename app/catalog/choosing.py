"""Choosing whose word one sees in a field of an item. The catalog's stays everybody's: a choice is its host's alone."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from app.catalog.comparing import tellers
from app.catalog.holding import hold
from app.catalog.models import ItemChoice
from app.catalog.reading import card
from app.catalog.wording import labels, value_of
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import UUID, new_id

UNSAID = "This source says nothing of it any more. Choose another."

CHOOSE = insert(ItemChoice)
CHOOSE = CHOOSE.on_conflict_do_update(
    index_elements=["user_id", "item_id", "field"],
    set_={name: CHOOSE.excluded[name] for name in ("source_name", "external_id")},
)
TAKE_BACK = text("DELETE FROM item_choices WHERE user_id = :user_id AND item_id = :item_id AND field = ANY(:fields)")


async def choose(session: AsyncSession, user_id: UUID, item_id: UUID, wishes: Mapping[str, str]) -> int:
    """`wishes`: by field, whose word: `tmdb:movie/438631`, or empty for the catalog's. How many fields there were.

    Fields that an item of its type does not have are left out. Raises `NotFound`, `Invalid`.
    """
    item = await card(session, await hold(session, item_id))
    said = {each.key: each for each in await tellers(session, item.id)}
    known = {field: wish for field, wish in wishes.items() if field in labels(item.type)}
    chosen = {field: wish for field, wish in known.items() if wish}
    wrong = {
        field: UNSAID for field, wish in chosen.items() if wish not in said or value_of(said[wish].said, field) is None
    }
    if wrong:
        raise Invalid(wrong, dict(known))
    mine = {"user_id": user_id, "item_id": item.id}
    await session.execute(TAKE_BACK, mine | {"fields": sorted(known.keys() - chosen.keys())})
    rows = [
        {
            "id": new_id(),
            "field": field,
            "source_name": said[wish].source,
            "external_id": said[wish].external_id,
            **mine,
        }
        for field, wish in sorted(chosen.items())
    ]
    if rows:
        await session.execute(CHOOSE, rows)
    return len(known)
