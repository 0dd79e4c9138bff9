"""Browsers somebody logged in with before, told by a cookie that lasts a year.

Showing it proves nothing but that: it gives an attempt to log in a bucket of its own (`throttling`). The token is
random, another one for each account it comes to serve, and kept as its SHA-256.
"""

from datetime import timedelta

from sqlalchemy import delete, text

from app.accounts import handed_out
from app.accounts.door_models import Device
from app.kit.connections import Connection
from app.kit.db import AsyncSession, changed
from app.kit.ids import UUID, new_id

LIFETIME = timedelta(days=365)
MANY = 50  # of one account

KNOWN = """
    SELECT d.id FROM devices d JOIN users u ON u.id = d.user_id
    WHERE d.token_hash = $1 AND u.email = $2 AND d.seen_at > now() - $3::interval
"""
SEEN = text("""
    UPDATE devices SET seen_at = now(), session_id = :session_id
    WHERE token_hash = :hash AND user_id = :user_id AND seen_at > now() - CAST(:lifetime AS interval) RETURNING id
""")
MOVED = text("UPDATE devices SET token_hash = :fresh WHERE token_hash = :hash")
ADDED = text("""
    INSERT INTO devices (id, user_id, token_hash, session_id) VALUES (:id, :user_id, :hash, :session_id)
    RETURNING (SELECT count(*) FROM devices WHERE user_id = :user_id)
""")
CROWDED_OUT = text("""
    DELETE FROM devices WHERE user_id = :user_id
        AND id NOT IN (SELECT id FROM devices WHERE user_id = :user_id ORDER BY seen_at DESC, id DESC LIMIT :many)
""")
SWEEP = text("DELETE FROM devices WHERE seen_at < now() - CAST(:lifetime AS interval)")


async def known(connection: Connection, token: str, email: str) -> str | None:
    """The id of the device, if it has logged in to the account of this address."""
    if not token:
        return None
    found = await connection.fetchval(KNOWN, handed_out.hash_of(token), email.strip().lower(), LIFETIME)
    return found.hex if found else None


async def remember(session: AsyncSession, user_id: UUID, session_id: UUID, token: str) -> tuple[str, bool]:
    """After a login: the token for the cookie, and whether this device is new to an account that has others.

    Beyond the fiftieth those that were seen longest ago are forgotten.
    Who else logged in with this browser keeps what it counts for; a token that was planted counts for nothing.
    """
    shown = {"hash": handed_out.hash_of(token), "user_id": user_id, "session_id": session_id, "lifetime": LIFETIME}
    if token and await session.scalar(SEEN, shown):
        return token, False
    fresh = handed_out.new_token()
    if token:
        await session.execute(MOVED, {"hash": handed_out.hash_of(token), "fresh": handed_out.hash_of(fresh)})
    added = {"id": new_id(), "user_id": user_id, "hash": handed_out.hash_of(fresh), "session_id": session_id}
    others = bool(await session.scalar(ADDED, added))
    await session.execute(CROWDED_OUT, {"user_id": user_id, "many": MANY})
    return fresh, others


async def forget(session: AsyncSession, session_id: UUID) -> None:
    """The device of a session that is revoked. Before the session goes."""
    await session.execute(delete(Device).where(Device.session_id == session_id))


async def forget_all(session: AsyncSession, user_id: UUID, *, but: UUID | None = None) -> None:
    """All of an account's, or all but the device of one session. Before the sessions go."""
    theirs = delete(Device).where(Device.user_id == user_id)
    if but:
        theirs = theirs.where(Device.session_id.is_distinct_from(but))
    await session.execute(theirs)


async def sweep(session: AsyncSession) -> int:
    """How many were not seen for a year, and are gone."""
    return await changed(session, SWEEP, {"lifetime": LIFETIME})
