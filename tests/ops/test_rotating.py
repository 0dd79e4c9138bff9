"""Another secret takes the place of the old one while everything runs, and nothing is lost on the way (SC-2)."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.accounts.factor_models import TOTP
from app.kit.db import Base, Database
from app.kit.ids import new_id
from app.kit.keys import Ring, ring_of
from app.kit.sealing import PURPOSE, Seal, place_of, sealed_columns
from app.kit.secrets import NAME, secrets_at
from app.kit.settings import Settings, SettingsError, read_settings
from app.ops import rotating
from app.ops.migrating import migrate
from app.sources.keyring import Keyring
from tests.rows import a_user

CANARY = "c4nary-" + "7" * 30
OLD, NEW = "the old secret which is long enough to be one", "a new secret that is long enough to be one"
KEEP_TOTP = text("INSERT INTO totp_secrets (id, user_id, sealed) VALUES (:id, :user_id, :sealed)")
TOTPS = text("SELECT id, sealed FROM totp_secrets")
SEALED = text("SELECT sealed FROM source_keys")


def given(*secrets: str, folder: Path | None = None) -> Settings:
    where = {"tastebuds_data": folder} if folder else {}
    return read_settings(_env_file=None, tmdb_key=None, lastfm_key=None, secret_key=",".join(secrets) or None, **where)


async def keep(database: Database, settings: Settings, **values: str) -> None:
    async with database.session() as session:
        await Keyring(settings).keep(session, {name.upper(): value for name, value in values.items()})


async def origins(database: Database, settings: Settings) -> dict[str, str]:
    async with database.reading() as session:
        return {name: key.origin for name, key in (await Keyring(settings).read(session)).items()}


async def test_everything_sealed_is_sealed_anew_and_opens_with_the_new_one_alone(database: Database) -> None:
    await keep(database, given(OLD), tmdb_key=CANARY, lastfm_key=CANARY)
    ids = [new_id() for _ in range(rotating.BATCH + 20)]
    seal = Seal(ring_of(given(OLD)), TOTP)
    for id_ in ids:
        person = await a_user(database, f"Person {id_.hex}")
        async with database.session() as session:
            sealed = seal.seal(CANARY + id_.hex, place_of("totp_secrets", id_, "sealed"))
            await session.execute(KEEP_TOTP, {"id": id_, "user_id": person, "sealed": sealed})
    done = {each.column: (each.done, each.lost) for each in await rotating.rotate(database, given(NEW, OLD))}
    assert (done["source_keys.sealed"], done["totp_secrets.sealed"]) == ((2, 0), (len(ids), 0))
    assert (await origins(database, given(NEW)))["TMDB_KEY"] == "page"
    new = Seal(ring_of(given(NEW)), TOTP)
    async with database.reading() as session:
        for row in await session.execute(TOTPS):
            assert new.open(row.sealed, place_of("totp_secrets", row.id, "sealed")) == CANARY + row.id.hex
    again = await rotating.rotate(database, given(NEW, OLD))
    assert {(each.done, each.lost) for each in again} == {(0, 0)}


async def test_the_old_one_stays_while_something_needs_it(database: Database) -> None:
    await keep(database, given(OLD), tmdb_key=CANARY)
    with pytest.raises(RuntimeError, match=r"The old secret still opens 1 of source_keys\.sealed"):
        await rotating.retire(database, given(NEW, OLD))
    await rotating.rotate(database, given(NEW, OLD))
    with pytest.raises(SettingsError, match="Leave the first one only"):
        await rotating.retire(database, given(NEW, OLD))


async def test_a_secret_from_the_environment_is_changed_there(database: Database) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY=new,old"):
        await rotating.rotate(database, given(OLD))


async def test_what_no_secret_opens_is_counted_and_left_as_it_is(database: Database) -> None:
    await keep(database, given("another secret that is nowhere any more"), tmdb_key=CANARY)
    await keep(database, given(OLD), lastfm_key=CANARY)
    async with database.session() as session:
        before = set(await session.scalars(SEALED))
        assert await rotating.unopenable(session, ring_of(given(OLD))) == {"source_keys.sealed": 1}
    done = {each.column: (each.done, each.lost) for each in await rotating.rotate(database, given(NEW, OLD))}
    assert done["source_keys.sealed"] == (1, 1)
    async with database.reading() as session:
        assert len(before & set(await session.scalars(SEALED))) == 1
    ring = Ring(Path("/nowhere"), SecretStr(f"{NEW},{OLD}"))
    assert await rotating.still_needed(database, ring) == {}


@pytest.mark.slow
async def test_in_the_file_from_the_first_to_the_last_step(database: Database, tmp_path: Path) -> None:
    settings = given(folder=tmp_path)
    (old,) = secrets_at(tmp_path, None)
    await keep(database, settings, tmdb_key=CANARY)
    with pytest.raises(RuntimeError, match="nothing to remove"):
        await rotating.retire(database, settings)
    await rotating.rotate(database, settings)
    new, after = secrets_at(tmp_path, None)
    assert after == old
    await rotating.rotate(database, settings)
    assert secrets_at(tmp_path, None) == (new, old)  # the same rotation goes on
    with pytest.raises(RuntimeError, match="another 15 minutes"):
        await rotating.retire(database, settings)
    os.utime(tmp_path / NAME, (time.time() - rotating.HONOURED - 1,) * 2)
    await rotating.retire(database, settings)
    assert secrets_at(tmp_path, None) == (new,)
    ring_of(settings).look_again()
    assert (await origins(database, settings))["TMDB_KEY"] == "page"


async def test_two_do_not_rotate_at_once(database: Database) -> None:
    async with database.session() as other:
        assert await other.scalar(rotating.ONE_ROTATION)
        with pytest.raises(RuntimeError, match="Another rotation is under way"):
            await rotating.rotate(database, given(NEW, OLD))


async def test_a_key_that_is_pasted_meanwhile_is_not_set_back(database: Database) -> None:
    """Twenty pastings race with as many rotations; each time what was pasted last is what is there."""
    both = given(NEW, OLD)
    for number in range(20):
        await keep(database, given(OLD), tmdb_key=f"first-{number}")
        await asyncio.gather(keep(database, both, tmdb_key=f"second-{number}"), rotating.rotate(database, both))
        keyring = Keyring(given(NEW))
        async with database.reading() as session:
            await keyring.read(session)
        assert keyring.settings.tmdb_key
        assert keyring.settings.tmdb_key.get_secret_value() == f"second-{number}"


async def test_one_that_was_killed_in_the_middle_goes_on_where_it_was(database: Database) -> None:
    await keep(database, given(OLD), tmdb_key=CANARY, lastfm_key=CANARY)
    async with database.session() as session:
        await session.execute(text("SELECT 1 FROM source_keys WHERE name = 'TMDB_KEY' FOR UPDATE"))
        rotation = asyncio.create_task(rotating.rotate(database, given(NEW, OLD)))
        await asyncio.sleep(0.2)  # it waits for the row
        rotation.cancel()
        await asyncio.gather(rotation, return_exceptions=True)
    assert set((await origins(database, given(NEW, OLD))).values()) == {"page", "none"}
    done = {each.column: each.done for each in await rotating.rotate(database, given(NEW, OLD))}
    assert done["source_keys.sealed"] == 2
    assert (await origins(database, given(NEW)))["TMDB_KEY"] == "page"


def test_every_column_that_is_called_sealed_is_known_to_the_rotation() -> None:
    known = {str(column) for column in sealed_columns(Base.metadata)}
    called = {f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns
              if "sealed" in column.name}  # fmt: skip
    assert called <= known
    assert {"source_keys.sealed", "totp_secrets.sealed"} <= known
    assert all(column.info[PURPOSE] for column in sealed_columns(Base.metadata))


@pytest.mark.slow
async def test_what_was_sealed_before_keys_had_ids_in_front_still_opens(empty: Database) -> None:
    """As revision 0017 keeps it: the key's id beside, nonce and ciphertext alone."""
    await migrate(empty)
    await keep(empty, given(OLD), tmdb_key=CANARY)
    async with empty.reading() as session:
        sealed = await session.scalar(SEALED)
    await migrate(empty, to="0017")
    async with empty.reading() as session:
        row = (await session.execute(text("SELECT sealed, key_id FROM source_keys"))).one()
    assert sealed == b"\x01" + bytes.fromhex(row.key_id) + row.sealed
    await migrate(empty)
    assert (await origins(empty, given(OLD)))["TMDB_KEY"] == "page"
