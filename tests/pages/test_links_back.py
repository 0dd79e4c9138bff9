"""Whatever a source tells leads back to it, as its terms ask: rows from outside and items alike."""

import msgspec
from litestar.types import ASGIApp

from app.catalog.storing import store
from app.kit.db import Database
from tests.cast import MakeApp, sign_up
from tests.pages.works import HYPERION, Shelf

THERE = "https://books.example/hyperion"
LINKED = msgspec.structs.replace(HYPERION, url=THERE)


def with_books(make_app: MakeApp) -> ASGIApp:
    return make_app({"books": Shelf("books", LINKED)})


async def test_a_row_from_outside_leads_to_the_work_s_page_there(make_app: MakeApp, database: Database) -> None:
    alice = await sign_up(with_books(make_app), database, "Alice")
    page = await alice.see("/search", q="hyperion", outside="1")
    (link,) = page.every("a", href=THERE)
    assert link.text == "books on Hyperion"
    assert link.attributes["rel"] == "noreferrer noopener"


async def test_an_item_leads_there_too(make_app: MakeApp, database: Database) -> None:
    alice = await sign_up(with_books(make_app), database, "Alice")
    async with database.session() as session:
        item = await store(session, LINKED)
    assert (await alice.see(f"/items/{item}")).has("a", href=THERE, rel="noreferrer noopener")
