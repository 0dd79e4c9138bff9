"""Access tokens: what we issued for a living session counts, and nothing that only looks like it."""

import json
import time
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr

from app.accounts.access_tokens import ALGORITHM, LEEWAY, LENGTH_MAX, PURPOSE, Access, AccessTokens
from app.kit.ids import new_id
from app.kit.keys import Ring

OLD, NEW = "the secret of before that was long enough", "the secret of now that is long enough too"
SITE = "https://tastebuds.test"
ALICE, SESSION = new_id(), new_id()


def tokens(secret: str = NEW, site: str = SITE) -> AccessTokens:
    return AccessTokens(ring(secret), site)


def ring(secret: str = NEW) -> Ring:
    return Ring(Path("nowhere"), SecretStr(secret))


def forged(header: dict[str, Any] | None = None, key: bytes | None = None, **claims: Any) -> str:
    """One of ours, but for what is said otherwise; `None` leaves a claim or a header out."""
    ours, now = ring().newest(PURPOSE), int(time.time())
    whole = {
        "iss": SITE,
        "aud": f"{SITE}/api",
        "sub": ALICE.hex,
        "sid": SESSION.hex,
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


def unsigned(alg: str, signature: str = "") -> str:
    _, body, ours = forged().split(".")
    header = {"typ": "at+jwt", "alg": alg, "kid": ring().newest(PURPOSE).id}
    return f"{urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip('=')}.{body}.{signature or ours}"


def test_what_we_issue_names_whom_it_is_for() -> None:
    assert tokens().read(tokens().issue(ALICE, SESSION)) == Access(ALICE, SESSION)
    assert tokens().read(forged()) == Access(ALICE, SESSION)


def test_no_two_are_the_same() -> None:
    assert tokens().issue(ALICE, SESSION) != tokens().issue(ALICE, SESSION)


def test_the_newest_secret_signs_and_the_ones_before_it_still_count() -> None:
    before = tokens(OLD).issue(ALICE, SESSION)
    both = tokens(f"{NEW},{OLD}")
    assert both.read(before) == Access(ALICE, SESSION)
    assert tokens(OLD).read(both.issue(ALICE, SESSION)) is None
    assert tokens(NEW).read(both.issue(ALICE, SESSION)) == Access(ALICE, SESSION)
    assert tokens(NEW).read(before) is None


NOW = int(time.time())
OTHERS_KEY = b"k" * 32
ENDED = {
    "an algorithm that is none": lambda: unsigned("none", " ").strip(),
    "none, without a signature": lambda: unsigned("none").rpartition(".")[0] + ".",
    "nOnE": lambda: unsigned("nOnE"),
    "another hash": lambda: forged({"alg": "HS512"}),
    "a public key's algorithm": lambda: unsigned("RS256"),
    "an elliptic one": lambda: unsigned("ES256"),
    "no algorithm": lambda: unsigned(""),
    "the key of somebody else": lambda: forged(key=OTHERS_KEY),
    "the key of another purpose": lambda: forged(key=ring().newest("refresh tokens").key),
    "the name of a key there is not": lambda: forged({"kid": "00000000"}),
    "no name of a key": lambda: forged({"kid": None}),
    "a path for a key": lambda: forged({"kid": "../../../dev/null"}, key=b"\0" * 32),
    "an address for a key": lambda: forged({"kid": "https://evil.example/key"}, key=OTHERS_KEY),
    "SQL for a key": lambda: forged({"kid": "' UNION SELECT 'k"}, key=OTHERS_KEY),
    "a key of its own": lambda: forged({"jwk": OctKey.import_key(OTHERS_KEY).as_dict()}, key=OTHERS_KEY),
    "where to look for keys": lambda: forged({"jku": "https://evil.example/jwks.json"}),
    "a certificate's address": lambda: forged({"x5u": "https://evil.example/x5u"}),
    "what has to be understood": lambda: forged({"crit": ["kid"]}),
    "no type": lambda: forged({"typ": None}),
    "the type of an ID token": lambda: forged({"typ": "JWT"}),
    "a type said otherwise": lambda: forged({"typ": "application/at+jwt"}),
    "a content type": lambda: forged({"cty": "JWT"}),
    "another issuer": lambda: forged(iss="https://evil.example"),
    "no issuer": lambda: forged(iss=None),
    "another audience": lambda: forged(aud="https://evil.example/api"),
    "the site as its audience": lambda: forged(aud=SITE),
    "no audience": lambda: forged(aud=None),
    "ended": lambda: forged(exp=int(time.time()) - LEEWAY - 1),
    "no end": lambda: forged(exp=None),
    "an end in words": lambda: forged(exp="tomorrow"),
    "an end that is true": lambda: forged(exp=True),
    "from the future": lambda: forged(iat=int(time.time()) + LEEWAY + 60),
    "not yet": lambda: forged(nbf=int(time.time()) + LEEWAY + 60),
    "no beginning": lambda: forged(iat=None),
    "no subject": lambda: forged(sub=None),
    "a subject that is none": lambda: forged(sub="alice"),
    "a list of subjects": lambda: forged(sub=[ALICE.hex]),
    "no session": lambda: forged(sid=None),
    "a session that is a number": lambda: forged(sid=1),
    "no name of its own": lambda: forged(jti=None),
    "too long": lambda: forged(more="x" * LENGTH_MAX),
    "empty": lambda: "",
    "dots": lambda: "..",
    "four parts": lambda: forged() + ".x",
    "five parts, as if it were encrypted": lambda: forged() + ".x.y",
    "a line after it": lambda: forged() + "\n",
    "padding": lambda: forged() + "=",
    "no ASCII": lambda: forged() + "é",
    "nothing but brackets": lambda: f"{urlsafe_b64encode(b'[' * 2000).decode()}.e30.x",
}


@pytest.mark.parametrize("token", ENDED.values(), ids=list(ENDED))
def test_what_is_not_exactly_ours_is_nobodys(token: Any) -> None:
    assert tokens().read(token()) is None


def test_no_letter_can_be_changed() -> None:
    token = tokens().issue(ALICE, SESSION)
    for place in range(len(token)):
        assert tokens().read(token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]) is None
        assert tokens().read(token[:place] + token[place + 1 :]) is None


def test_clocks_may_differ_by_a_few_seconds() -> None:
    assert tokens().read(forged(exp=int(time.time()) - LEEWAY + 3))
    assert tokens().read(forged(iat=int(time.time()) + LEEWAY - 2))


def test_the_token_of_one_site_is_none_of_another() -> None:
    assert tokens(site="https://elsewhere.test").read(tokens().issue(ALICE, SESSION)) is None
