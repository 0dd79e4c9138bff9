"""By which names we are asked (HO-1). `BASE_URL` says one; this machine's own names need no telling.

Ports are not compared: nothing we write is made of a request's host, and tunnels change them.
"""

import ipaddress
from urllib.parse import urlsplit

from litestar.types import HTTPScope

from app.kit.settings import Settings

# what answers probes and scrapers by whatever address they use; it says nothing to anyone else
ANY_NAME = frozenset({"/health", "/livez", "/readyz", "/metrics"})
ASSETS = "/assets/"  # they are anybody's, and the page that refuses looks like ours by them
OF_A_LAN = (".local", ".lan", ".home", ".internal", ".home.arpa", ".localdomain")

ELSEWHERE = "Tastebuds does not go by this name. Whoever runs it: set BASE_URL to the address people use."
NOT_SECURE = (
    "Browsers keep a login only over https, or on this machine itself. "
    "Whoever runs this Tastebuds: serve it with TLS and set BASE_URL to its https address."
)


class Hosts:
    def __init__(self, settings: Settings) -> None:
        self.known = name_of(urlsplit(settings.base_url).netloc) if settings.base_url else None
        self.is_secure = settings.is_secure

    def wrong_with(self, scope: HTTPScope) -> tuple[int, str] | None:
        """What to answer to a request that names no host of ours, or two, or cannot keep a login (NW-1)."""
        said = [value for name, value in scope["headers"] if name == b"host"]
        name = name_of(said[0].decode("latin-1")) if len(said) == 1 else None
        if not name:
            return 400, ""
        if is_this_machine(name) or scope["path"] in ANY_NAME or scope["path"].startswith(ASSETS):
            return None
        is_secure = scope["scheme"] == "https" or self.is_secure
        if name == self.known:
            return None if is_secure else (403, NOT_SECURE)
        return (403, NOT_SECURE) if _is_of_a_lan(name) and not is_secure else (421, ELSEWHERE)


def name_of(host: str) -> str | None:
    """`Food.Example.:8443` → `food.example`, `[::1]:80` → `::1`; `None` for what is no host at all."""
    if any(sign in host for sign in "/@?#\\, \t"):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return (parts.hostname or "").removesuffix(".").lower() or None


def is_this_machine(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_of_a_lan(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_private
    except ValueError:
        return "." not in name or name.endswith(OF_A_LAN)
