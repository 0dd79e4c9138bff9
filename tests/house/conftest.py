"""The cast, for the rules that have to be asked of the running application."""

from tests.cast import alice, app, bob, charlie, engine, make_app, nobody, odile, settings
from tests.pages.conftest import evening, stock

__all__ = [
    "alice",
    "app",
    "bob",
    "charlie",
    "engine",
    "evening",
    "make_app",
    "nobody",
    "odile",
    "settings",
    "stock",
]
