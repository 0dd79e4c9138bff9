"""Sessions of our own: an id and a secret in the cookie or the bearer token, the secret's SHA-256 in the table.

A session is made at every login, never adopted from what a client sends, and found by its id before its secret is
compared in constant time. Its times are the database's: a server whose clock is wrong ends nobody's session.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, case, delete, func, select, update

from app.accounts import handed_out, passwords
from app.accounts.forms import LoginForm
from app.accounts.models import User, UserSession
from app.accounts.preferences import RatingScale
from app.kit import clock, origin
from app.kit.connections import Connection
from app.kit.db import AsyncSession, changed, driver_of, let_go
from app.kit.errors import Conflict, Forbidden, Invalid
from app.kit.ids import UUID, new_id

LIFETIME = timedelta(days=90)
LIFETIME_OF_A_VISIT = timedelta(hours=12)  # of who did not want to be remembered
IDLE = timedelta(days=14)
SURE = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=5)  # a read page must not cost a write
SESSIONS_MAX = 50
CLOSED = "This account is closed. Log in with a browser to keep it after all."
DISABLED = "This account is disabled. Whoever runs this Tastebuds can say why."

Kind = Literal["browser", "api"]

BY_EMAIL = select(User)
# on the way of every request, so straight on the driver
VIEWER = """
    SELECT u.id, u.name, u.email, u.is_operator, u.closes_at, s.id AS session_id, s.secret_hash, s.proved_at,
           now() AS asked_at, s.seen_at < now() - $4::interval AS is_due,
           t.id IS NOT NULL AS has_second_factor,
           coalesce(p.rating_scale, 'stars') AS rating_scale, coalesce(p.has_quick_keys, true) AS has_quick_keys,
           coalesce(p.shelf::text, '') AS shelf, coalesce(p.time_zone, '') AS time_zone
    FROM sessions s JOIN users u ON u.id = s.user_id
        LEFT JOIN user_preferences p ON p.user_id = u.id
        LEFT JOIN totp_secrets t ON t.user_id = u.id AND t.confirmed_at IS NOT NULL
    WHERE s.id = $1 AND s.kind = $2 AND s.expires_at > now() AND s.seen_at > now() - $3::interval
      AND u.disabled_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. `forgery_key` is the secret that form tokens of this session are made with; it never leaves here.

    `proved_at`: when they last proved who they are, and `asked_at`, now, by the same clock. `scopes`: what a program's
    token may do; `None` is everything.
    """

    id: UUID
    name: str
    email: str
    is_operator: bool
    session_id: UUID
    forgery_key: bytes = field(repr=False)
    proved_at: datetime
    asked_at: datetime = field(default_factory=clock.now)
    is_due: bool = False  # its row should be told that it was seen
    scopes: frozenset[str] | None = None
    closes_at: datetime | None = None  # until then the account may be kept, and nothing else done with it
    has_second_factor: bool = False  # as pages are told; programs are asked for it at their login
    rating_scale: RatingScale = "stars"
    has_quick_keys: bool = True
    shelf: str = ""  # how the library was last looked at, as JSON
    time_zone: str = ""  # IANA's name of it; nothing where they never said

    @property
    def is_sure(self) -> bool:
        """Proved a short while ago: enough for what an open session alone must not do (ASVS 7.5.1)."""
        return self.asked_at - self.proved_at < SURE

    @property
    def csrf_token(self) -> str:
        """Says whose page it stands on, which still can be told when the session is over (`writer_of`)."""
        return f"{self.id.hex}.{hmac.new(self.forgery_key, b'csrf', hashlib.sha256).hexdigest()}"


def writer_of(csrf_token: str) -> str:
    """On whose page a form was filled in: the id of an account as 32 digits, unproven."""
    return csrf_token.partition(".")[0]


async def authenticate(session: AsyncSession, form: LoginForm, *, stranger: bool = False) -> User:
    """Raises `Invalid` with one sentence for an unknown address and a wrong password alike, `TooBusy`."""
    theirs = BY_EMAIL.where(User.email == form.email)
    user = await session.scalar(theirs)
    password_hash, set_at = (user.password_hash, user.password_set_at) if user else (None, None)
    await let_go(session)  # looking at a password takes its time, and others need the connection
    matches = await passwords.matches(password_hash, form.password, stranger=stranger)
    renewed = matches and password_hash and passwords.is_stale(password_hash)
    fresh = await passwords.hash_password(form.password) if renewed else None
    user = await session.scalar(_held(theirs, to_change=bool(fresh))) if matches else None
    if user is None or user.password_set_at != set_at:  # by now another password is the right one
        raise Invalid({"": "This address and password do not belong together."}, {"email": form.email})
    if user.disabled_at is not None:  # who has the password may know
        raise Invalid({"": DISABLED}, {"email": form.email})
    user.password_hash = fresh or user.password_hash
    return user


async def hold(session: AsyncSession, user_id: UUID) -> User | None:
    """The account as it stands, until this transaction ends: who sets another password, disables or closes it waits
    that long, and then ends the session that was begun meanwhile. Before anything else of the account is locked."""
    await session.flush()
    return await session.scalar(_held(select(User).where(User.id == user_id)))


async def start(session: AsyncSession, user: User, kind: Kind, *, remember: bool = True) -> tuple[str, datetime]:
    """The token to hand out, once, and when it ends. The oldest beyond the fiftieth session end. Raises `Forbidden`."""
    held = await hold(session, user.id)
    if held is None or held.disabled_at is not None:
        raise Forbidden(DISABLED)
    if held.closes_at is not None and kind == "api":
        raise Forbidden(CLOSED)
    secret, here = handed_out.new_token(), origin.here()
    row = UserSession(
        user_id=user.id,
        kind=kind,
        secret_hash=handed_out.hash_of(secret),
        user_agent=here.agent,
        address=here.address,
        created_at=func.now(),
        seen_at=func.now(),
        proved_at=func.now(),
        expires_at=func.now() + (LIFETIME if remember else LIFETIME_OF_A_VISIT),
        is_remembered=remember,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row, ["expires_at"])
    newest = select(UserSession.id).where(UserSession.user_id == user.id)
    newest = newest.order_by(UserSession.id.desc()).limit(SESSIONS_MAX)
    await session.execute(
        delete(UserSession).where(UserSession.user_id == user.id, UserSession.id.not_in(newest.scalar_subquery()))
    )
    return handed_out.joined(row.id, secret), row.expires_at


async def rotate(session: AsyncSession, viewer: Viewer, *, proved: bool = False) -> tuple[str, datetime | None]:
    """Another id and secret for this session; the old ones are dead (ASVS 7.2.4). For every change of what it may do.

    The token to hand out, once, and when it ends; `None` is with the browser. Raises `Conflict` for who comes second.
    """
    secret, id_ = handed_out.new_token(), new_id()
    renamed = update(UserSession).where(UserSession.id == viewer.session_id)
    renamed = renamed.values(
        id=id_,
        secret_hash=handed_out.hash_of(secret),
        seen_at=func.now(),
        proved_at=func.now() if proved else UserSession.proved_at,
    )
    ends = case((UserSession.is_remembered, UserSession.expires_at))
    found = (await session.execute(renamed.returning(UserSession.id, ends))).first()
    if found is None:
        raise Conflict("This was done a moment ago. Reload the page.")
    return handed_out.joined(id_, secret), found[1]


async def viewer_of(connection: Connection, token: str, kind: Kind) -> Viewer | None:
    """Whose token this is, if it still counts; anything else is nobody."""
    session_id, secret = handed_out.parted(token) or (None, "")
    row = session_id and await connection.fetchrow(VIEWER, session_id, kind, IDLE, SEEN_EVERY)
    if not row or not handed_out.is_of(secret, row["secret_hash"]):
        return None
    known = {name: value for name, value in row.items() if name != "secret_hash"}
    return Viewer(**known, forgery_key=handed_out.hash_of("forgery " + secret))


async def seen(connection: Connection, session_id: UUID) -> None:
    await connection.execute("UPDATE sessions SET seen_at = now() WHERE id = $1", session_id)


async def end(session: AsyncSession, session_id: UUID) -> None:
    await session.execute(delete(UserSession).where(UserSession.id == session_id))


async def end_all(session: AsyncSession, user_id: UUID, *, but: UUID | None = None) -> int:
    """How many ended: all of an account's, browsers' and programs', or all `but` one."""
    theirs = delete(UserSession).where(UserSession.user_id == user_id)
    if but:
        theirs = theirs.where(UserSession.id != but)
    return await changed(session, theirs)


async def end_token(session: AsyncSession, token: str, kind: Kind) -> None:
    """Ends the session a client still carries when it logs in anew; a token that is not its is left alone."""
    viewer = await viewer_of(await driver_of(session), token, kind)
    if viewer:
        await end(session, viewer.session_id)


async def sweep(session: AsyncSession) -> int:
    """How many had ended, and are gone."""
    over = (UserSession.expires_at <= func.now()) | (UserSession.seen_at <= func.now() - IDLE)
    return await changed(session, delete(UserSession).where(over))


def _held(found: Select[User], *, to_change: bool = False) -> Select[User]:
    """Shared, so that logins do not wait for each other; two of them that would change it could not both go on."""
    locked = found.with_for_update(key_share=True) if to_change else found.with_for_update(read=True)
    return locked.execution_options(populate_existing=True)
