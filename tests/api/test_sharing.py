"""Handing a menu on by programs: where it is, and guest links."""

from tests.api.program import Member, Program
from tests.cast import ADDRESS
from tests.pages.conftest import Evening


async def test_a_slug_is_chosen_and_the_one_before_leads_there(
    alice: Member, nobody: Program, evening: Evening
) -> None:
    await alice.post(f"/api/menus/{evening.menu}/publication")
    answer = await alice.put(f"/api/menus/{evening.menu}/slug", {"slug": "dunes"})
    assert answer.json() == {
        "slug": "dunes",
        "public_url": f"{ADDRESS}/menus/dunes",
        "former": [evening.slug],
    }
    moved = await nobody.get(f"/api/public/menus/{evening.slug}")
    assert (moved.status_code, moved.headers["location"]) == (301, "/api/public/menus/dunes")


async def test_a_guest_link_is_told_once_and_opens_the_menu(alice: Member, nobody: Program, evening: Evening) -> None:
    answer = await alice.post(f"/api/menus/{evening.menu}/guest-links", {"whom": "Carol", "days": None})
    made = answer.json()
    assert (made["whom"], made["state"], made["expires_at"], made["opens"]) == ("Carol", "open", None, 0)
    assert (await nobody.get(made["url"])).status_code == 200
    there = await alice.see(answer.headers["location"])
    assert there == {name: there[name] for name in made if name != "url"}
    assert there["opens"] == 1
    await alice.delete(answer.headers["location"])
    assert (await nobody.get(made["url"])).status_code == 404
    assert [link["state"] for link in await alice.see(f"/api/menus/{evening.menu}/guest-links")] == ["revoked", "open"]
