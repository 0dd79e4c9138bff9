"""Keys the operator pastes: in effect at once, sealed in the database, and told to nobody."""

import asyncio

import pytest
from sqlalchemy import text

from app.kit.db import AsyncSession, Database
from app.kit.errors import Conflict, Invalid
from app.kit.outbound import Outbound
from app.kit.settings import Settings, read_settings
from app.sources.forms import KeysForm
from app.sources.keyring import NAMES, Key, Keyring, ending_of, with_keys
from app.sources.registry import all_sources
from app.sources.source import Source

CANARY = "c4nary-" + "5" * 30
BARE = dict.fromkeys(name.lower() for name in NAMES)
EVERYTHING = text("SELECT s::text FROM source_keys s")
SWAP = text("""
    UPDATE source_keys SET sealed = other.sealed FROM source_keys other
    WHERE (source_keys.name, other.name) IN (('TMDB_KEY', 'LASTFM_KEY'), ('LASTFM_KEY', 'TMDB_KEY'))
""")


def given(**values: str | None) -> Settings:
    return read_settings(_env_file=None, **BARE | {"secret_key": "a secret for tests, long enough to be one"} | values)


@pytest.fixture
def bare(outbound: Outbound) -> dict[str, Source]:
    return all_sources(given(), outbound)


async def kept(database: Database, keyring: Keyring, **values: str) -> None:
    async with database.session() as session:
        await keyring.keep(session, {name.upper(): value for name, value in values.items()})


async def test_a_source_is_ready_as_soon_as_its_key_is_pasted(session: AsyncSession, bare: dict[str, Source]) -> None:
    keyring = Keyring(given(), bare.values())
    await keyring.keep(session, {"IGDB_CLIENT_ID": "client-of-igdb"})
    assert missing(bare["igdb"]) == ["IGDB_CLIENT_SECRET"]
    await keyring.keep(session, {"IGDB_CLIENT_SECRET": CANARY})
    assert missing(bare["igdb"]) == []
    assert bare["igdb"].settings.igdb_client_id == "client-of-igdb"
    assert not bare["tmdb"].ready


async def test_a_key_that_is_removed_is_in_effect_no_more(session: AsyncSession, bare: dict[str, Source]) -> None:
    keyring = Keyring(given(), bare.values())
    await keyring.keep(session, {"TMDB_KEY": CANARY})
    assert missing(bare["tmdb"]) == []
    await keyring.remove(session, ["TMDB_KEY"])
    assert missing(bare["tmdb"]) == ["TMDB_KEY"]
    assert (await keyring.read(session))["TMDB_KEY"] == Key("TMDB_KEY", "none")


async def test_what_the_server_was_started_with_wins_and_cannot_be_replaced(
    session: AsyncSession, outbound: Outbound
) -> None:
    await Keyring(given()).keep(session, {"TMDB_KEY": "pasted-before-it-was-set"})
    settings = given(tmdb_key="started-with-this-one")
    sources = all_sources(settings, outbound)
    keyring = Keyring(settings, sources.values())
    assert (await keyring.read(session))["TMDB_KEY"] == Key("TMDB_KEY", "start", "-one")
    assert _tmdb(sources["tmdb"].settings) == "started-with-this-one"
    with pytest.raises(Conflict, match="The keys of TMDB are set where the server is started"):
        await keyring.paste(session, sources["tmdb"], KeysForm(tmdb_key=CANARY))


async def test_of_two_keys_one_may_be_replaced_and_none_left_out(
    session: AsyncSession, bare: dict[str, Source]
) -> None:
    keyring = Keyring(given(), bare.values())
    with pytest.raises(Invalid) as raised:
        await keyring.paste(session, bare["igdb"], KeysForm(igdb_client_id="client-of-igdb"))
    assert raised.value.errors == {"igdb_client_secret": "Paste it here."}
    await keyring.paste(session, bare["igdb"], KeysForm(igdb_client_id="client-of-igdb", igdb_client_secret="old"))
    await keyring.paste(session, bare["igdb"], KeysForm(igdb_client_secret=CANARY))
    assert bare["igdb"].settings.igdb_client_id == "client-of-igdb"
    assert (await keyring.read(session))["IGDB_CLIENT_SECRET"].ending == CANARY[-4:]


