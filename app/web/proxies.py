"""Who is on the other end: the peer, or where a proxy of ours says it has it from (NW-2).

uvicorn's own reading is off: it believes in anything that stands in the field, an address or not.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from app.kit.settings import Network

Header: TypeAlias = tuple[bytes, bytes]
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


class Proxies:
    def __init__(self, trusted: Sequence[Network]) -> None:
        self.trusted = trusted

    def client(self, peer: str, scheme: str, headers: Iterable[Header]) -> tuple[str, str]:
        """Address and scheme of who asks: the right-most one of `X-Forwarded-For` that is no proxy of ours."""
        at = address_of(peer)
        if at is None or not self._is_ours(at):
            return (str(at) if at else peer), scheme
        said = [(name, value.decode("latin-1")) for name, value in headers]
        hops = [hop for name, value in said if name == b"x-forwarded-for" for hop in value.split(",")]
        while hops and self._is_ours(at) and (before := address_of(hops.pop())):
            at = before
        protos = [proto for name, value in said if name == b"x-forwarded-proto" for proto in value.split(",")]
        told = protos[-1].strip().lower() if protos else ""
        return str(at), told if told in ("http", "https") else scheme

    def _is_ours(self, address: Address) -> bool:
        return any(address in network for network in self.trusted)


def address_of(hop: str) -> Address | None:
    """Of `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711`; one that is IPv4 in IPv6 is IPv4."""
    hop = hop.strip()
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    try:
        address = ipaddress.ip_address(hop)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
