"""Access tokens of programs: JWTs for a quarter of an hour, in the manner of RFC 9068, read as RFC 8725 has it.

HS256: who signs them is who reads them, so there is no public half that could be taken for a secret, and reading one
costs a third of what EdDSA does. A token says which session it stands for; the session's row says whether it counts.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import GuestProtocol, OctKey
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from app.accounts.signing_in import IDLE, SEEN_EVERY, Viewer
from app.kit.connections import Connection
from app.kit.ids import UUID
from app.kit.keys import Key, Ring, ring_of
from app.kit.settings import Settings

ALGORITHM, TYPE = "HS256", "at+jwt"
LIFETIME = timedelta(minutes=15)
LEEWAY = 5  # seconds that the clocks of two processes may differ
LENGTH_MAX = 4096
PURPOSE = "access tokens"
NEEDED: ClaimsOption = {"essential": True}

# on the way of every request of a program, so straight on the driver
VIEWER = """
    SELECT u.id, u.name, u.email, u.is_operator, s.id AS session_id, s.proved_at, now() AS asked_at,
           s.seen_at < now() - $4::interval AS is_due, coalesce(p.time_zone, '') AS time_zone
    FROM sessions s JOIN users u ON u.id = s.user_id
        LEFT JOIN user_preferences p ON p.user_id = u.id
    WHERE s.id = $1 AND u.id = $2 AND s.kind = 'api' AND s.expires_at > now() AND s.seen_at > now() - $3::interval
      AND u.disabled_at IS NULL AND u.closes_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Access:
    user_id: UUID
    session_id: UUID


class AccessTokens:
    """Of one site: a token that another one issued is not its."""

    def __init__(self, ring: Ring, site: str) -> None:
        self._ring, self._issuer, self._audience = ring, site, f"{site}/api"
        self._claims = JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            sub=NEEDED,
            sid=NEEDED,
            iat=NEEDED,
            exp=NEEDED,
            jti=NEEDED,
        )

    def issue(self, user_id: UUID, session_id: UUID) -> str:
        key, now = self._ring.newest(PURPOSE), int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": user_id.hex,
            "sid": session_id.hex,
            "iat": now,
            "exp": now + round(LIFETIME.total_seconds()),
            "jti": secrets.token_urlsafe(12),
        }
        return jwt.encode(_header(key.id), claims, _jwk(key), algorithms=[ALGORITHM])

    def read(self, token: str) -> Access | None:
        """Whom a token of ours names that has not ended; anything else is nobody's."""
        if len(token) > LENGTH_MAX:
            return None
        try:
            read = jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
            self._claims.validate(read.claims)
            return Access(UUID(hex=read.claims["sub"]), UUID(hex=read.claims["sid"]))
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError):  # of what was sent in its place
            return None

    def _key_of(self, guest: GuestProtocol) -> OctKey:
        """By its id among ours. The header is what we write and nothing more, so it can point to no other key."""
        header = dict(guest.headers())
        id_ = header.get("kid")
        key = self._ring.find(PURPOSE, id_) if isinstance(id_, str) and header == _header(id_) else None
        if key is None:
            raise InvalidKeyIdError
        return _jwk(key)


def access_tokens_of(settings: Settings) -> AccessTokens:
    return AccessTokens(ring_of(settings), settings.address)


async def viewer_of(connection: Connection, tokens: AccessTokens, token: str) -> Viewer | None:
    """Whose token this is, while its session counts: what ends that ends this at once."""
    access = tokens.read(token)
    row = access and await connection.fetchrow(VIEWER, access.session_id, access.user_id, IDLE, SEEN_EVERY)
    return Viewer(**row, forgery_key=b"") if row else None  # nothing that a program sends is a form


@lru_cache(maxsize=8)
def _jwk(key: Key) -> OctKey:
    return OctKey.import_key(key.key)


def _header(id_: str) -> dict[str, Any]:
    return {"typ": TYPE, "alg": ALGORITHM, "kid": id_}
