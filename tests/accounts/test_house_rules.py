"""What the operator decided holds at once, and is told with what was before."""

import asyncio

import pytest
from sqlalchemy import text

from app.accounts import house_rules
from app.accounts.house_rules import HouseRulesForm
from app.accounts.models import User
from app.kit.db import Database
from app.kit.ids import UUID
from app.kit.settings import Settings, read_settings

TOLD = text("SELECT actor_id, details FROM audit_events WHERE action = 'rules.changed' ORDER BY id")


def at(address: str | None) -> Settings:
    return read_settings(_env_file=None, base_url=address)


@pytest.fixture
async def odile(database: Database) -> UUID:
    async with database.session() as session:
        user = User(name="Odile", email="odile@example.org", password_hash="")
        session.add(user)
    return user.id


@pytest.mark.parametrize("address", [None, "http://127.0.0.9:8000", "http://localhost", "http://[::1]:80"])
def test_on_this_machine_alone_anybody_may_register(address: str | None) -> None:
    assert house_rules.defaults(at(address)).registration == "open"


@pytest.mark.parametrize(
    "address", ["https://tastebuds.example", "http://192.168.1.4:8000", "https://127.0.0.1", "http://127.0.0.1.evil"]
)
def test_anywhere_else_one_is_invited(address: str) -> None:
    assert house_rules.defaults(at(address)).registration == "invitation"


async def test_what_was_decided_wins_over_the_default_until_it_is_decided_anew(database: Database, odile: UUID) -> None:
    for wanted in ("closed", "open"):
        async with database.session() as session:
            await house_rules.change(session, at("https://a.example"), HouseRulesForm(registration=wanted), odile)
        async with database.reading() as session:
            assert (await house_rules.read(session, at("https://a.example"))).registration == wanted
        async with database.session() as session:
            last = (await session.execute(TOLD)).all()[-1]
    assert (last.actor_id, last.details) == (odile, {"registration": ["closed", "open"]})


async def test_of_twenty_who_decide_the_same_at_once_one_is_told(database: Database, odile: UUID) -> None:
    async def decide() -> None:
        async with database.session() as session:
            await house_rules.change(session, at(None), HouseRulesForm(registration="closed"), odile)

    await asyncio.gather(*(decide() for _ in range(20)))
    async with database.session() as session:
        assert len((await session.execute(TOLD)).all()) == 1
