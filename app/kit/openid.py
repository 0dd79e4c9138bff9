"""OpenID Connect, the client's half: the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 9700).

The provider is the operator's setting, and may stand inside the network. What it says is bounded in time and size by
`kit/outbound`, and counts only if its id token is signed with a key of its own, for us, for this one request.
"""

import asyncio
import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.kit.outbound import Outbound, OutboundError, Policy
from app.kit.settings import Settings, SettingsError
from app.kit.text import clip

ANSWER = "/login/provider/answer"  # where providers send people back to
ALGORITHMS = ("RS256", "ES256", "EdDSA")  # none of them takes a public key for a secret
SCOPE = "openid profile email"
TOKEN_MAX = 16 * 1024  # bytes of an id token
SUBJECT_MAX = 255  # Core §2
NAME_MAX = 80
LEEWAY = 60  # seconds that clocks may be apart
AGE_MAX = 600  # seconds since a token was issued
REMEMBERED = 3600.0  # seconds that what a provider says of itself is believed
ASK_AGAIN = 60.0  # seconds between looks for a key that was not there
AWAY = 5.0  # seconds in which a provider that did not answer is not asked again
LONGEST = 4.5  # seconds for all it is asked about one person; pages have little more (web/deadline)
POLICY = Policy(attempts=2, seconds=3.0)
ONCE = Policy(attempts=1, seconds=LONGEST)  # a code counts once


class ProviderAway(Exception):
    """It does not answer, or not as a provider does. Carries nothing of what it said."""


class ProviderRefused(Exception):
    """It takes the code for none of its own."""


class Denied(Exception):
    """Somebody changed their mind there."""


class NotProved(Exception):
    """What it sent does not prove anything: wrongly signed, for somebody else, or for another time. Says which."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What it says of itself (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    authorization: str
    token: str
    keys: str
    takes_basic: bool
    names_itself: bool  # in its answers (RFC 9207)


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom it vouches for. `name` is for people to recognise the account by, and proves nothing."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one request is bound to; the provider sees state, nonce and the hash of the verifier."""

    state: str
    nonce: str
    verifier: str


