"""The rules of the house on their page, and for the operator's programs."""

from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import house_rules
from app.kit.db import Database
from app.kit.settings import Settings
from tests.api.program import Program, member
from tests.cast import Person

PAGE = "/ops/settings"
OLD = text("UPDATE sessions SET proved_at = proved_at - interval '11 minutes'")


async def test_what_the_operator_chooses_is_kept(odile: Person, settings: Settings) -> None:
    page = await odile.see(PAGE)
    assert page.at(f"registration-{house_rules.defaults(settings).registration}").attributes.get("checked") is not None
    there = await odile.follow(await odile.put(PAGE, {"registration": "closed"}))
    assert "Saved." in there.text
    assert there.at("registration-closed").attributes.get("checked") is not None


async def test_what_is_no_choice_is_said_beside_the_choices(odile: Person) -> None:
    answer = await odile.put(PAGE, {"registration": "perhaps"})
    assert answer.status_code == 422
    assert "Choose one of" in answer.text


async def test_an_old_proof_changes_nothing(odile: Person, database: Database) -> None:
    async with database.session() as session:
        await session.execute(OLD)
    answer = await odile.put(PAGE, {"registration": "closed"})
    assert answer.status_code in (303, 403)
    assert (await odile.see(PAGE)).at("registration-closed").attributes.get("checked") is None


async def test_others_find_nothing(alice: Person) -> None:
    assert (await alice.put(PAGE, {"registration": "closed"})).status_code == 404


async def test_the_operator_s_programs_read_and_write_them(app: ASGIApp, database: Database) -> None:
    program: Program = await member(app, database, "Odile")
    async with database.session() as session:
        await session.execute(text("UPDATE users SET is_operator = true"))
    rules = {"registration": "closed", "discover": True}
    changed = await program.put("/api" + PAGE, rules)
    assert changed.json() == await program.see("/api" + PAGE) == rules
    assert (await program.put("/api" + PAGE, {"registration": "closed"})).json() == rules | {"discover": False}
    assert (await program.put("/api" + PAGE, {"registration": 7})).status_code == 422
