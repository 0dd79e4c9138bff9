"""The operator sees what is public here, and may move a menu to another address."""

from tests.cast import Browser, Person
from tests.markup import read
from tests.pages.conftest import Evening


async def test_what_is_public_is_listed_and_drafts_are_not(odile: Person, alice: Person, evening: Evening) -> None:
    assert "Nothing published yet" in (await odile.see("/ops/menus")).text
    await alice.post(f"/menus/{evening.menu}/publication")
    for query in ("", "?q=SAND", "?q=evening-of"):
        page = await odile.see(f"/ops/menus{query}")
        assert page.has("a", href=f"/menus/{evening.slug}")
        assert page.has("a", href=f"/ops/menus/{evening.menu}/slug")
    assert not (await odile.see("/ops/menus?q=water")).has("a", href=f"/menus/{evening.slug}")


async def test_a_menu_is_moved_and_its_owner_reads_of_it(
    odile: Person, alice: Person, nobody: Browser, evening: Evening
) -> None:
    await alice.post(f"/menus/{evening.menu}/publication")
    place = f"/ops/menus/{evening.menu}/slug"
    assert (await odile.see(place)).one("input", name="slug").attributes["value"] == evening.slug
    page = await odile.follow(await odile.put(place, {"slug": "dunes"}))
    assert "It is at /menus/dunes from now on." in page.text
    assert (await nobody.get(f"/menus/{evening.slug}")).headers["location"] == "/menus/dunes"
    told = (await alice.see("/settings/activity")).text
    assert "A menu got another address, named An evening of sand, at /menus/dunes" in told


async def test_an_address_that_cannot_be_is_told_why(odile: Person, alice: Person, evening: Evening) -> None:
    await alice.post(f"/menus/{evening.menu}/publication")
    answer = await odile.put(f"/ops/menus/{evening.menu}/slug", {"slug": "new"})
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.wrong() == {"slug": "A page of this house has that address. Choose another."}
    assert page.value("slug") == "new"


async def test_drafts_are_not_the_operator_s_to_move(odile: Person, alice: Person, evening: Evening) -> None:
    for browser in (odile, alice):
        assert (await browser.get(f"/ops/menus/{evening.menu}/slug")).status_code == 404
        assert (await browser.put(f"/ops/menus/{evening.menu}/slug", {"slug": "mine"})).status_code == 404
