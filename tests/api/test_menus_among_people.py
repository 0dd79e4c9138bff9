"""What becomes of menus among people, for programs: lineage, the public profile, and where the operator puts a menu."""

from litestar.types import ASGIApp

from app.kit.db import Database
from tests.api.program import Member, member
from tests.api.test_ops import OPERATES
from tests.cast import ADDRESS
from tests.pages.conftest import Evening


async def test_lineage_is_told_both_ways(alice: Member, charlie: Member, evening: Evening) -> None:
    await alice.post(f"/api/menus/{evening.menu}/publication")
    fork = (await charlie.post(f"/api/menus/{evening.slug}/forks")).json()
    hers = {"title": "An evening of sand", "author": "Alice", "public_url": f"{ADDRESS}/menus/{evening.slug}"}
    assert await charlie.see(f"/api/menus/{fork['id']}/lineage") == {"origin": hers, "fork_count": 0, "forks": []}
    there = f"/api/menus/{evening.menu}/lineage"
    assert await alice.see(there) == {"origin": None, "fork_count": 1, "forks": []}
    await charlie.post(f"/api/menus/{fork['id']}/publication")
    assert [each["author"] for each in (await alice.see(there))["forks"]] == ["Charlie"]


async def test_a_profile_is_changed_by_who_has_seen_it(charlie: Member) -> None:
    there = "/api/me/profile"
    assert await charlie.see(there) == {"handle": None, "bio": "", "is_public": False}
    profile = {"handle": "bob-serves", "bio": "Slow.", "is_public": True}
    answer = await charlie.put(there, profile)
    assert (answer.status_code, answer.json()) == (200, profile)
    fast = profile | {"bio": "Fast."}
    assert (await charlie.put(there, fast, if_match='"7"')).status_code == 412
    again = await charlie.put(there, fast, if_match=answer.headers["etag"])
    assert (again.status_code, again.json()["bio"]) == (200, "Fast.")


async def test_the_operator_moves_what_is_published_and_nothing_else(
    app: ASGIApp, database: Database, alice: Member, evening: Evening
) -> None:
    odile = await member(app, database, "Odile")
    async with database.session() as session:
        await session.execute(OPERATES, {"id": odile.id})
    there = f"/api/ops/menus/{evening.menu}/slug"
    assert (await odile.put(there, {"slug": "dunes"})).status_code == 404
    await alice.post(f"/api/menus/{evening.menu}/publication")
    answer = await odile.put(there, {"slug": "dunes"})
    assert (answer.status_code, answer.json()["public_url"]) == (200, f"{ADDRESS}/menus/dunes")
    listed = await odile.see("/api/ops/menus?q=dune")
    assert [(each["slug"], each["author"]) for each in listed["menus"]] == [("dunes", "Alice")]
    assert listed["next"] is None
    assert (await alice.get("/api/ops/menus")).status_code == 404
