"""Another secret while keys are pasted by two processes, with the rotation killed in the middle."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from uuid import UUID

import asyncpg
import pytest

from app.accounts.factor_models import TOTP
from app.kit.ids import new_id
from app.kit.keys import Ring
from app.kit.sealing import Seal, place_of
from attack.conftest import Arrive
from attack.instances import House
from attack.visitors import Visitor

ROWS = 4000
SECRET = "JBSWY3DPEHPK3PXP"
PERSON = """
    INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
    SELECT i, i::text || '@example.org', 'Somebody', 'x', now(), now() FROM unnest($1::uuid[]) AS i
"""
KEEP = "INSERT INTO totp_secrets (id, user_id, sealed) VALUES ($1, $1, $2)"
SEALED_OTHERWISE = "SELECT count(*) FROM totp_secrets WHERE substring(sealed FROM 1 FOR 5) <> $1"


async def paste(visitor: Visitor, pasted: list[str], until: asyncio.Event) -> None:
    """Key after key, each remembered once it was acknowledged."""
    while not until.is_set():
        key = new_id().hex
        answer = await visitor.send("PUT", "/ops/sources/keys/tmdb", {"tmdb_key": key})
        if answer.status_code == 303:
            pasted.append(key)


@pytest.mark.requirement("SC-2")
async def test_a_rotation_under_load_killed_in_the_middle_loses_nothing(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    first, second = await house.open(RATE_LIMITS="0"), await house.open(sample=False, RATE_LIMITS="0")
    database = await house.connect()
    await database.execute("UPDATE users SET is_operator = email LIKE 'alice@%'")
    ids = await keep_secrets(database, Ring(first.data))
    visitors = [arrive(each) for each in (first, second)]
    for visitor in visitors:
        await visitor.log_in()
    pasted: list[str] = []
    done = asyncio.Event()
    pasting = [asyncio.create_task(paste(visitor, pasted, done)) for visitor in visitors]
    killed_at = await kill_in_the_middle(house, database)
    began = time.monotonic()
    code, said = await first.command("rotate-secrets")
    took = time.monotonic() - began
    assert code == 0, said
    code, said = await second.command("rotate-secrets", "--retire", "--now")
    assert code == 0, said
    await asyncio.sleep(1.5)
    before = len(pasted)
    await asyncio.sleep(1.0)
    done.set()
    await asyncio.gather(*pasting)
    assert len(pasted) > before > 0
    (only,) = Ring(first.data).keys(TOTP)
    seal = Seal(Ring(first.data), TOTP)
    for row in await database.fetch("SELECT id, sealed FROM totp_secrets"):
        assert seal.open(row["sealed"], place_of("totp_secrets", row["id"], "sealed")) == SECRET + row["id"].hex
    assert await database.fetchval(SEALED_OTHERWISE, b"\x01" + bytes.fromhex(only.id)) == 0
    kept = (await visitors[0].get("/ops/sources/keys")).text
    assert any(key[-4:] in kept for key in pasted[-2:])
    for each in (first, second):
        assert '"level": "error"' not in each.log.read_text()
    await database.close()
    measured(f"{len(ids)} sealed rows; killed -9 with {killed_at} of them done, the rest in {took:.1f} s")
    measured(f"{len(pasted)} keys pasted meanwhile through two processes, no answer but 303, none unreadable")


async def keep_secrets(database: "asyncpg.Connection[asyncpg.Record]", ring: Ring) -> list[UUID]:
    ids, seal = [new_id() for _ in range(ROWS)], Seal(ring, TOTP)
    await database.execute(PERSON, ids)
    rows = [(id_, seal.seal(SECRET + id_.hex, place_of("totp_secrets", id_, "sealed"))) for id_ in ids]
    await database.executemany(KEEP, rows)
    return ids


async def kill_in_the_middle(house: House, database: "asyncpg.Connection[asyncpg.Record]") -> int:
    """How many rows it had sealed anew by then."""
    old = Seal(Ring(house.instances[0].data), TOTP).prefix
    process = await house.instances[0].begin("rotate-secrets")
    for _ in range(1200):
        if (anew := int(await database.fetchval(SEALED_OTHERWISE, old))) >= ROWS // 4:
            break
        await asyncio.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    anew = int(await database.fetchval(SEALED_OTHERWISE, old))
    assert ROWS // 4 <= anew < ROWS
    return anew
