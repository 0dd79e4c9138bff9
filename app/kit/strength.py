"""Whether a secret can be guessed, and what refuses to start with one that can."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.kit.secrets import LENGTH_MIN, NAME, secrets_at
from app.kit.settings import Settings, SettingsError

KNOWN = (
    "change", "replace", "default", "example", "secret", "password", "insecure", "tastebuds", "metrics", "meilisearch",
    "master", "token", "admin", "letmein", "qwerty", "asdf", "abcdefghijklmnopqrstuvwxyz", "0123456789", "123456789",
    "abcdef", "please", "random", "string", "value", "your", "this", "here", "with", "long", "key", "me",
)  # fmt: skip
VARIETY_MIN = 10  # different characters
REST_MIN = 16  # characters beside well-known words
SHORT_MIN = 16  # of a token that guards less than everything


def refuse_weak(settings: Settings) -> None:
    """Raises `SettingsError` with a sentence for each secret that can be guessed, unless only this machine asks."""
    if not is_at_home(settings):
        sentences = list(weak(settings))
        if sentences:
            raise SettingsError(" ".join(sentences))


def is_at_home(settings: Settings) -> bool:
    """Listens on loopback, and is not told of another address: a laptop."""
    told = settings.base_url
    return _is_loopback(settings.host) and (told is None or _is_loopback(urlsplit(told).hostname or ""))


def weak(settings: Settings) -> Iterator[str]:
    """A sentence for each. Raises `RuntimeError` where the file of secrets cannot be had."""
    kept = secrets_at(settings.tastebuds_data, settings.secret_key)
    given = [("SECRET_KEY" if settings.secret_key else str(settings.tastebuds_data / NAME), kept, LENGTH_MIN)]
    for name in ("metrics_token", "meilisearch_key"):
        value: SecretStr | None = getattr(settings, name)
        given.append((name.upper(), (value.get_secret_value().encode(),) if value else (), SHORT_MIN))
    for name, values, length in given:
        reason = next(filter(None, (why_weak(value.decode(errors="replace"), length) for value in values)), None)
        if reason:
            yield f"{name} {reason}. Put another in its place, as `openssl rand -hex 32` makes one."


def why_weak(secret: str, length: int) -> str | None:
    """The end of a sentence about it, if it can be guessed."""
    if len(secret.encode()) < length:
        return f"is shorter than {length} bytes"
    if secret in (secret + secret)[1:-1]:
        return "repeats itself"
    if len(set(secret)) < VARIETY_MIN:
        return "has too few different characters"
    rest = re.sub("|".join(KNOWN), "", re.sub(r"[\W_]", "", secret.lower()))
    if len(rest) < min(length, REST_MIN) // 2 or len(set(rest)) < VARIETY_MIN // 2:
        return "is made of well-known words"
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
