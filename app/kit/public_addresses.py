"""Which addresses are the public internet's.

`ipaddress.is_global` does not answer that: it says yes to multicast and to IPv6 that carries a private IPv4 inside,
and differs between releases of Python. The ranges are IANA's registries of special purpose addresses (RFC 6890).
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

SPECIAL_V4 = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, what is reserved, broadcast
    )
)
UNICAST_V6 = ip_network("2000::/3")
SPECIAL_V6 = tuple(ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
NAT64 = ip_network("64:ff9b::/96")  # where a network without IPv4 has it: the last four bytes are the address meant


def is_public(text: str) -> bool:
    """Of an address as a resolver gives it; False for what is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return _is_public_v4(address) if isinstance(address, IPv4Address) else _is_public_v6(address)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in special for special in SPECIAL_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address in NAT64:
        return _is_public_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in UNICAST_V6 and not any(address in special for special in SPECIAL_V6)
