"""The second factor: codes of an authenticator app, or one of the recovery codes in their place.

Who guesses is slowed down for each account and each network, whether or not the guess is right (MF-2).
"""

import unicodedata
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import delete, select, text

from app.accounts import auditing, devices, notices, passwords, recovery_codes, signing_in, totp
from app.accounts.factor_forms import BothForm
from app.accounts.factor_models import TOTP, TotpSecret
from app.accounts.models import User
from app.accounts.signing_in import Viewer
from app.accounts.throttling import Bucket, Throttle, give_back_all
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.gcra import Limit, OverLimit
from app.kit.ids import UUID, new_id
from app.kit.keys import ring_of
from app.kit.sealing import Seal, Unsealable, place_of
from app.kit.settings import Settings

LIMITS = {"codes-5min": Limit(5, 300), "codes-hour": Limit(20, 3600), "codes-day": Limit(50, 86400)}
UNCONFIRMED = timedelta(hours=1)  # a secret that was shown and never used is not taken up later

NOT_THIS = "This is not the code of this moment. Wait for the next one and type that."
ANOTHER_TIME = (
    "This code belongs to another time: your phone’s clock and this server’s differ. Have the phone set it by itself."
)
USED = "This code was used already. Wait for the next one."
UNREADABLE = "The secret of your app cannot be opened on this server any more. Use a recovery code."

Way = Literal["totp", "recovery_code"]

IS_ON = text("SELECT EXISTS (SELECT FROM totp_secrets WHERE user_id = :user_id AND confirmed_at IS NOT NULL)")
BEGIN = text("""
    INSERT INTO totp_secrets AS t (id, user_id, session_id, sealed) VALUES (:id, :user_id, :session_id, :sealed)
    ON CONFLICT (user_id) DO UPDATE SET
        id = excluded.id, session_id = excluded.session_id, sealed = excluded.sealed, last_step = 0,
        created_at = excluded.created_at
    WHERE t.confirmed_at IS NULL RETURNING id
""")
TAKE_STEP = text("UPDATE totp_secrets SET last_step = :step WHERE id = :id AND last_step < :step RETURNING id")
OF_USER = select(TotpSecret)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """To be scanned (`address`) or typed (`secret`, in base32)."""

    secret: str
    address: str


async def is_on(session: AsyncSession, user_id: UUID) -> bool:
    return bool(await session.scalar(IS_ON, {"user_id": user_id}))


async def check(session: AsyncSession, throttle: Throttle, settings: Settings, user_id: UUID, typed: str) -> Way:
    """Uses up a code of the app or a recovery code. Raises `Invalid` (field `code`), `OverLimit`, `NotFound`.

    Tries are counted, and refusals told, apart from the session: they stay when it is rolled back.
    """
    async with _one_try(throttle, user_id):
        return await _used_up(session, settings, user_id, typed.strip())


async def remove(session: AsyncSession, throttle: Throttle, settings: Settings, user_id: UUID, form: BothForm) -> None:
    """Raises as `check` does, for the password too."""
    async with _one_try(throttle, user_id):
        user = await session.get_one(User, user_id)
        if not await passwords.matches(user.password_hash, form.password):
            raise Invalid({"password": "This is not your password."})
        await _used_up(session, settings, user_id, form.code)
    await turn_off(session, user_id)


async def begin(session: AsyncSession, settings: Settings, viewer: Viewer) -> None:
    """A new secret, in place of one that was never confirmed, for this session to see. Raises `Conflict` where a factor
    is on."""
    id_ = new_id()
    sealed = _seal(settings).seal(totp.new_secret(), _place(id_))
    begun = {"id": id_, "user_id": viewer.id, "session_id": viewer.session_id, "sealed": sealed}
    if await session.scalar(BEGIN, begun) is None:
        raise Conflict("An authenticator app is set up already. Remove it first.")


async def enrolment(session: AsyncSession, settings: Settings, viewer: Viewer, site: str) -> Enrolment:
    """What is to be scanned, until it is confirmed. Raises `NotFound`."""
    secret = _opened(settings, await _unconfirmed(session, viewer))
    return Enrolment(secret, totp.address(secret, site, viewer.email))


async def confirm(session: AsyncSession, settings: Settings, viewer: Viewer, typed: str) -> list[str]:
    """Turns it on with a live code, and makes recovery codes, to be shown once. All other sessions began without it,
    and end. Raises `Invalid`, `NotFound`."""
    user = await session.get_one(User, viewer.id, with_for_update={"key_share": True})  # after who is logging in
    row = await _unconfirmed(session, viewer)
    await _take_step(session, row, _opened(settings, row), _digits(typed))
    row.confirmed_at, row.session_id = clock.now(), None
    await session.flush()
    await devices.forget_all(session, user.id, but=viewer.session_id)
    ended = await signing_in.end_all(session, user.id, but=viewer.session_id)
    auditing.record(session, "second_factor.turned_on", user.id, ended=ended)
    said = "Logging in now asks for a code from an authenticator app. You were logged out everywhere else."
    await notices.tell(session, user, "A second factor is on", said)
    return await recovery_codes.make(session, user.id)


