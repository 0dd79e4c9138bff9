"""No page asks the database more often because there is more to show, and none more than six times."""

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.ids import UUID
from app.library import keeping
from app.menus import composing, sharing
from app.menus.forms import TitleForm
from tests.cast import Browser, Person
from tests.counting import statements
from tests.pages.conftest import Stock
from tests.pages.works import work

MOST = 6
OFTEN = {  # at an address of Alice's, after ten and after a hundred of everything
    "home": "/",
    "library": "/library?view=grid",
    "library as a table, narrowed by most": "/library?view=table&status=wanted&title=ring&rating_to=9&sort=year",
    "library of a type and status": "/library?type=book&status=wanted",
    "menus": "/menus",
    "search": "/search?q=ring",
    "search for nothing": "/search",
    "search of a type": "/search?q=ring&type=book",
    "item": "/items/{item}",
    "editor": "/menus/{menu}/edit",
    "adder": "/menus/{menu}/courses/{course}/items/new?q=ring",
    "menu of mine": "/menus/{slug}",
    "deleting": "/menus/{menu}/delete",
    "sharing": "/menus/{menu}/share",
    "embed": "/menus/{slug}/embed",
}


class Shelves:
    """Alice's library, menus and one long menu, which grow."""

    def __init__(self, alice: Person, stock: Stock, database: Database) -> None:
        self.alice, self.stock, self.database = alice, stock, database
        self.items: list[UUID] = []
        self.menu = self.course = UUID(int=0)
        self.slug = ""

    async def grow(self, to: int) -> None:
        new = await self.stock(*(work(f"The ring number {number}") for number in range(len(self.items), to)))
        async with self.database.session() as session:
            if not self.items:
                menu = await composing.create(session, self.alice.id, TitleForm(title="All the rings"))
                await sharing.publish(session, self.alice.id, menu.id)
                self.menu, self.slug = menu.id, menu.slug
                course = await composing.add_course(session, self.alice.id, menu.id, TitleForm(title="Rings"))
                self.course = course.id
            for number, item in enumerate(new):
                await keeping.keep(session, self.alice.id, item)
                await composing.create(session, self.alice.id, TitleForm(title=f"Menu {number}"))
                await composing.add_item(session, self.alice.id, self.menu, self.course, item)
                if number % 10 == 9:
                    title = TitleForm(title=f"More rings {number}")
                    await composing.add_course(session, self.alice.id, self.menu, title)
        self.items += new

    def at(self, path: str) -> str:
        return path.format(menu=self.menu, course=self.course, slug=self.slug, item=self.items[0])


@pytest.fixture
def shelves(alice: Person, stock: Stock, database: Database) -> Shelves:
    return Shelves(alice, stock, database)


async def test_ten_and_a_hundred_cost_the_same_and_never_more_than_six(
    shelves: Shelves, alice: Person, nobody: Browser, database: Database
) -> None:
    asked: dict[int, dict[str, int]] = {}
    for size in (10, 100):
        await shelves.grow(size)
        asked[size] = {}
        for page, path in OFTEN.items():
            await alice.see(shelves.at(path))  # a connection's first question asks for the types it speaks of
            with statements(database) as sent:
                await alice.see(shelves.at(path))
            asked[size][page] = len(sent)
        with statements(database) as sent:
            await nobody.see(f"/menus/{shelves.slug}")
        asked[size]["public menu, the first time"] = len(sent)
        with statements(database) as sent:
            await nobody.see(f"/menus/{shelves.slug}")
        asked[size]["public menu"] = len(sent)
    assert asked[10] == asked[100]
    assert all(0 < number <= MOST for number in asked[100].values()), asked[100]
    assert asked[100]["public menu, the first time"] <= 4
    assert asked[100]["public menu"] == 1


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/search?q=rign+nubmer", MOST),
        ("/search?q=ring+zzzzqq", MOST),
        # the whole menu, and words that are mended or that no item has all of, in one page
        ("/menus/{menu}/courses/{course}/items/new?q=rign+nubmer", MOST + 1),
        ("/menus/{menu}/courses/{course}/items/new?q=ring+zzzzqq", MOST + 2),
    ],
)
async def test_a_slip_of_the_finger_costs_little_more(
    shelves: Shelves, alice: Person, database: Database, path: str, most: int
) -> None:
    """Mending words is the most the search engine ever does."""
    await shelves.grow(10)
    await alice.see(shelves.at(path))  # a connection's first question asks for the types it speaks of
    with statements(database) as sent:
        await alice.see(shelves.at(path))
    assert len(sent) <= most


async def test_what_the_public_reads_asks_nothing_of_who_it_is(nobody: Browser, database: Database) -> None:
    with statements(database) as sent:
        await nobody.get("/login")
    assert sent == []


async def test_more_of_the_library_and_of_the_menus_is_a_page_away(shelves: Shelves, alice: Person) -> None:
    """Every one is seen once, whatever the page."""
    await shelves.grow(100)
    for address, each, all_of_them in (("/library", "h3", 100), ("/menus", "h3", 101)):
        seen: list[str] = []
        path: str | None = address
        while path:
            page = await alice.see(path)
            seen += [title.text for title in page.one("main").every(each)]
            path = next((link.attributes["href"] for link in page.every("a", rel="next")), None)
        assert len(seen) == all_of_them, address


async def test_menus_changed_in_the_same_instant_are_each_listed_once(
    shelves: Shelves, alice: Person, database: Database
) -> None:
    await shelves.grow(60)
    async with database.session() as session:
        await session.execute(text("UPDATE menus SET updated_at = '2026-01-01 00:00:00.123457+00'"))
    first = await alice.see("/menus")
    rest = await alice.see(next(link.attributes["href"] for link in first.every("a", rel="next")))
    links = [link.attributes["href"] for page in (first, rest) for link in page.one("main").every("a")]
    edits = [link for link in links if link.endswith("/edit")]
    assert len(edits) == len(set(edits)) == 61
