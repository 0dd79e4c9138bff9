"""What was taken with one comes back: whole where nothing is, and changing nothing where it is already."""

import io
import zipfile
from typing import Any

import pytest

from app.accounts.models import User
from app.kit.db import Database
from app.kit.ids import UUID
from app.ops import exporting, importing
from app.ops.exports import BACK
from tests.conftest import EMPTIED
from tests.ops.household import furnish

LISTS = ["items", *BACK]


async def member(database: Database, name: str) -> UUID:
    async with database.session() as session:
        user = User(name=name, email=f"{name.lower()}@example.org", password_hash="x")
        session.add(user)
        await session.flush()
        return user.id


async def exported(database: Database, user_id: UUID) -> bytes:
    async with database.session() as session:
        archive = await exporting.export(session, database, user_id)
        return b"".join([piece async for piece in archive.pieces()])


def lists(content: bytes) -> dict[str, bytes]:
    """What can travel: of each list the lines and the cells. A tag that everybody had becomes one's own."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {f"{name}{end}": archive.read(f"{name}{end}") for name in LISTS for end in (".jsonl", ".csv")}
    found["tags.jsonl"] = found["tags.jsonl"].replace(b'"is_shared":true', b'"is_shared":false')
    found["tags.csv"] = found["tags.csv"].replace(b",true,", b",false,")
    return found


async def imported(database: Database, user_id: UUID, content: bytes) -> Any:
    async with database.session() as session:
        import_id = await importing.begin(session, user_id, "export.zip", io.BytesIO(content))
    await importing.run(database, import_id)
    async with database.session() as session:
        return await importing.show(session, user_id, import_id)


def results(row: Any) -> dict[str, int]:
    """Of all lists together."""
    return {
        name: many
        for name in ("added", "renewed", "there", "newer", "left")
        if (many := sum(counts.get(name, 0) for counts in row.counts.values()))
    }


async def emptied(database: Database) -> None:
    async with database.session() as session:
        await session.execute(EMPTIED)


@pytest.mark.parametrize("seed", range(3))
async def test_a_household_moves_to_an_empty_instance_byte_by_byte(database: Database, seed: int) -> None:
    alice = await member(database, "Alice")
    async with database.session() as session:
        await furnish(session, alice, seed)
    taken = await exported(database, alice)
    assert all(content.count(b"\n") > (name.endswith("csv")) for name, content in lists(taken).items())
    await emptied(database)
    again = await member(database, "Alice")
    first = await imported(database, again, taken)
    assert (first.state, first.messages, first.said) == ("done", [], "")
    assert results(first).keys() == {"added"}
    back = await exported(database, again)
    assert lists(back) == lists(taken)
    second = await imported(database, again, taken)
    assert results(second) == {"there": results(first)["added"]}
    assert lists(await exported(database, again)) == lists(taken)
