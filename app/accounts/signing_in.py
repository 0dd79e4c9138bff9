"""Sessions of our own: an id and a secret in the cookie or the bearer token, the secret's SHA-256 in the table.

A session is made at every login, never adopted from what a client sends, and found by its id before its secret is
compared in constant time.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select

from app.accounts import passwords
from app.accounts.forms import LoginForm
from app.accounts.models import User, UserSession
from app.kit import clock, origin
from app.kit.connections import Connection
from app.kit.db import AsyncSession, driver_of
from app.kit.errors import Invalid
from app.kit.ids import UUID

LIFETIME = timedelta(days=90)
LIFETIME_OF_A_VISIT = timedelta(hours=12)  # of who did not want to be remembered
IDLE = timedelta(days=14)
SURE = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=5)  # a read page must not cost a write
SESSIONS_MAX = 50

Kind = Literal["browser", "api"]

BY_EMAIL = select(User)
# on the way of every request, so straight on the driver
VIEWER = """
    SELECT u.id, u.name, u.email, u.is_operator, s.id AS session_id, s.secret_hash, s.seen_at, s.proved_at
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = $1 AND s.kind = $2 AND s.expires_at > now() AND s.seen_at > now() - $3::interval
      AND u.disabled_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. `forgery_key` is the secret that form tokens of this session are made with; it never leaves here.

    `proved_at`: when they last proved who they are. `scopes`: what a program's token may do; `None` is everything.
    """

    id: UUID
    name: str
    email: str
    is_operator: bool
    session_id: UUID
    forgery_key: bytes = field(repr=False)
    proved_at: datetime
    is_due: bool = False  # its row should be told that it was seen
    scopes: frozenset[str] | None = None

    @property
    def is_sure(self) -> bool:
        """Proved a short while ago: enough for what an open session alone must not do (ASVS 7.5.1)."""
        return clock.now() - self.proved_at < SURE

    @property
    def csrf_token(self) -> str:
        return hmac.new(self.forgery_key, b"csrf", hashlib.sha256).hexdigest()


async def authenticate(session: AsyncSession, form: LoginForm) -> User:
    """Raises `Invalid` with one sentence for an unknown address and a wrong password alike, `TooBusy`."""
    user = await session.scalar(BY_EMAIL.where(User.email == form.email))
    if not await passwords.matches(user.password_hash if user else None, form.password) or user is None:
        raise Invalid({"": "This address and password do not belong together."}, {"email": form.email})
    if passwords.is_stale(user.password_hash):
        user.password_hash = await passwords.hash_password(form.password)
    return user


async def start(session: AsyncSession, user: User, kind: Kind, *, remember: bool = True) -> tuple[str, datetime]:
    """The token to hand out, once, and when it ends. The oldest sessions beyond the fiftieth end."""
    secret, here = secrets.token_urlsafe(32), origin.here()
    row = UserSession(
        user_id=user.id,
        kind=kind,
        secret_hash=_hash(secret),
        user_agent=here.agent,
        address=here.address,
        expires_at=clock.now() + (LIFETIME if remember else LIFETIME_OF_A_VISIT),
        is_remembered=remember,
    )
    session.add(row)
    await session.flush()
    newest = select(UserSession.id).where(UserSession.user_id == user.id)
    newest = newest.order_by(UserSession.id.desc()).limit(SESSIONS_MAX)
    await session.execute(
        delete(UserSession).where(UserSession.user_id == user.id, UserSession.id.not_in(newest.scalar_subquery()))
    )
    return f"{row.id.hex}.{secret}", row.expires_at


async def viewer_of(connection: Connection, token: str, kind: Kind) -> Viewer | None:
    """Whose token this is, if it still counts; anything else is nobody."""
    id_, _, secret = token.partition(".")
    try:
        session_id = UUID(hex=id_)
    except ValueError:
        return None
    row = await connection.fetchrow(VIEWER, session_id, kind, IDLE)
    if row is None or not hmac.compare_digest(row["secret_hash"], _hash(secret)):
        return None
    return Viewer(
        **{name: row[name] for name in ("id", "name", "email", "is_operator", "session_id", "proved_at")},
        forgery_key=_hash("forgery " + secret),
        is_due=clock.now() - row["seen_at"] > SEEN_EVERY,
    )


async def seen(connection: Connection, session_id: UUID) -> None:
    await connection.execute("UPDATE sessions SET seen_at = now() WHERE id = $1", session_id)


async def end(session: AsyncSession, session_id: UUID) -> None:
    await session.execute(delete(UserSession).where(UserSession.id == session_id))


async def end_token(session: AsyncSession, token: str, kind: Kind) -> None:
    """Ends the session a client still carries when it logs in anew; a token that is not its is left alone."""
    viewer = await viewer_of(await driver_of(session), token, kind)
    if viewer:
        await end(session, viewer.session_id)


async def sweep(session: AsyncSession) -> int:
    """How many had ended, and are gone."""
    over = (UserSession.expires_at <= func.now()) | (UserSession.seen_at <= func.now() - IDLE)
    return len((await session.scalars(delete(UserSession).where(over).returning(UserSession.id))).all())


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
