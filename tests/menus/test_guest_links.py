"""Guest links: whoever has one reads one menu, until it ends."""

import asyncio

import pytest
from sqlalchemy import text

from app.kit.db import AnyRow, Database
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID
from app.menus import guest_links
from app.menus.link_forms import GuestLinkForm
from tests.menus.test_sharing import create
from tests.rows import a_user
from tests.whole import tables_with

ONE_MENU = pytest.mark.parametrize("spoiled", ["", "x" * 43, "x" * 10_000, "\0", "é"])


async def make(database: Database, owner: UUID, menu: UUID, *, whom: str = "", days: str = "7") -> tuple[UUID, str]:
    """Its id and its token."""
    async with database.session() as session:
        id_, path = await guest_links.make(session, owner, menu, GuestLinkForm.read({"whom": whom, "days": days}))
    return id_, path.removeprefix("/g/")


async def revoke(database: Database, owner: UUID, menu: UUID, link: UUID) -> None:
    async with database.session() as session:
        await guest_links.revoke(session, owner, menu, link)


async def title_by(database: Database, token: str, visitor: UUID | None = None) -> str:
    async with database.reading() as session:
        return (await guest_links.menu_by(session, token, visitor)).title


async def links(database: Database, owner: UUID, menu: UUID) -> list[AnyRow]:
    async with database.reading() as session:
        return list(await guest_links.links_of(session, owner, menu))


async def later(database: Database, column: str, how_long: str) -> None:
    """As if that much time had passed since."""
    async with database.session() as session:
        moved = f"UPDATE menu_share_tokens SET {column} = {column} - interval '{how_long}'"
        await session.execute(text(moved))


async def test_a_link_opens_a_draft_for_anybody(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    _, token = await make(database, alice, menu.id, whom="Bob and his sister")
    assert await title_by(database, token) == "Sand"
    (row,) = await links(database, alice, menu.id)
    assert (row.whom, row.state, row.opens) == ("Bob and his sister", "open", 1)


async def test_the_token_stands_nowhere(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    _, token = await make(database, alice, menu.id)
    assert await tables_with(database, token) == []


@ONE_MENU
async def test_what_is_no_token_opens_nothing(database: Database, spoiled: str) -> None:
    with pytest.raises(NotFound, match="This link has ended"):
        await title_by(database, spoiled)


async def test_a_link_that_has_ended_says_what_one_that_never_was_says(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    revoked, past = await make(database, alice, menu.id), await make(database, alice, menu.id, days="1")
    await revoke(database, alice, menu.id, revoked[0])
    await later(database, "expires_at", "25 hours")
    for _, token in (revoked, past):
        with pytest.raises(NotFound, match=guest_links.ENDED):
            await title_by(database, token)
    assert [row.state for row in await links(database, alice, menu.id)] == ["expired", "revoked"]


async def test_a_link_without_an_end_goes_on(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    _, token = await make(database, alice, menu.id, days="never")
    await later(database, "created_at", "5 years")
    assert await title_by(database, token) == "Sand"


@pytest.mark.parametrize("column", ["closes_at", "disabled_at"])
async def test_who_leaves_takes_the_links_along(database: Database, column: str) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    _, token = await make(database, alice, menu.id)
    async with database.session() as session:
        await session.execute(text(f"UPDATE users SET {column} = now()"))
    with pytest.raises(NotFound, match=guest_links.ENDED):
        await title_by(database, token)


async def test_twenty_guests_at_once_are_one_visit_and_one_more_a_minute_later(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    _, token = await make(database, alice, menu.id)
    await asyncio.gather(*(title_by(database, token) for _ in range(20)))
    assert [row.opens for row in await links(database, alice, menu.id)] == [1]
    await later(database, "opened_at", "61 seconds")
    await title_by(database, token)
    assert [row.opens for row in await links(database, alice, menu.id)] == [2]


async def test_the_owner_who_looks_is_no_visit(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    _, token = await make(database, alice, menu.id)
    await title_by(database, token, alice)
    assert [(row.opens, row.opened_at) for row in await links(database, alice, menu.id)] == [(0, None)]


async def test_of_many_made_at_once_fifty_are_there_and_the_ended_make_room(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    made = [await make(database, alice, menu.id) for _ in range(45)]
    came = await asyncio.gather(*(make(database, alice, menu.id) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(each, Invalid) for each in came) == 15
    assert len(await links(database, alice, menu.id)) == guest_links.LINKS_MAX
    await revoke(database, alice, menu.id, made[3][0])
    await make(database, alice, menu.id)
    there = await links(database, alice, menu.id)
    assert len(there) == guest_links.LINKS_MAX
    assert made[3][0] not in {row.id for row in there}


async def test_ending_a_link_twice_is_told_once(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Sand")
    id_, _ = await make(database, alice, menu.id)
    for _ in range(2):
        await revoke(database, alice, menu.id, id_)
    async with database.reading() as session:
        told = await session.scalars(text("SELECT action FROM audit_events ORDER BY id"))
        assert list(told) == ["guest_link.made", "guest_link.revoked"]


async def test_whose_menu_it_is_not_makes_sees_and_ends_no_link(database: Database) -> None:
    alice, charlie = await a_user(database, "Alice"), await a_user(database, "Charlie")
    menu = await create(database, alice, "Sand")
    id_, token = await make(database, alice, menu.id)
    assert await links(database, charlie, menu.id) == []
    for act in (make(database, charlie, menu.id), revoke(database, charlie, menu.id, id_)):
        with pytest.raises(NotFound):
            await act
    assert await title_by(database, token) == "Sand"


async def test_a_link_of_one_menu_is_not_ended_through_another(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu, other = await create(database, alice, "Sand"), await create(database, alice, "Water")
    id_, _ = await make(database, alice, menu.id)
    with pytest.raises(NotFound):
        await revoke(database, alice, other.id, id_)


@pytest.mark.parametrize("days", ["0", "2", "-1", "1e9", "for ever"])
def test_a_link_lasts_as_long_as_there_is_a_choice_for(days: str) -> None:
    with pytest.raises(Invalid) as refused:
        GuestLinkForm.read({"days": days})
    assert refused.value.errors == {"days": "Choose one of: '1', '7', '30' or 'never'."}
