"""The line at the top says in which part of the house a page is."""

from tests.cast import Person
from tests.pages.conftest import Evening

PARTS = {
    "/library/views": ["Library"],
    "/log": ["Library"],
    "/tags": ["Library"],
    "/taste": ["Library"],
    "/menus/cooking": ["Menus"],
    "/menus/{menu}/share": ["Menus"],
    "/settings/preferences": [],
}


async def test_a_page_is_marked_as_part_of_its_part(alice: Person, evening: Evening) -> None:
    for path, parts in PARTS.items():
        nav = (await alice.see(evening.at(path))).one("nav", **{"aria-label": "Main"})
        assert [link.text for link in nav.every("a") if "aria-current" in link.attributes] == parts, path
