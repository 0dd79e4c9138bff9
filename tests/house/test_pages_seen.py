"""Every page is opened in a browser by e2e/test_every_page.py, where axe looks at it, or by a story that says so."""

import re
from pathlib import Path

from app.pages.routes import ROUTES
from e2e.places import IN_STORIES, NO_PAGES, PLACES
from tests.house.test_routes import handlers

STORIES = Path(__file__).parents[2] / "e2e"
GOT = {path for method, path, _ in handlers(ROUTES) if method == "GET"}
OPENED = {place.partition("?")[0] for places in PLACES.values() for place in places}


def route_of(place: str) -> str | None:
    """The route that answers there; one without ids before one with."""
    fits = [path for path in GOT if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), place)]
    return min(fits, key=lambda path: path.count("{"), default=None)


def test_every_page_is_opened_in_a_browser() -> None:
    opened = {place: route_of(place) for place in OPENED}
    assert None not in opened.values(), [place for place, route in opened.items() if route is None]
    elsewhere = [*IN_STORIES, *NO_PAGES]
    assert sorted(elsewhere) == sorted(set(elsewhere))
    assert not set(opened.values()) & set(elsewhere)
    assert {*opened.values(), *elsewhere} == GOT


def test_the_stories_that_come_by_a_page_have_axe_look_at_it() -> None:
    for page, story in IN_STORIES.items():
        assert "violations" in (STORIES / story).read_text("utf-8"), page
