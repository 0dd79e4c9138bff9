"""A public menu shows what its works are called now: also after a split, and after that is undone."""

from app.catalog.candidates import BookFacts, Candidate, Identifier
from app.catalog.storing import store
from app.kit.db import Database
from app.menus import composing
from app.menus.forms import TitleForm
from app.ops.splitting import split
from app.ops.unmerging import undo
from tests.cast import Browser, Person

NAMES = (Identifier(scheme="isbn13", value="9780441478125"),)
FIRST = Candidate(
    source="a", external_id="1", title="Left Hand", creators=("U. K. Le Guin",), identifiers=NAMES, facts=BookFacts()
)
SECOND = Candidate(
    source="b", external_id="2", title="Left Hand", creators=("Ursula Le Guin",), identifiers=NAMES, facts=BookFacts()
)


async def test_a_split_and_its_undoing_are_on_the_public_page_at_once(
    alice: Person, nobody: Browser, database: Database
) -> None:
    async with database.session() as session:
        item = await store(session, FIRST)
        assert await store(session, SECOND) == item
        menu = await composing.create(session, alice.user.id, TitleForm(title="Winter"))
        course = await composing.add_course(session, alice.user.id, menu.id, TitleForm(title="One"))
        await composing.add_item(session, alice.user.id, menu.id, course.id, item)
    await alice.post(f"/menus/{menu.id}/publication")
    before = await nobody.get("/menus/winter")
    async with database.session() as session:
        row = await split(session, alice.user.id, item, "a", "1", is_operator=True)
    apart = await nobody.get("/menus/winter")
    async with database.session() as session:
        await undo(session, alice.user.id, row.id, is_operator=True)
    again = await nobody.get("/menus/winter")
    assert ["U. K. Le Guin" in each.text for each in (before, apart, again)] == [True, False, True]
    assert len({each.headers["etag"] for each in (before, apart, again)}) == 3
