"""Pairing: a sentence that ties two items of a menu together, once, whichever is named first.

Every change locks the menu, as composing does, so that both are still on it when they are tied. A pairing goes with
either of its items, and stays when one moves to another course.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text

from app.kit import clock
from app.kit.db import AsyncSession, changed
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, new_id
from app.kit.meeting import UNSAID
from app.menus.holding import held, met_since, touch
from app.menus.models import PAIRINGS_MAX, Course, CourseItem, Pairing
from app.menus.pairing_forms import PairingForm, SentenceForm

FULL = f"A menu holds {PAIRINGS_MAX} pairings at most."
UNPAIRED = "There is no such pairing on this menu."

ON_MENU = select(CourseItem.id).join(Course)
PAIRINGS = select(Pairing).execution_options(populate_existing=True)
MANY = text("SELECT count(*) FROM menu_item_pairings WHERE menu_id = :menu_id")
KEPT = text("""
    SELECT id, first_id, second_id, sentence, words_version, created_at FROM menu_item_pairings
    WHERE first_id = ANY(:ids) OR second_id = ANY(:ids)
    ORDER BY created_at, id
""")
# what one of the two is gone of stays away, and so does what was paired anew meanwhile
RESTORE = text("""
    INSERT INTO menu_item_pairings (id, menu_id, first_id, second_id, sentence, words_version, created_at, updated_at)
    SELECT :id, :menu_id, :first_id, :second_id, :sentence, :words_version, :created_at, :now
    WHERE 2 = (SELECT count(*) FROM course_items s JOIN courses c ON c.id = s.course_id
               WHERE c.menu_id = :menu_id AND s.id IN (:first_id, :second_id))
    ON CONFLICT DO NOTHING
""")


async def pair(session: AsyncSession, owner_id: UUID, menu_id: UUID, form: PairingForm) -> Pairing:
    """Safe to ask twice. Raises `Invalid` where they are paired by another sentence, or one is not on the menu."""
    menu = await held(session, owner_id, menu_id)
    first, second = sorted((form.first, form.second))
    both = ON_MENU.where(Course.menu_id == menu.id, CourseItem.id.in_((first, second)))
    there = set((await session.scalars(both)).all())
    missing = {
        name: "This is not on the menu any more. Choose another."
        for name in ("first", "second")
        if getattr(form, name) not in there
    }
    if missing:
        raise Invalid(missing, _typed(form))
    before = (await session.scalars(PAIRINGS.where(Pairing.menu_id == menu.id))).all()
    same = next((each for each in before if (each.first_id, each.second_id) == (first, second)), None)
    if same is not None:
        if same.sentence != form.sentence:
            raise Invalid({"second": "These two are paired already: change their sentence."}, _typed(form))
        return same
    if len(before) >= PAIRINGS_MAX:
        raise Invalid({"": FULL}, _typed(form))
    touch(menu)
    pairing = Pairing(menu_id=menu.id, first_id=first, second_id=second, sentence=form.sentence)
    pairing.words_version = menu.version
    session.add(pairing)
    await session.flush()
    return pairing


async def rephrase(
    session: AsyncSession,
    owner_id: UUID,
    menu_id: UUID,
    pairing_id: UUID,
    form: SentenceForm,
    *,
    since: int | None = None,
    was: Mapping[str, str] = UNSAID,
) -> None:
    """Raises `Stale` if the sentence was changed after that version of the menu, to another than this."""
    menu = await held(session, owner_id, menu_id)
    pairing = await session.scalar(PAIRINGS.where(Pairing.id == pairing_id, Pairing.menu_id == menu.id))
    if pairing is None:
        raise NotFound(UNPAIRED)
    form = met_since(pairing, form, since, was)
    if pairing.sentence == form.sentence:
        return
    touch(menu)
    pairing.sentence, pairing.words_version = form.sentence, menu.version
    await session.flush()


async def unpair(session: AsyncSession, owner_id: UUID, menu_id: UUID, pairing_id: UUID) -> None:
    menu = await held(session, owner_id, menu_id)
    its = delete(Pairing).where(Pairing.id == pairing_id, Pairing.menu_id == menu.id)
    if not await changed(session, its):
        raise NotFound(UNPAIRED)
    touch(menu)
    await session.flush()


async def snapshot(session: AsyncSession, course_item_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """The pairings of these course items, as JSON can keep them, for `restore`. For who holds the menu's lock."""
    rows = await session.execute(KEPT, {"ids": list(course_item_ids)})
    return [
        {name: value if name in ("sentence", "words_version") else str(value) for name, value in row._mapping.items()}
        for row in rows
    ]


async def copy_within(session: AsyncSession, menu_id: UUID, ids: Mapping[UUID, UUID]) -> None:
    """Pairs the copies of course items, by what they are copies of, as those are. Raises `Invalid`."""
    kept = [
        each
        for each in await snapshot(session, ids.keys())
        if {UUID(each["first_id"]), UUID(each["second_id"])} <= ids.keys()
    ]
    if not kept:
        return
    if (await session.scalar(MANY, {"menu_id": menu_id}) or 0) + len(kept) > PAIRINGS_MAX:
        raise Invalid({"": FULL})
    await restore(session, menu_id, kept, ids)


async def restore(
    session: AsyncSession,
    menu_id: UUID,
    kept: Sequence[Mapping[str, Any]],
    ids: Mapping[UUID, UUID] | None = None,
) -> int:
    """How many came back: those whose two items the menu serves, that are not paired meanwhile, and it has room for.

    `ids`: what the course items are called now, where they have new names, as in a copy of a menu: then the pairings
    are new too. For who holds the menu's lock, after the course items are there (flushed).
    """
    back, room = 0, PAIRINGS_MAX - (await session.scalar(MANY, {"menu_id": menu_id}) or 0)
    for each in kept:
        if back >= room:
            break
        pair = (UUID(each["first_id"]), UUID(each["second_id"]))
        first, second = sorted((ids.get(one, one) for one in pair) if ids else pair)
        values = {
            "id": new_id() if ids else UUID(each["id"]),
            "menu_id": menu_id,
            "first_id": first,
            "second_id": second,
            "sentence": each["sentence"],
            "words_version": 1 if ids else each["words_version"],
            "created_at": clock.now() if ids else datetime.fromisoformat(each["created_at"]),
            "now": clock.now(),
        }
        back += await changed(session, RESTORE, values)
    return back


def _typed(form: PairingForm) -> dict[str, str]:
    return form.model_dump(mode="json")
