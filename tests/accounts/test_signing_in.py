"""Sessions: made at login, found by id and secret, over when they are over."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts import signing_in
from app.accounts.forms import LoginForm
from app.accounts.models import User, UserSession
from app.accounts.passwords import HASHER
from app.accounts.signing_in import IDLE, LIFETIME, SEEN_EVERY, SESSIONS_MAX, SURE, Kind, Viewer
from app.kit import clock, origin
from app.kit.db import Database
from app.kit.errors import Conflict, Invalid
from app.kit.ids import UUID, new_id
from app.kit.origin import Origin

PASSWORD = "an apple a day"


@pytest.fixture
async def alice(database: Database) -> User:
    user = User(name="Alice", email="alice@example.org", password_hash=HASHER.hash(PASSWORD))
    async with database.session() as session:
        session.add(user)
    return user


async def start(database: Database, user: User, kind: Kind = "browser") -> str:
    here = origin.enter(Origin(address="127.0.0.1", agent="a browser"))
    async with database.session() as session:
        token, _ = await signing_in.start(session, user, kind)
    origin.leave(here)
    return token


async def viewer(database: Database, token: str, kind: Kind = "browser") -> Viewer | None:
    async with database.direct.one() as connection:
        return await signing_in.viewer_of(connection, token, kind)


async def authenticate(database: Database, email: str, password: str) -> User:
    async with database.session() as session:
        return await signing_in.authenticate(session, LoginForm(email=email, password=password))


async def rows(database: Database) -> list[UserSession]:
    async with database.session() as session:
        return list((await session.scalars(select(UserSession))).all())


async def age(database: Database, **columns: object) -> None:
    async with database.session() as session:
        await session.execute(update(UserSession).values(**columns))


async def test_who_says_the_right_words_is_known(database: Database, alice: User) -> None:
    assert (await authenticate(database, "alice@example.org", PASSWORD)).id == alice.id


@pytest.mark.parametrize(("email", "password"), [("alice@example.org", "wrong"), ("bob@example.org", PASSWORD)])
async def test_an_unknown_address_and_a_wrong_password_hear_one_sentence(
    database: Database, alice: User, email: str, password: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await authenticate(database, email, password)
    assert refused.value.errors == {"": "This address and password do not belong together."}
    assert refused.value.typed == {"email": email}


async def test_a_hash_of_weaker_days_is_renewed_at_login(database: Database, alice: User) -> None:
    weaker = type(HASHER)(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    async with database.session() as session:
        await session.execute(update(User).values(password_hash=weaker))
    await authenticate(database, "alice@example.org", PASSWORD)
    async with database.session() as session:
        renewed = await session.scalar(select(User.password_hash))
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    await authenticate(database, "alice@example.org", PASSWORD)


async def test_a_token_names_its_viewer_and_the_table_does_not_hold_it(database: Database, alice: User) -> None:
    token = await start(database, alice)
    seen = await viewer(database, token)
    assert seen is not None
    assert (seen.id, seen.name, seen.email, seen.is_operator) == (alice.id, "Alice", alice.email, False)
    (row,) = await rows(database)
    id_, _, secret = token.partition(".")
    assert (id_, row.kind, row.user_agent, row.address) == (row.id.hex, "browser", "a browser", "127.0.0.1")
    assert secret.encode() not in row.secret_hash
    assert timedelta(0) <= clock.now() + LIFETIME - row.expires_at < timedelta(minutes=1)


async def test_every_login_is_a_session_of_its_own(database: Database, alice: User) -> None:
    first, second = await start(database, alice), await start(database, alice)
    one, two = await viewer(database, first), await viewer(database, second)
    assert one is not None
    assert two is not None
    assert one.session_id != two.session_id
    assert one.csrf_token != two.csrf_token


async def test_the_token_of_a_form_stays_the_same_within_a_session(database: Database, alice: User) -> None:
    token = await start(database, alice)
    one, two = await viewer(database, token), await viewer(database, token)
    assert one is not None
    assert two is not None
    assert one.csrf_token == two.csrf_token
    assert token.partition(".")[2] not in one.csrf_token


@pytest.mark.parametrize("kinds", [("browser", "api"), ("api", "browser")])
async def test_a_token_of_one_kind_opens_no_other_door(
    database: Database, alice: User, kinds: tuple[Kind, Kind]
) -> None:
    made, asked = kinds
    token = await start(database, alice, made)
    assert await viewer(database, token, asked) is None
    assert await viewer(database, token, made) is not None


@pytest.mark.parametrize(
    "garbage",
    ["", ".", "x", "x.y", "\x00.\x00", "0" * 32, "0" * 32 + ".", "é.ü", "٠" * 32 + ".x", "f" * 100_000, "." * 9],
)
async def test_garbage_is_nobody(database: Database, alice: User, garbage: str) -> None:
    assert await viewer(database, garbage) is None


async def test_half_a_token_is_nobody(database: Database, alice: User) -> None:
    token = await start(database, alice)
    id_, _, secret = token.partition(".")
    for wrong in (
        id_,
        f"{id_}.",
        f"{id_}.{secret}x",
        f"{id_}.{secret[:-1]}",
        f"{new_id().hex}.{secret}",
        f"{id_}.\x00",
    ):
        assert await viewer(database, wrong) is None
    assert await viewer(database, token) is not None


@pytest.mark.parametrize(
    ("column", "ago", "lives"),
    [
        ("expires_at", -timedelta(minutes=1), True),
        ("expires_at", timedelta(seconds=1), False),
        ("seen_at", IDLE - timedelta(minutes=1), True),
        ("seen_at", IDLE + timedelta(seconds=1), False),
    ],
)
async def test_a_session_ends_after_its_lifetime_and_after_idling(
    database: Database, alice: User, column: str, ago: timedelta, lives: bool
) -> None:
    token = await start(database, alice)
    await age(database, **{column: clock.now() - ago})
    assert (await viewer(database, token) is not None) == lives
    async with database.session() as session:
        assert await signing_in.sweep(session) == (0 if lives else 1)
    assert len(await rows(database)) == lives


async def test_a_session_is_told_it_was_seen_every_few_minutes_only(database: Database, alice: User) -> None:
    token = await start(database, alice)
    fresh = await viewer(database, token)
    assert fresh is not None
    assert not fresh.is_due
    await age(database, seen_at=clock.now() - SEEN_EVERY - timedelta(seconds=1))
    due = await viewer(database, token)
    assert due is not None
    assert due.is_due
    async with database.direct.one() as connection:
        await signing_in.seen(connection, due.session_id)
    again = await viewer(database, token)
    assert again is not None
    assert not again.is_due


async def test_ending_ends_this_session_and_no_other(database: Database, alice: User) -> None:
    first, second = await start(database, alice), await start(database, alice)
    seen = await viewer(database, first)
    assert seen is not None
    for _ in range(2):
        async with database.session() as session:
            await signing_in.end(session, seen.session_id)
    assert await viewer(database, first) is None
    assert await viewer(database, second) is not None


async def test_rotating_gives_another_name_and_the_old_one_is_nobody(database: Database, alice: User) -> None:
    token = await start(database, alice)
    await age(database, proved_at=clock.now() - timedelta(hours=1), name="The kitchen")
    before = await viewer(database, token)
    assert before is not None
    async with database.session() as session:
        renamed, ends = await signing_in.rotate(session, before)
    after = await viewer(database, renamed)
    assert after is not None
    assert await viewer(database, token) is None
    assert before.session_id != after.session_id
    assert before.csrf_token != after.csrf_token
    assert (before.is_sure, after.is_sure) == (False, False)
    (row,) = await rows(database)
    assert (row.name, row.expires_at) == ("The kitchen", ends)


async def test_who_has_proved_it_again_is_sure_for_a_while(database: Database, alice: User) -> None:
    token = await start(database, alice)
    await age(database, proved_at=clock.now() - SURE)
    before = await viewer(database, token)
    assert before is not None
    assert not before.is_sure
    async with database.session() as session:
        renamed, _ = await signing_in.rotate(session, before, proved=True)
    after = await viewer(database, renamed)
    assert after is not None
    assert after.is_sure


async def test_of_twenty_who_rotate_at_once_one_does(database: Database, alice: User) -> None:
    before = await viewer(database, await start(database, alice))
    assert before is not None

    async def rotate(viewer: Viewer) -> str:
        async with database.session() as session:
            return (await signing_in.rotate(session, viewer))[0]

    done = await asyncio.gather(*(rotate(before) for _ in range(20)), return_exceptions=True)
    assert [type(each) for each in done if not isinstance(each, str)] == [Conflict] * 19
    assert len(await rows(database)) == 1


async def test_all_of_an_account_end_or_all_but_one(database: Database, alice: User) -> None:
    for _ in range(3):
        await start(database, alice)
    kept = await viewer(database, await start(database, alice))
    assert kept is not None
    async with database.session() as session:
        assert await signing_in.end_all(session, alice.id, but=kept.session_id) == 3
        assert await signing_in.end_all(session, alice.id) == 1
    assert await rows(database) == []


async def test_who_is_not_remembered_is_out_after_twelve_hours(database: Database, alice: User) -> None:
    async with database.session() as session:
        _, ends = await signing_in.start(session, alice, "browser", remember=False)
        assert await session.scalar(select(func.now())) == ends - timedelta(hours=12)


async def test_who_logs_in_anew_leaves_the_old_session_but_cannot_end_anothers(database: Database, alice: User) -> None:
    token = await start(database, alice)
    id_ = token.partition(".")[0]
    for forged, left in ((f"{id_}.guess", 1), ("", 1), (token, 0)):
        async with database.session() as session:
            await signing_in.end_token(session, forged, "browser")
        assert len(await rows(database)) == left


async def test_the_fifty_first_session_ends_the_oldest(database: Database, alice: User) -> None:
    tokens = [await start(database, alice) for _ in range(SESSIONS_MAX + 2)]
    assert [await viewer(database, token) is not None for token in (*tokens[:3], tokens[-1])] == [
        False,
        False,
        True,
        True,
    ]
    assert len(await rows(database)) == SESSIONS_MAX


async def test_many_logins_at_once_all_count(database: Database, alice: User) -> None:
    tokens = await asyncio.gather(*(start(database, alice) for _ in range(20)))
    assert all([await viewer(database, token) for token in tokens])


async def test_an_account_takes_its_sessions_with_it(database: Database, alice: User) -> None:
    token = await start(database, alice)
    async with database.session() as session:
        await session.delete(await session.get_one(User, alice.id))
    assert await viewer(database, token) is None
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(UserSession)) == 0


def test_what_a_viewer_is_shown_as_holds_no_secret() -> None:
    shown = repr(
        Viewer(
            id=UUID(int=1),
            name="Alice",
            email="a@b",
            is_operator=False,
            session_id=UUID(int=2),
            forgery_key=b"secret",
            proved_at=clock.now(),
        )
    )
    assert "secret" not in shown
