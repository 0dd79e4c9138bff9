"""Rows that tests of the domains stand on, with as little in them as the tables allow."""

from app.accounts.models import User
from app.catalog.candidates import BookFacts, Candidate, Facts
from app.catalog.models import FACTS_TABLES, MediaItem
from app.catalog.storing import sort_title
from app.kit.db import Database
from app.kit.ids import UUID


async def a_user(database: Database, name: str) -> UUID:
    user = User(name=name, email=f"{name.lower()}@example.org", password_hash="not one")
    async with database.session() as session:
        session.add(user)
    return user.id


async def items(database: Database, *titles: str, type_: str = "book") -> list[UUID]:
    """Items of these titles, in this order, with facts and without provenance."""
    rows = [MediaItem(type=type_, title=title, sort_title=sort_title(title)) for title in titles]
    async with database.session() as session:
        session.add_all(rows)
        await session.flush()
        kind = {"movie": {"kind": "film"}, "music": {"kind": "album"}}.get(type_, {})
        session.add_all(FACTS_TABLES[type_](item_id=row.id, **kind) for row in rows)
    return [row.id for row in rows]


def a_candidate(source: str, external_id: str, title: str = "Dune", facts: Facts | None = None) -> Candidate:
    return Candidate(source=source, external_id=external_id, title=title, facts=facts or BookFacts())
