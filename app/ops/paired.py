"""Pairings of course items that go because their course serves the kept item already: they pass to its course item.

A pairing of the two that become one ends; two that become the same are joined. Undoing brings them back.
"""

from collections.abc import Mapping, Set
from typing import Any

from sqlalchemy import text

from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.kit.jsonb import as_json, put_back
from app.menus.models import PAIRINGS_MAX, SENTENCE_MAX

Pairs = dict[str, list[dict[str, Any]]]

OF = text("""
    SELECT to_jsonb(p) AS image FROM menu_item_pairings p WHERE first_id = ANY(:ids) OR second_id = ANY(:ids)
    ORDER BY p.id FOR UPDATE
""")
# one whose sentence was changed since stays
GO = text("""
    DELETE FROM menu_item_pairings p
    USING jsonb_populate_recordset(NULL::menu_item_pairings, CAST(:rows AS jsonb)) t
    WHERE p.id = t.id AND p.sentence = t.sentence
""")
# in the version their menu comes to
WORDED = text("""
    UPDATE menu_item_pairings p SET words_version = m.version + 1
    FROM jsonb_populate_recordset(NULL::menu_item_pairings, CAST(:rows AS jsonb)) t, menus m
    WHERE p.id = t.id AND p.sentence = t.sentence AND m.id = p.menu_id
""")
UNLESS = f"""
    WHERE 2 = (SELECT count(*) FROM course_items s WHERE s.id IN (t.first_id, t.second_id))
        AND {PAIRINGS_MAX} > (SELECT count(*) FROM menu_item_pairings p WHERE p.menu_id = t.menu_id)
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - a number of ours


async def repair(session: AsyncSession, instead: Mapping[UUID, UUID]) -> Pairs:
    """`instead`: which course item stays for each that goes. What there was, and what there is."""
    touched = [*instead, *instead.values()]
    before = [row.image for row in await session.execute(OF, {"ids": touched})]
    after: dict[tuple[str, str], dict[str, Any]] = {}
    stays = {str(gone): str(kept) for gone, kept in instead.items()}
    for pairing in before:
        first, second = sorted(stays.get(pairing[name], pairing[name]) for name in ("first_id", "second_id"))
        if first != second:
            same = after.get((first, second))
            after[first, second] = (same or pairing) | {
                "first_id": first,
                "second_id": second,
                "sentence": _joined(same, pairing["sentence"]),
            }
    pairs = {"before": before, "after": list(after.values())}
    if before:
        await _replace(session, before, pairs["after"])
    return pairs


async def restore(session: AsyncSession, pairs: Pairs, still_one: Set[str] = frozenset()) -> None:
    """As they were, as far as there is room; once the course items are back. Those of `still_one` stay as they are."""
    if pairs:
        after, before = (
            [each for each in pairs[when] if still_one.isdisjoint((each["first_id"], each["second_id"]))]
            for when in ("after", "before")
        )
        await _replace(session, after, before)


async def _replace(session: AsyncSession, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    await session.execute(GO, {"rows": as_json(old)})
    for each in new:  # so that each counts the ones before it
        await put_back(session, "menu_item_pairings", [each], UNLESS)
    was = {each["id"]: each["sentence"] for each in old}
    worded = [each for each in new if was.get(each["id"], each["sentence"]) != each["sentence"]]
    await session.execute(WORDED, {"rows": as_json(worded)})


def _joined(same: Mapping[str, Any] | None, sentence: str) -> str:
    if same is None or same["sentence"] == sentence:
        return sentence
    both = f"{same['sentence']} {sentence}"
    return both if len(both) <= SENTENCE_MAX else str(same["sentence"])
