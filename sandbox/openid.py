"""An OpenID Connect provider (openid.net/specs/openid-connect-core-1_0): anybody is who they say they are.

`/authorize` asks for a name, or takes one as `who`. A name may carry a twist, `alice!nonce`: what the token then says
or how it is signed is wrong in that way, as an attacker or a broken provider would have it.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox.web import Answer, Request, as_json, as_text, moved

__all__ = ["CLIENT", "SECRET", "TWISTS", "answer", "trouble"]

CLIENT, SECRET = "tastebuds", "sandbox"
LIFE = 300
CODES_MAX = 1000
TWISTS = (
    "nonce", "no-nonce", "none", "hs256", "stranger", "audience", "azp", "issuer", "expired", "early", "nobody",
    "new-key", "mix-up",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """What one was handed out for."""

    who: str
    twist: str
    asked: dict[str, str]
    issuer: str


_codes: dict[str, Code] = {}
_rotated: list[RSAKey] = []


def answer(request: Request) -> Answer:
    issuer = f"http://{request.headers.get('host', 'localhost')}{request.prefix}"
    match request.method, request.path:
        case "GET", "/.well-known/openid-configuration":
            return as_json(_configuration(issuer))
        case "GET", "/jwks":
            return as_json({"keys": [key.as_dict(private=False) for key in (_key(), *_rotated)]})
        case "GET", "/authorize":
            return _authorize(request, issuer)
        case "POST", "/token":
            return _token(request)
    return trouble(404)


def trouble(status: int) -> Answer:
    return as_json({"error": {401: "invalid_client", 404: "not_found"}.get(status, "server_error")}, status)


def _configuration(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "authorization_response_iss_parameter_supported": True,
    }


def _authorize(request: Request, issuer: str) -> Answer:
    asked = request.query
    if asked.get("client_id") != CLIENT or asked.get("response_type") != "code" or "redirect_uri" not in asked:
        return as_text("This client is not known here.", 400)
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return as_text("PKCE is needed here.", 400)
    if "who" not in asked:
        return as_text(_page(asked), content_type="text/html; charset=utf-8")
    back = {"state": asked.get("state", ""), "iss": issuer}
    if not asked["who"]:
        return _sent_back(asked, back | {"error": "access_denied"})
    who, _, twist = asked["who"].partition("!")
    code = secrets.token_urlsafe(16)
    while len(_codes) >= CODES_MAX:
        del _codes[next(iter(_codes))]
    _codes[code] = Code(who, twist, dict(asked), issuer)
    if twist == "mix-up":
        back["iss"] = "https://another.example"
    return _sent_back(asked, back | {"code": code})


def _token(request: Request) -> Answer:
    if request.headers.get("authorization") != f"Basic {_basic()}":
        return trouble(401)
    form = request.form
    code = _codes.pop(form.get("code", ""), None)
    if code is None or form.get("grant_type") != "authorization_code":
        return as_json({"error": "invalid_grant"}, 400)
    hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    if _text(hashed) != code.asked["code_challenge"] or form.get("redirect_uri") != code.asked["redirect_uri"]:
        return as_json({"error": "invalid_grant"}, 400)
    token = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": LIFE}
    return as_json(token | {"id_token": _id_token(code)})


def _id_token(code: Code) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": code.issuer,
        "sub": f"subject of {code.who}",
        "aud": CLIENT,
        "iat": now,
        "exp": now + LIFE,
        "nonce": code.asked.get("nonce"),
        "email": f"{code.who}@provider.example",
    }
    twists: dict[str, dict[str, Any]] = {
        "nonce": {"nonce": "another"},
        "no-nonce": {"nonce": None},
        "audience": {"aud": "another client"},
        "azp": {"aud": [CLIENT, "another client"], "azp": "another client"},
        "issuer": {"iss": "https://another.example"},
        "expired": {"iat": now - 3600, "exp": now - 3300},
        "early": {"iat": now + 3600, "exp": now + 7200},
        "nobody": {"sub": ""},
    }
    claims = {name: value for name, value in (claims | twists.get(code.twist, {})).items() if value is not None}
    match code.twist:
        case "none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        case "hs256":  # the public key taken for a secret
            signed = f"{_part({'alg': 'HS256', 'kid': _key().kid})}.{_part(claims)}"
            return f"{signed}.{_text(hmac.digest(_key().as_pem(private=False), signed.encode(), 'sha256'))}"
        case "stranger":
            return jwt.encode({"alg": "RS256", "kid": _key().kid}, claims, _new_key(str(_key().kid)))
        case "new-key":
            _rotated.append(_new_key(secrets.token_hex(4)))
            return jwt.encode({"alg": "RS256", "kid": _rotated[-1].kid}, claims, _rotated[-1])
    return jwt.encode({"alg": "RS256", "kid": _key().kid}, claims, _key())


def _sent_back(asked: dict[str, str], said: dict[str, str]) -> Answer:
    where = asked["redirect_uri"]
    return moved(f"{where}{'&' if '?' in where else '?'}{urlencode(said)}")


def _page(asked: dict[str, str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in asked.items()
    )
    return (
        "<!doctype html><html lang=en><title>Provider</title><h1>Provider in a box</h1>"
        f"<form>{hidden}<label>Who are you? <input name=who></label> <button>Log in</button></form>"
        f"<form>{hidden}<input type=hidden name=who value=''><button>Cancel</button></form></html>"
    )


@cache
def _key() -> RSAKey:
    return _new_key("first")


def _new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"}, private=True)


def _basic() -> str:
    return base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