class OpenId:
    """`issuer`, `client` and `secret` as the operator has them of the provider."""

    def __init__(self, issuer: str, client: str, secret: str, redirect: str, contact: str = "") -> None:
        self.issuer, self.client, self._secret = issuer, client, secret
        self.redirect = redirect
        self._contact = contact
        self._provider: tuple[float, Provider] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._away_until = 0.0
        self._asking = asyncio.Lock()

    async def address(self, ticket: Ticket) -> str:
        """Where to send a browser. Raises `ProviderAway`."""
        provider = await self.provider()
        params = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": self.redirect,
            "scope": SCOPE,
            "state": ticket.state,
            "nonce": ticket.nonce,
            "code_challenge": create_s256_code_challenge(ticket.verifier),
            "code_challenge_method": "S256",
        }
        return f"{provider.authorization}{'&' if '?' in provider.authorization else '?'}{urlencode(params)}"

    async def somebody(self, asked: Mapping[str, str], ticket: Ticket) -> Somebody:
        """Whom the provider's answer, a query, is for. The state is the caller's to look at, before.

        Raises `Denied`, `ProviderAway`, `ProviderRefused`, `NotProved`.
        """
        try:
            async with asyncio.timeout(LONGEST):
                return await self._vouched(asked, ticket)
        except TimeoutError:
            raise ProviderAway from None

    async def provider(self) -> Provider:
        """Asked once an hour; when it did not answer, again in a few seconds and by nobody before. Raises
        `ProviderAway`."""
        async with self._asking:
            if self._provider is None or time.monotonic() - self._provider[0] > REMEMBERED:
                if time.monotonic() < self._away_until:
                    raise ProviderAway
                try:
                    said = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", POLICY)
                    self._provider = (time.monotonic(), _provider(self.issuer, said))
                except ProviderAway:
                    self._away_until = time.monotonic() + AWAY
                    raise
            return self._provider[1]

    async def _vouched(self, asked: Mapping[str, str], ticket: Ticket) -> Somebody:
        provider = await self.provider()
        if asked.get("iss", provider.issuer if not provider.names_itself else "") != provider.issuer:
            raise NotProved("answered by another provider")
        if error := asked.get("error"):
            raise Denied if error == "access_denied" else ProviderRefused
        said = await self._exchange(provider, asked.get("code", ""), ticket)
        token = said.get("id_token")
        if not isinstance(token, str) or len(token) > TOKEN_MAX:
            raise NotProved("no id token")
        claims = await self._claims(provider, token, ticket.nonce, str(said.get("access_token") or ""))
        name = next((claims[key] for key in ("email", "preferred_username", "name") if claims.get(key)), "")
        return Somebody(provider.issuer, claims["sub"], clip(str(name), NAME_MAX))

    async def _exchange(self, provider: Provider, code: str, ticket: Ticket) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "code_verifier": ticket.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self._secret and provider.takes_basic:  # RFC 6749 §2.3.1
            pair = f"{quote(self.client, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self.client} | ({"client_secret": self._secret} if self._secret else {})
        return await self._ask("POST", provider.token, ONCE, headers=headers, content=urlencode(form))

    async def _claims(self, provider: Provider, token: str, nonce: str, access_token: str) -> CodeIDToken:
        """Raises `NotProved`."""
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            raise NotProved("no token") from error
        if header.get("alg") not in ALGORITHMS:
            raise NotProved("signed in a way that is not taken")
        keys = await self._keys_for(provider, header.get("kid"))
        try:
            signed = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": provider.issuer},
                    "aud": {"essential": True, "value": self.client},
                    "sub": {"essential": True},
                },
                params={"nonce": nonce, "client_id": self.client, "access_token": access_token},
            )
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotProved(type(error).__name__) from error
        issued, subject = claims["iat"], claims["sub"]
        if not isinstance(issued, int | float) or not -LEEWAY <= time.time() - issued <= AGE_MAX:
            raise NotProved("issued at another time")
        if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX:
            raise NotProved("for nobody")
        return claims

    async def _keys_for(self, provider: Provider, key_id: str | None) -> KeySet:
        """Asked again for an id that is not there, once a minute: providers change their keys."""
        async with self._asking:
            age = time.monotonic() - self._keys[0] if self._keys else REMEMBERED + 1
            known = self._keys is not None and (key_id is None or any(key.kid == key_id for key in self._keys[1].keys))
            if age > REMEMBERED or (not known and age > ASK_AGAIN):
                said = await self._ask("GET", provider.keys, POLICY)
                try:
                    found = KeySet.import_key_set({"keys": [key for key in said["keys"] if _is_to_sign(key)]})
                except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
                    raise ProviderAway from error
                self._keys = (time.monotonic(), found)
            assert self._keys  # noqa: S101 - set above
            return self._keys[1]

    async def _ask(self, method: str, url: str, policy: Policy, **more: Any) -> dict[str, Any]:
        outbound = Outbound(self._contact)  # so seldom that no connection is worth keeping
        try:
            said = await outbound.json(method, url, policy, **more)
        except OutboundError as error:
            if method == "POST" and error.kind in ("bad_request", "bad_credentials"):
                raise ProviderRefused from None
            raise ProviderAway from None
        finally:
            await outbound.close()
        if not isinstance(said, dict):
            raise ProviderAway
        return said


def openid_of(settings: Settings) -> OpenId | None:
    """Raises `SettingsError`."""
    if settings.oidc_issuer is None:
        return None
    if not is_private_way(settings.oidc_issuer):
        raise SettingsError("OIDC_ISSUER: this must begin with https://, unless it is on this machine.")
    if not settings.oidc_client_id:
        raise SettingsError("OIDC_CLIENT_ID: this is needed with OIDC_ISSUER. See docs/settings.md.")
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    redirect = f"{settings.address}{ANSWER}"
    return OpenId(settings.oidc_issuer, settings.oidc_client_id, secret, redirect, settings.contact)


def _provider(issuer: str, said: dict[str, Any]) -> Provider:
    """Raises `ProviderAway` for what is no provider, or another's."""
    named = said.get("issuer")
    places = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not isinstance(named, str) or named.rstrip("/") != issuer.rstrip("/"):
        raise ProviderAway
    if not all(isinstance(place, str) and is_private_way(place) for place in places):
        raise ProviderAway
    methods = said.get("token_endpoint_auth_methods_supported")
    authorization, token, keys = (str(place) for place in places)
    return Provider(
        named,
        authorization,
        token,
        keys,
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def is_private_way(address: str) -> bool:
    """https, or this machine itself: a code or a secret goes no other way."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    return parts.scheme == "https" or (
        parts.scheme == "http" and (host in ("localhost", "::1") or host.startswith("127."))
    )


def _is_to_sign(key: Any) -> bool:
    return isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
