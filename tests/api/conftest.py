"""The cast's programs, on a Tastebuds with one source that knows Hyperion."""

import pytest
from litestar.types import ASGIApp

from app.kit.db import Database
from app.sources.circuits import SharedCircuits
from tests.api.program import Member, Program, member
from tests.cast import MakeApp, engine, make_app, open_house, settings
from tests.pages.conftest import evening, stock
from tests.pages.works import HYPERION, Shelf

__all__ = ["engine", "evening", "make_app", "settings", "stock"]


@pytest.fixture(scope="session")
def app(make_app: MakeApp, migrated: Database) -> ASGIApp:
    shelf = Shelf("books", HYPERION)
    shelf.circuits = SharedCircuits(migrated)
    return make_app({"books": shelf})


@pytest.fixture
async def alice(app: ASGIApp, database: Database) -> Member:
    await open_house(database)
    return await member(app, database, "Alice")


@pytest.fixture
async def charlie(app: ASGIApp, database: Database) -> Member:
    return await member(app, database, "Charlie")


@pytest.fixture
def nobody(app: ASGIApp, database: Database) -> Program:
    assert database  # emptied after the test
    return Program(app)