async def renew_codes(session: AsyncSession, user_id: UUID) -> list[str]:
    """New recovery codes, to be shown once. Raises `NotFound`."""
    await _confirmed(session, user_id)
    auditing.record(session, "recovery_codes.made", user_id)
    await notices.tell_owner(
        session, user_id, "New recovery codes", "New recovery codes were made; the ones before stopped working."
    )
    return await recovery_codes.make(session, user_id)


async def turn_off(session: AsyncSession, user_id: UUID, *, by_host: bool = False) -> bool:
    """False where it was not on. For who has proved everything there is, or runs the server."""
    if not await is_on(session, user_id):
        return False
    await session.execute(delete(TotpSecret).where(TotpSecret.user_id == user_id))
    await recovery_codes.forget(session, user_id)
    how: dict[str, Any] = {"by": "the host"} if by_host else {}
    auditing.record(session, "second_factor.turned_off", user_id, **how)
    await notices.tell_owner(
        session, user_id, "The second factor is off", "Your password alone logs in to your account now."
    )
    return True


async def _used_up(session: AsyncSession, settings: Settings, user_id: UUID, typed: str) -> Way:
    await signing_in.hold(session, user_id)
    row = await _confirmed(session, user_id)
    if _is_code(typed):
        await _take_step(session, row, _opened(settings, row), _digits(typed))
        return "totp"
    left = await recovery_codes.use(session, user_id, typed)
    auditing.record(session, "recovery_code.used", user_id, left=left)
    await notices.tell_owner(
        session, user_id, "A recovery code was used", f"One of your recovery codes was used. {left} are left."
    )
    return "recovery_code"


async def _take_step(session: AsyncSession, row: TotpSecret, secret: str, code: str) -> None:
    step = totp.step_of(secret, code)
    if step is None:
        raise Invalid({"code": NOT_THIS})
    if not totp.is_now(step):
        raise Invalid({"code": ANOTHER_TIME})
    if await session.scalar(TAKE_STEP, {"id": row.id, "step": step}) is None:
        raise Invalid({"code": USED})


async def _confirmed(session: AsyncSession, user_id: UUID) -> TotpSecret:
    """Locked: of two who change something at once one comes second. Raises `NotFound`."""
    row = await session.scalar(OF_USER.where(TotpSecret.user_id == user_id).with_for_update())
    if row is None or row.confirmed_at is None:
        raise NotFound("There is no second factor on this account.")
    return row


async def _unconfirmed(session: AsyncSession, viewer: Viewer) -> TotpSecret:
    mine = OF_USER.where(TotpSecret.user_id == viewer.id, TotpSecret.session_id == viewer.session_id)
    row = await session.scalar(mine)
    if row is None or row.confirmed_at or clock.now() - row.created_at > UNCONFIRMED:
        raise NotFound
    return row


@asynccontextmanager
async def _one_try(throttle: Throttle, user_id: UUID) -> AsyncIterator[None]:
    """Takes a try of the account and of the network, and gives it back where it was right. Raises `OverLimit`.

    In front of the check, so that who tries many at once gets no further, and who is told to wait learns nothing.
    """
    keys = user_id.hex, throttle.here()
    buckets = [(family, key, limit) for family, limit in LIMITS.items() for key in keys]
    taken = 0
    try:
        for family, key, limit in buckets:
            await throttle.take(family, key, limit, "Too many codes were tried. Try again in {wait}.")
            taken += 1
    except OverLimit:
        await _give_back(throttle, buckets[:taken])
        raise
    try:
        yield
    except Invalid as error:
        await auditing.record_apart(throttle.database, "second_factor.refused", user_id, why=str(error))
        raise
    except BaseException:  # it was not looked at
        await _give_back(throttle, buckets)
        raise
    await _give_back(throttle, buckets)


async def _give_back(throttle: Throttle, buckets: Sequence[Bucket]) -> None:
    async with throttle.database.direct.one() as connection:
        await give_back_all(connection, buckets)


def _is_code(typed: str) -> bool:
    return _digits(typed).isdecimal() and len(_digits(typed)) <= totp.DIGITS


def _digits(typed: str) -> str:
    """Without what groups them, and as ASCII whatever the keyboard writes."""
    written = "".join(typed.split()).replace("-", "")
    return "".join(str(unicodedata.decimal(each, each)) for each in written)


def _seal(settings: Settings) -> Seal:
    return Seal(ring_of(settings), TOTP)


def _opened(settings: Settings, row: TotpSecret) -> str:
    try:
        return _seal(settings).open(row.sealed, _place(row.id))
    except Unsealable:
        raise Invalid({"code": UNREADABLE}) from None


def _place(row: UUID) -> str:
    return place_of(TotpSecret.__tablename__, row, "sealed")
