"""The personas and what is theirs, as rows."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from app.accounts.models import User
from app.accounts.registering import anybody
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID, new_id
from app.library.models import UserItemState
from app.menus.models import Course, CourseItem, Menu
from app.menus.sharing import slug_for
from app.ops.planting import Row, Rows
from app.ops.sample import personas


async def rows_of(
    session: AsyncSession, people: Sequence[personas.Persona], password_hash: str, items: Mapping[str, UUID]
) -> Rows:
    """`items` by their slugs. Lists show the newest first, so what is first in the file is planted last."""
    rows: Rows = {table: [] for table in (User, UserItemState, Menu, Course, CourseItem)}
    is_first = not await anybody(session)
    for persona in people:
        user = _user(persona, password_hash, is_first=is_first and persona is people[0])
        rows[User].append(user)
        rows[UserItemState] += [_entry(user["id"], entry, items) for entry in reversed(persona.entries)]
        for menu in reversed(persona.menus):
            slug = await slug_for(session, menu.title)
            rows[Menu].append(_menu(user["id"], menu, slug))
            _courses(rows, rows[Menu][-1]["id"], menu, items)
    return rows


def _user(persona: personas.Persona, password_hash: str, *, is_first: bool) -> Row:
    return {
        "id": new_id(),
        "name": persona.name,
        "email": persona.email,
        "password_hash": password_hash,
        "is_first": is_first,
        "is_operator": is_first,
    }


def _entry(user_id: UUID, entry: personas.Entry, items: Mapping[str, UUID]) -> Row:
    return {
        "user_id": user_id,
        "item_id": items[entry.item],
        "status": entry.status,
        "rating": None if entry.rating is None else Decimal(str(entry.rating)),
        "favourite": entry.favourite,
        "notes": entry.notes,
    }


def _menu(owner_id: UUID, menu: personas.Menu, slug: str) -> Row:
    published_at = clock.now() if menu.published else None
    return {
        "id": new_id(),
        "owner_id": owner_id,
        "title": menu.title,
        "intent": menu.intent,
        "slug": slug,
        "published_at": published_at,
        "first_published_at": published_at,
    }


def _courses(rows: Rows, menu_id: UUID, menu: personas.Menu, items: Mapping[str, UUID]) -> None:
    for position, course in enumerate(menu.courses, 1):
        id_ = new_id()
        words = {"title": course.title, "intent": course.intent}
        rows[Course].append({"id": id_, "menu_id": menu_id, "position": position, **words})
        rows[CourseItem] += [
            {"course_id": id_, "item_id": items[served.item], "position": at, "note": served.note}
            for at, served in enumerate(course.items, 1)
        ]
