"""Access tokens: what we issued for a living session counts, and nothing that only looks like it."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr

from app.accounts.access_tokens import ALGORITHM, LEEWAY, LENGTH_MAX, PURPOSE, Access, AccessTokens
from app.kit.ids import UUID, new_id
from app.kit.keys import Ring

OLD, NEW = "the secret of before that was long enough", "the secret of now that is long enough too"
SITE = "https://tastebuds.test"
ALICE, SESSION = new_id(), new_id()


def tokens(secret: str = NEW, site: str = SITE) -> AccessTokens:
    return AccessTokens(ring(secret), site)


def ring(secret: str = NEW) -> Ring:
    return Ring(Path("nowhere"), SecretStr(secret))


@dataclass(frozen=True)
class Forger:
    """Makes tokens that are ours but for what is said otherwise."""

    ring: Ring
    site: str
    user_id: UUID
    session_id: UUID

    def forged(self, header: dict[str, Any] | None = None, key: bytes | None = None, **claims: Any) -> str:
        """`None` leaves a claim or a header out."""
        ours, now = self.ring.newest(PURPOSE), int(time.time())
        whole = {
            "iss": self.site,
            "aud": f"{self.site}/api",
            "sub": self.user_id.hex,
            "sid": self.session_id.hex,
            "iat": now,
            "exp": now + 900,
            "jti": "1",
        } | claims
        said = {"typ": "at+jwt", "alg": ALGORITHM, "kid": ours.id} | (header or {})
        return jwt.encode(
            {name: value for name, value in said.items() if value is not None},
            {name: value for name, value in whole.items() if value is not None},
            OctKey.import_key(key or ours.key),
            algorithms=[said["alg"]],
            default_type=None,
        )

    def unsigned(self, alg: str) -> str:
        """Says another algorithm, and carries what we signed."""
        _, body, ours = self.forged().split(".")
        header = {"typ": "at+jwt", "alg": alg, "kid": self.ring.newest(PURPOSE).id}
        return f"{urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip('=')}.{body}.{ours}"


HERS = Forger(ring(), SITE, ALICE, SESSION)


def test_what_we_issue_names_whom_it_is_for() -> None:
    assert tokens().read(tokens().issue(ALICE, SESSION)) == Access(ALICE, SESSION)
    assert tokens().read(HERS.forged()) == Access(ALICE, SESSION)


def test_no_two_are_the_same() -> None:
    assert tokens().issue(ALICE, SESSION) != tokens().issue(ALICE, SESSION)


def test_the_newest_secret_signs_and_the_ones_before_it_still_count() -> None:
    before = tokens(OLD).issue(ALICE, SESSION)
    both = tokens(f"{NEW},{OLD}")
    assert both.read(before) == Access(ALICE, SESSION)
    assert tokens(OLD).read(both.issue(ALICE, SESSION)) is None
    assert tokens(NEW).read(both.issue(ALICE, SESSION)) == Access(ALICE, SESSION)
    assert tokens(NEW).read(before) is None


OTHERS_KEY = b"k" * 32
NOT_OURS: dict[str, Callable[[Forger], str]] = {
    "an algorithm that is none": lambda by: by.unsigned("none"),
    "none, without a signature": lambda by: by.unsigned("none").rpartition(".")[0] + ".",
    "nOnE": lambda by: by.unsigned("nOnE"),
    "another hash": lambda by: by.forged({"alg": "HS512"}),
    "a public key's algorithm": lambda by: by.unsigned("RS256"),
    "an elliptic one": lambda by: by.unsigned("ES256"),
    "no algorithm": lambda by: by.unsigned(""),
    "the key of somebody else": lambda by: by.forged(key=OTHERS_KEY),
    "the key of another purpose": lambda by: by.forged(key=by.ring.newest("refresh tokens").key),
    "the name of a key there is not": lambda by: by.forged({"kid": "00000000"}),
    "no name of a key": lambda by: by.forged({"kid": None}),
    "a path for a key": lambda by: by.forged({"kid": "../../../dev/null"}, key=b"\0" * 32),
    "an address for a key": lambda by: by.forged({"kid": "https://evil.example/key"}, key=OTHERS_KEY),
    "SQL for a key": lambda by: by.forged({"kid": "' UNION SELECT 'k"}, key=OTHERS_KEY),
    "a key of its own": lambda by: by.forged({"jwk": OctKey.import_key(OTHERS_KEY).as_dict()}, key=OTHERS_KEY),
    "where to look for keys": lambda by: by.forged({"jku": "https://evil.example/jwks.json"}),
    "a certificate's address": lambda by: by.forged({"x5u": "https://evil.example/x5u"}),
    "what has to be understood": lambda by: by.forged({"crit": ["kid"]}),
    "no type": lambda by: by.forged({"typ": None}),
    "the type of an ID token": lambda by: by.forged({"typ": "JWT"}),
    "a type said otherwise": lambda by: by.forged({"typ": "application/at+jwt"}),
    "a content type": lambda by: by.forged({"cty": "JWT"}),
    "another issuer": lambda by: by.forged(iss="https://evil.example"),
    "no issuer": lambda by: by.forged(iss=None),
    "another audience": lambda by: by.forged(aud="https://evil.example/api"),
    "the site as its audience": lambda by: by.forged(aud=by.site),
    "no audience": lambda by: by.forged(aud=None),
    "ended": lambda by: by.forged(exp=int(time.time()) - LEEWAY - 1),
    "no end": lambda by: by.forged(exp=None),
    "an end in words": lambda by: by.forged(exp="tomorrow"),
    "an end that is true": lambda by: by.forged(exp=True),
    "from the future": lambda by: by.forged(iat=int(time.time()) + LEEWAY + 60),
    "not yet": lambda by: by.forged(nbf=int(time.time()) + LEEWAY + 60),
    "no beginning": lambda by: by.forged(iat=None),
    "no subject": lambda by: by.forged(sub=None),
    "a subject that is none": lambda by: by.forged(sub="alice"),
    "a list of subjects": lambda by: by.forged(sub=[by.user_id.hex]),
    "no session": lambda by: by.forged(sid=None),
    "a session that is a number": lambda by: by.forged(sid=1),
    "no name of its own": lambda by: by.forged(jti=None),
    "too long": lambda by: by.forged(more="x" * LENGTH_MAX),
    "empty": lambda by: "",
    "dots": lambda by: "..",
    "four parts": lambda by: by.forged() + ".x",
    "five parts, as if it were encrypted": lambda by: by.forged() + ".x.y",
    "a line after it": lambda by: by.forged() + "\n",
    "padding": lambda by: by.forged() + "=",
    "no ASCII": lambda by: by.forged() + "é",
    "nothing but brackets": lambda by: f"{urlsafe_b64encode(b'[' * 2000).decode()}.e30.x",
}


@pytest.mark.parametrize("made", NOT_OURS.values(), ids=list(NOT_OURS))
def test_what_is_not_exactly_ours_is_nobodys(made: Callable[[Forger], str]) -> None:
    assert tokens().read(made(HERS)) is None


def test_no_letter_can_be_changed() -> None:
    token = tokens().issue(ALICE, SESSION)
    for place in range(len(token)):
        assert tokens().read(token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]) is None
        assert tokens().read(token[:place] + token[place + 1 :]) is None


def test_clocks_may_differ_by_a_few_seconds() -> None:
    assert tokens().read(HERS.forged(exp=int(time.time()) - 1))
    assert tokens().read(HERS.forged(iat=int(time.time()) + LEEWAY - 2))


def test_the_token_of_one_site_is_none_of_another() -> None:
    assert tokens(site="https://elsewhere.test").read(tokens().issue(ALICE, SESSION)) is None
