"""The doctor finds what is wrong and says what to do about it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

import sandbox
from app.accounts.factor_models import TOTP
from app.kit.db import Database
from app.kit.keys import ring_of
from app.kit.sealing import Seal
from app.kit.settings import Settings, read_settings
from app.ops.doctor import Finding, examine
from app.ops.migrating import migrate
from app.search.examining import examine as look_at_meilisearch
from app.sources.keyring import Keyring
from sandbox.server import serving
from tests.rows import a_user

SECRET = "a secret for tests, long enough to be one"
KEEP_TOTP = text("INSERT INTO totp_secrets (id, user_id, sealed) VALUES (:id, :id, :sealed)")
NOWHERE = "postgresql+asyncpg://postgres@127.0.0.1:1/postgres"


@pytest.fixture(scope="module")
def box() -> Iterator[str]:
    with serving() as address:
        yield address


def settings(**given: str | None) -> Settings:
    return read_settings(_env_file=None, **given)


def of_the_box(box: str, **other: str | None) -> Settings:
    given = {name.lower(): value for name, value in sandbox.settings(box).items()}
    return settings(**given | {"contact": "host@example.org", "secret_key": SECRET} | other)


def without_keys(box: str) -> Settings:
    """Those that need no key are still asked, of the box."""
    return of_the_box(
        box, **{name.lower(): None for name in sandbox.settings(box) if name.endswith(("_KEY", "_ID", "_SECRET"))}
    )


async def found(settings: Settings, url: str) -> dict[str, Finding]:
    return {finding.what: finding for finding in await examine(settings, url, look_at_meilisearch)}


async def test_where_all_is_well_everything_says_so(database: Database, box: str) -> None:
    findings = await found(of_the_box(box), database.url)
    assert all(finding.well for finding in findings.values()), findings
    assert list(findings)[:3] == ["Postgres", "Tables", "Extensions"]
    assert {"Google Books", "TMDB", "IGDB", "Last.fm"} <= set(findings)
    assert all(str(finding).startswith("ok ") for finding in findings.values())


async def test_a_source_without_a_key_lacks_and_does_not_stop_it(database: Database, box: str) -> None:
    findings = await found(without_keys(box), database.url)
    lacking = [finding for finding in findings.values() if not finding.well]
    assert {"TMDB", "IGDB", "Last.fm"} <= {finding.what for finding in lacking}
    assert not any(finding.needed for finding in lacking)
    assert "set TMDB_KEY" in str(findings["TMDB"])
    assert "IGDB_CLIENT_ID" in str(findings["IGDB"])
    assert "IGDB_CLIENT_SECRET" in str(findings["IGDB"])


async def test_a_key_that_was_pasted_counts(database: Database, box: str) -> None:
    bare = without_keys(box)
    async with database.session() as session:
        await Keyring(bare).keep(session, {"TMDB_KEY": "pasted"})
    assert (await found(bare, database.url))["TMDB"].well


async def test_a_key_that_cannot_be_opened_is_named(database: Database, box: str) -> None:
    async with database.session() as session:
        await Keyring(of_the_box(box, secret_key=SECRET[::-1])).keep(session, {"TMDB_KEY": "pasted"})
    findings = await found(without_keys(box), database.url)
    assert "kept with another SECRET_KEY" in findings["TMDB_KEY"].said
    assert not findings["TMDB_KEY"].needed
    assert "set TMDB_KEY" in findings["TMDB"].said


async def test_without_a_contact_it_says_who_wants_to_know_it(database: Database, box: str) -> None:
    finding = (await found(of_the_box(box, contact=""), database.url))["CONTACT"]
    assert (finding.well, finding.needed) == (False, False)
    assert finding.said.startswith("Wikidata and MusicBrainz want to know whom to write to")


async def test_a_source_that_does_not_answer_is_named_with_its_reason(database: Database, box: str) -> None:
    findings = await found(of_the_box(box, tmdb_url="http://127.0.0.1:1/3"), database.url)
    assert not findings["TMDB"].well
    assert not findings["TMDB"].needed
    assert "TMDB" in findings["TMDB"].said
    assert findings["IGDB"].well


async def test_a_database_that_is_away_is_named_and_needed(box: str) -> None:
    findings = await found(without_keys(box), NOWHERE)
    assert (findings["Postgres"].well, findings["Postgres"].needed) == (False, True)
    assert "DATABASE_URL" in findings["Postgres"].said
    assert str(findings["Postgres"]).startswith("FAIL Postgres")
    assert "Tables" not in findings
    assert "TMDB" in findings


async def test_an_address_that_is_none_is_a_finding_and_not_a_fault(box: str) -> None:
    findings = await found(without_keys(box), "postgresql+asyncpg://postgres@/postgres?host=/" + "x" * 300)
    assert not findings["Postgres"].well


async def test_tables_that_are_behind_are_to_be_migrated(empty: Database, box: str) -> None:
    findings = await found(without_keys(box), empty.url)
    assert "run `tastebuds migrate`" in findings["Tables"].said
    assert not findings["Tables"].well
    await migrate(empty, "0001")
    assert "at revision 0001" in (await found(without_keys(box), empty.url))["Tables"].said
    await migrate(empty)
    assert (await found(without_keys(box), empty.url))["Tables"].well


async def test_an_extension_that_is_gone_is_missed(empty: Database, box: str) -> None:
    await migrate(empty)
    async with empty.session() as session:
        await session.execute(text("DROP EXTENSION pg_trgm CASCADE"))
    finding = (await found(without_keys(box), empty.url))["Extensions"]
    assert (finding.well, finding.said) == (False, "create pg_trgm and unaccent")


async def test_a_redis_is_looked_at_where_there_is_one(database: Database, box: str, redis_url: str) -> None:
    assert "Redis" not in await found(without_keys(box), database.url)
    assert (await found(of_the_box(box, redis_url=redis_url), database.url))["Redis"].well
    away = (await found(of_the_box(box, redis_url="redis://127.0.0.1:9"), database.url))["Redis"]
    assert (away.well, away.needed) == (False, True)
    assert away.said.startswith("REDIS_URL: Redis does not answer (")


async def test_a_meilisearch_is_looked_at_where_there_is_one(database: Database, box: str) -> None:
    assert "Meilisearch" not in await found(without_keys(box), database.url)
    away = (await found(of_the_box(box, meilisearch_url="http://127.0.0.1:9"), database.url))["Meilisearch"]
    assert (away.well, away.needed) == (False, False)
    assert away.said == (
        "Meilisearch cannot be reached (ConnectError). See that it runs, and that MEILISEARCH_URL is its address. "
        "Postgres searches until then."
    )


async def test_it_is_not_compared_with_a_catalog_whose_tables_are_behind(empty: Database, box: str) -> None:
    assert "Meilisearch" not in await found(of_the_box(box, meilisearch_url="http://127.0.0.1:9"), empty.url)


async def test_what_was_sealed_with_another_secret_is_counted(database: Database, box: str) -> None:
    """SC-2: it starts all the same, and nothing is erased."""
    person = await a_user(database, "Alice")
    sealed = Seal(ring_of(of_the_box(box, secret_key=SECRET[::-1])), TOTP).seal("x", "anywhere")
    async with database.session() as session:
        await session.execute(KEEP_TOTP, {"id": person, "sealed": sealed})
    finding = (await found(of_the_box(box), database.url))["Secrets"]
    assert not finding.needed
    assert finding.said == (
        "1 of totp_secrets.sealed cannot be opened: bring the SECRET_KEY back that they were sealed with"
    )


async def test_a_secret_that_can_be_guessed_stops_what_is_open_to_others(database: Database, box: str) -> None:
    weak = of_the_box(box, secret_key="changeme" * 4, base_url="https://food.example")
    finding = (await found(weak, database.url))["Secrets"]
    assert finding.needed
    assert not finding.well
    assert finding.said.startswith("SECRET_KEY repeats itself.")
