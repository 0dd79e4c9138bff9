"""Refresh tokens: how a program's session goes on when its access token has ended (RFC 9700 §4.14).

Each is good once. Its successor is made of it and a key of ours, so that who brings it twice within a few seconds
(two tabs, an answer that was lost) gets the same one, and nobody else can know it. Brought later, it is in two hands:
the session ends, and its owner is told.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.accounts import auditing, bearers, handed_out, notices, resetting, signing_in
from app.accounts.bearers import REFRESH
from app.accounts.models import User
from app.accounts.signing_in import IDLE
from app.accounts.token_models import RefreshToken
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID, new_id
from app.kit.keys import Ring

PURPOSE = "refresh tokens"
GRACE = timedelta(seconds=10)
SUBJECT = "A program was logged out"
SENTENCE = (
    "A refresh token of one of your programs was used a second time. Somebody else may have a copy of it, so we ended "
    "that program’s session. Log it in again; if you do not know it, change your password."
)

HELD = text("SELECT session_id, secret_hash FROM refresh_tokens WHERE id = :id")
# locked, so that the tokens of one family are dealt with one after the other
FAMILY = text("""
    SELECT s.user_id, extract(epoch FROM least(s.expires_at - now(), CAST(:idle AS interval)))::integer AS seconds
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = :id AND s.expires_at > now() AND s.seen_at > now() - CAST(:idle AS interval)
      AND u.disabled_at IS NULL AND u.closes_at IS NULL
    FOR UPDATE OF s
""")
STANDING = text("""
    SELECT t.spent_at IS NOT NULL AS is_spent, t.spent_at < now() - CAST(:grace AS interval) AS is_over,
           f.id AS successor_id, f.secret_hash AS successor_hash
    FROM refresh_tokens t LEFT JOIN refresh_tokens f ON f.follows_id = t.id WHERE t.id = :id
""")
SPEND = text("UPDATE refresh_tokens SET spent_at = now() WHERE id = :id")
SEEN = text("UPDATE sessions SET seen_at = now() WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a program is given: its session's id, and a refresh token that counts for so many seconds."""

    user: User
    session_id: UUID
    token: str = field(repr=False)
    seconds: int


async def start(session: AsyncSession, user: User, **how: Any) -> Grant:
    """A session for a program, and its first refresh token. `how` it proved who it acts for."""
    await resetting.void(session, user.id)
    made, _ends = await signing_in.start(session, user, "api")
    session_id, secret = UUID(made.partition(".")[0]), bearers.new_secret()
    first = RefreshToken(session_id=session_id, secret_hash=handed_out.hash_of(secret))
    session.add(first)
    await session.flush()
    auditing.record(session, "session.started", user.id, kind="api", **how)
    return Grant(user, session_id, bearers.write(REFRESH, first.id, secret), round(IDLE.total_seconds()))


async def refresh(session: AsyncSession, ring: Ring, token: str) -> Grant | None:
    """The next one. `None` for what is no token, or of a session that has ended, or ends because of this one."""
    id_, secret = bearers.read(REFRESH, token) or (None, "")
    held = id_ and (await session.execute(HELD, {"id": id_})).first()
    if not id_ or not held or not handed_out.is_of(secret, held.secret_hash):
        return None
    family = (await session.execute(FAMILY, {"id": held.session_id, "idle": IDLE})).first()
    if family is None:
        return None
    user = await session.get_one(User, family.user_id)
    standing = (await session.execute(STANDING, {"id": id_, "grace": GRACE})).one()
    if standing.is_over:
        await _end_family(session, user, held.session_id)
        return None
    if standing.is_spent:
        next_ = _given_before(ring, id_, secret, standing)
    else:
        next_ = await _spend(session, ring, id_, secret, held.session_id)
    return Grant(user, held.session_id, next_, family.seconds) if next_ else None


async def _spend(session: AsyncSession, ring: Ring, id_: UUID, secret: str, session_id: UUID) -> str:
    next_id, next_secret = new_id(), next(_successors(ring, id_, secret))
    await session.execute(SPEND, {"id": id_})
    await session.execute(SEEN, {"id": session_id})
    session.add(
        RefreshToken(id=next_id, session_id=session_id, follows_id=id_, secret_hash=handed_out.hash_of(next_secret))
    )
    await session.flush()
    return bearers.write(REFRESH, next_id, next_secret)


def _given_before(ring: Ring, id_: UUID, secret: str, standing: AnyRow) -> str | None:
    """`None` where the key it was made with is gone, which takes more than the few seconds this is asked in."""
    for made in _successors(ring, id_, secret):
        if handed_out.is_of(made, standing.successor_hash):
            return bearers.write(REFRESH, standing.successor_id, made)
    return None


def _successors(ring: Ring, id_: UUID, secret: str) -> Iterator[str]:
    """What follows, by the newest key first."""
    for key in ring.keys(PURPOSE):
        made = hmac.new(key.key, f"{id_.hex}.{secret}".encode(), hashlib.sha256)
        yield made.hexdigest()[: 2 * bearers.SECRET_BYTES]


async def _end_family(session: AsyncSession, user: User, session_id: UUID) -> None:
    await signing_in.end(session, session_id)
    auditing.record(session, "refresh_token.reused", user.id, refused=True, family=session_id.hex)
    await notices.tell(session, user, SUBJECT, SENTENCE)
