"""A generated household: one host with 20,000 items kept, tagged and viewed, and 200 menus; and ten others who keep the
same items. The same in every run."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import insert, text

from app.accounts.forms import RegisterForm
from app.accounts.models import User
from app.accounts.registering import register
from app.accounts.signing_in import start
from app.catalog.candidates import ITEM_TYPES
from app.catalog.models import FACTS_TABLES, MediaItem, MediaSource
from app.catalog.storing import sort_title
from app.kit import clock
from app.kit.db import AsyncSession, Base, Database
from app.kit.ids import UUID, new_id
from app.library import counting
from app.library.models import STATUSES, MediaItemTag, Tag, UserItemState
from app.library.shelf_models import SavedView
from app.menus.models import Course, CourseItem, Menu

ITEMS, MENUS, COURSES, SERVED = 20_000, 200, 4, 5
OTHERS, TAGS, VIEWS = 10, 12, 4
BATCH = 1_000
WORDS = (  # noqa: SIM905 - a sentence is shorter than a list
    "amber ash autumn bell bird bone bread bright bridge broken candle cedar city clay clock cloud coast "
    "copper crow dark daughter desert dream dust ember empty falling feather field fire forest garden "
    "ghost glass gold green grey harbour heart hill hollow house hunger ice iron island ivory king "
    "lantern last light lion little long lost march marsh memory midnight milk mirror moon morning "
    "mountain night north ocean old orchard paper pearl plain quiet rain red river road rose salt sand "
    "sea secret seven shadow shore silence silver sister sky small smoke snow song south spring star "
    "stone storm strange summer sun sweet tide tiger time tower tree valley velvet water wave west white "
    "wild wind window winter wolf wood world year "
).split()
NAMES = ("Amara", "Boris", "Chidi", "Dolores", "Elif", "Farid", "Greta", "Hana", "Ines", "Jonas", "Kaito", "Leila")
KEPT_TOO = text("""
    INSERT INTO user_item_states (id, user_id, item_id, status, rating, created_at, updated_at)
    SELECT uuidv7(), :other, item_id, status, rating, now(), now() FROM user_item_states WHERE user_id = :host
    ORDER BY item_id
""")
LINE = "Served because it answers the one before it, and because nobody at this table has had it yet."


async def fill(database: Database) -> tuple[str, UUID, UUID, str]:
    """The host's session token, an item, and a menu's id and slug to look at."""
    random_ = random.Random(7)
    async with database.session() as session:
        form = RegisterForm(name="Hera", email="hera@example.org", password="a long enough password")
        user = await register(session, form)
        token, _ = await start(session, user, "browser")
        items = [_item(random_, number) for number in range(ITEMS)]
        await _insert(session, MediaItem, items)
        for item_type in ITEM_TYPES:
            facts = [_facts(item) for item in items if item["type"] == item_type]
            await _insert(session, FACTS_TABLES[item_type], facts)
        await _insert(session, MediaSource, [_source(item) for item in items])
        await _insert(session, UserItemState, [_entry(random_, user.id, item["id"]) for item in items])
        for number in range(OTHERS):
            other = User(name=f"Guest {number}", email=f"guest-{number}@example.org", password_hash="")
            session.add(other)
            await session.flush()
            await session.execute(KEPT_TOO, {"other": other.id, "host": user.id})
        tags = [{"id": new_id(), "user_id": user.id, "name": word, "key": word} for word in WORDS[:TAGS]]
        await _insert(session, Tag, tags)
        tagged = [
            {"user_id": user.id, "item_id": item["id"], "tag_id": tag["id"]}
            for item in items
            for tag in random_.sample(tags, random_.choice((0, 0, 1, 2)))
        ]
        await _insert(session, MediaItemTag, tagged)
        views = [
            {"user_id": user.id, "name": f"View {n}", "query": f"status=done&sort=title&year_from=19{n}0"}
            for n in range(VIEWS)
        ]
        await _insert(session, SavedView, views)
        menus = [_menu(random_, user.id, number) for number in range(MENUS)]
        await _insert(session, Menu, menus)
        courses = [_course(menu["id"], position) for menu in menus for position in range(1, COURSES + 1)]
        await _insert(session, Course, courses)
        served = [
            {"course_id": course["id"], "item_id": item["id"], "position": position, "note": LINE}
            for course in courses
            for position, item in enumerate(random_.sample(items, SERVED), 1)
        ]
        await _insert(session, CourseItem, served)
    async with database.session() as session:
        await counting.sweep(session)  # as every hour
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    return token, served[0]["item_id"], menus[0]["id"], menus[0]["slug"]


async def _insert(session: AsyncSession, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    for batch in _batches(rows):
        await session.execute(insert(table), batch)


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start_ in range(0, len(rows), BATCH):
        yield list(rows[start_ : start_ + BATCH])


def _title(random_: random.Random) -> str:
    return " ".join(random_.choices(WORDS, k=random_.randint(1, 4))).title()


def _item(random_: random.Random, number: int) -> dict[str, Any]:
    title = _title(random_)
    return {
        "id": new_id(),
        "type": ITEM_TYPES[number % len(ITEM_TYPES)],
        "title": title,
        "sort_title": sort_title(title),
        "creators": [f"{random_.choice(NAMES)} {random_.choice(WORDS).title()}"],
        "year": random_.choice((None, *range(1900, 2027))),
        "description": " ".join(random_.choices(WORDS, k=40)).capitalize() + ".",
        "genres": ["Fiction"],
        "popularity": random_.random(),
    }


def _facts(item: dict[str, Any]) -> dict[str, Any]:
    long = item["year"] or 100
    kinds = {
        "book": {"pages": long % 900 + 1},
        "movie": {"kind": "film", "runtime_minutes": long % 180 + 1},
        "music": {"kind": "album", "duration_ms": long * 1_000},
    }
    return {"item_id": item["id"], **kinds.get(item["type"], {})}


def _source(item: dict[str, Any]) -> dict[str, Any]:
    return {"item_id": item["id"], "source_name": "bench", "external_id": str(item["id"]), "raw_payload": {}}


def _entry(random_: random.Random, user_id: UUID, item_id: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        "user_id": user_id,
        "item_id": item_id,
        "status": random_.choice(STATUSES),
        "rating": random_.choice((None, 4, 6.5, 8, 10)),
        "favourite": random_.random() < 0.1,
        "notes": LINE if random_.random() < 0.2 else "",
    }


def _menu(random_: random.Random, owner_id: UUID, number: int) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": new_id(),
        "owner_id": owner_id,
        "title": _title(random_),
        "intent": LINE,
        "slug": f"bench-{number}",
        "published_at": now,
        "first_published_at": now,
    }


def _course(menu_id: UUID, position: int) -> dict[str, Any]:
    return {"id": new_id(), "menu_id": menu_id, "position": position, "title": f"Course {position}", "intent": LINE}