async def test_a_key_of_another_source_is_not_taken_along(session: AsyncSession, bare: dict[str, Source]) -> None:
    keyring = Keyring(given(), bare.values())
    await keyring.paste(session, bare["tmdb"], KeysForm(tmdb_key=CANARY, lastfm_key=CANARY))
    assert missing(bare["lastfm"]) == ["LASTFM_KEY"]


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (" abc\n", "abc"),
        ('"abc"', "abc"),
        ("“abc”", "abc"),
        ("Bearer eyJ.a.b", "eyJ.a.b"),
        ("TMDB_KEY=abc", "abc"),
        ('export TMDB_KEY="abc=="', "abc=="),
        ("AB=c=", "AB=c="),
    ],
)
def test_what_is_copied_along_with_a_key_is_left_away(pasted: str, kept: str) -> None:
    assert KeysForm.read({"tmdb_key": pasted}).tmdb_key == kept


@pytest.mark.parametrize("pasted", ["two words", "kéy", "a\nb", "x" * 2001])
def test_what_cannot_be_a_key_is_refused_without_saying_it_again(pasted: str) -> None:
    with pytest.raises(Invalid) as raised:
        KeysForm.read({"tmdb_key": pasted})
    assert pasted not in str(raised.value)


async def test_a_source_keeps_its_other_settings(session: AsyncSession, outbound: Outbound) -> None:
    sources = all_sources(given(tmdb_url="http://127.0.0.1:9/3"), outbound)
    await Keyring(given(), sources.values()).keep(session, {"TMDB_KEY": CANARY})
    assert sources["tmdb"].settings.tmdb_url == "http://127.0.0.1:9/3"


async def test_another_process_sees_it_too(database: Database, bare: dict[str, Source]) -> None:
    async with Keyring(given(), bare.values()).followed(database):
        await kept(database, Keyring(given()), tmdb_key=CANARY)
        for _ in range(200):
            if bare["tmdb"].ready:
                break
            await asyncio.sleep(0.05)
        assert bare["tmdb"].ready


async def test_a_start_begins_with_what_was_kept(database: Database, bare: dict[str, Source]) -> None:
    await kept(database, Keyring(given()), tmdb_key=CANARY)
    async with Keyring(given(), bare.values()).followed(database):
        assert bare["tmdb"].ready


async def test_the_database_holds_nothing_that_can_be_read(session: AsyncSession) -> None:
    keyring = Keyring(given())
    await keyring.keep(session, dict.fromkeys(NAMES, CANARY))
    dump = "".join((await session.scalars(EVERYTHING)).all())
    assert CANARY not in dump
    assert CANARY.encode().hex() not in dump
    assert CANARY not in repr(await keyring.read(session))
    assert CANARY not in repr(keyring.settings.tmdb_key)


async def test_keys_that_changed_places_do_not_open(session: AsyncSession, bare: dict[str, Source]) -> None:
    """SC-1: a row's ciphertext is of use in no other."""
    keyring = Keyring(given(), bare.values())
    await keyring.keep(session, {"TMDB_KEY": CANARY, "LASTFM_KEY": CANARY[::-1]})
    await session.execute(SWAP)
    keys = await keyring.read(session)
    assert (keys["TMDB_KEY"].origin, keys["LASTFM_KEY"].origin) == ("unreadable", "unreadable")
    assert not bare["tmdb"].ready


async def test_with_another_secret_it_starts_and_nothing_is_erased(session: AsyncSession) -> None:
    """SC-2: the secret that is found again opens them again."""
    await Keyring(given()).keep(session, {"TMDB_KEY": CANARY})
    stranger = Keyring(given(secret_key="another secret, long enough to be one too"))
    assert (await stranger.read(session))["TMDB_KEY"].origin == "unreadable"
    assert stranger.settings.tmdb_key is None
    keyring = Keyring(given())
    assert (await keyring.read(session))["TMDB_KEY"].origin == "page"
    assert _tmdb(keyring.settings) == CANARY


def test_four_letters_of_a_long_key_are_shown_and_none_of_a_short_one() -> None:
    assert ending_of("0123456789abcdef") == "cdef"
    assert ending_of("sandbox") == ""


def test_every_key_of_a_source_can_be_pasted() -> None:
    assert NAMES == ("GOOGLE_BOOKS_KEY", "TMDB_KEY", "IGDB_CLIENT_ID", "IGDB_CLIENT_SECRET", "LASTFM_KEY")
    assert set(KeysForm.model_fields) == {name.lower() for name in NAMES}
    full = with_keys(given(), dict.fromkeys(NAMES, CANARY))
    assert with_keys(full, dict.fromkeys(NAMES, "")) == given()


def missing(source: Source) -> list[str]:
    return list(source.missing)


def _tmdb(settings: Settings) -> str:
    return settings.tmdb_key.get_secret_value() if settings.tmdb_key else ""
