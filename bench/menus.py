"""A published menu of sixty items, with notes and pairings: what a guest is sent."""

from sqlalchemy import text

from app.kit.db import Database
from app.menus import composing, pairing, reading, sharing
from app.menus.forms import NoteForm, TitleForm
from app.menus.pairing_forms import PairingForm
from bench.library import LINE

COURSES, SERVED = 6, 10
HOST = text("SELECT id FROM users WHERE email = 'hera@example.org'")
ITEMS = text("SELECT id FROM media_items ORDER BY id LIMIT :at_most")


async def sixty(database: Database) -> str:
    """Its slug."""
    async with database.session() as session:
        host = (await session.execute(HOST)).scalar_one()
        items = iter((await session.execute(ITEMS, {"at_most": COURSES * SERVED})).scalars().all())
        menu = await composing.create(session, host, TitleForm(title="Sixty at the table", intent=LINE))
        for number in range(COURSES):
            course = await composing.add_course(
                session, host, menu.id, TitleForm(title=f"Course {number}", intent=LINE)
            )
            for _ in range(SERVED):
                await composing.add_item(session, host, menu.id, course.id, next(items))
        whole = await reading.menu_of(session, host, menu.id)
        for served in whole.courses:
            for row in served.items:
                await composing.annotate(session, host, menu.id, served.id, row.course_item_id, NoteForm(note=LINE))
            first, second = served.items[:2]
            both = PairingForm(first=first.course_item_id, second=second.course_item_id, sentence=LINE)
            await pairing.pair(session, host, menu.id, both)
        await sharing.publish(session, host, menu.id)
        return menu.slug
