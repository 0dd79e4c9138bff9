"""A menu as one file carries it to another Tastebuds: its words, its order, and which works it serves, by what
registries call them. Nothing of its owner but the name."""

from typing import Any

from sqlalchemy import text

from app.kit import clock
from app.kit.db import AnyRow, AsyncSession
from app.menus.reading import WholeMenu

SCHEMA = 1  # grows when a reader of the one before could not make sense of it

TOLD = text("""
    SELECT i.id, i.released, i.released_precision,
        (SELECT jsonb_agg(jsonb_build_object('scheme', d.scheme, 'kind', d.kind, 'value', d.value)
            ORDER BY d.scheme, d.kind, d.value) FROM media_identifiers d WHERE d.item_id = i.id) AS identifiers
    FROM media_items i WHERE i.id = ANY(:ids)
""")


async def pack(session: AsyncSession, menu: WholeMenu, url: str) -> dict[str, Any]:
    """Fit for JSON. `url`: where it is from."""
    ids = {row.item_id for course in menu.courses for row in course.items}
    told = {row.id: row for row in await session.execute(TOLD, {"ids": list(ids)})}
    return {
        "tastebuds": "menu",
        "schema": SCHEMA,
        "packed_at": clock.now().isoformat(),
        "from": url,
        "author": menu.author,
        "menu": {
            "title": menu.title,
            "intent": menu.intent,
            "courses": [
                {
                    "title": course.title,
                    "intent": course.intent,
                    "items": [{"note": row.note, "work": _work(row, told.get(row.item_id))} for row in course.items],
                }
                for course in menu.courses
            ],
            "pairings": [
                {"first": _place(pair.first), "second": _place(pair.second), "sentence": pair.sentence}
                for pair in menu.pairings
            ],
        },
    }


def _work(row: AnyRow, told: AnyRow | None) -> dict[str, Any]:
    """`told`: nothing of one that became one with another between the two statements."""
    return {
        "type": row.type,
        "kind": row.kind,
        "title": row.title,
        "subtitle": row.subtitle,
        "creators": list(row.creators),
        "released": told.released.isoformat() if told and told.released else None,
        "precision": told.released_precision if told else None,
        "identifiers": (told and told.identifiers) or [],
    }


def _place(row: AnyRow) -> list[int]:
    """Which course, and which item in it, from 1."""
    return [row.course_position, row.position]
