"""Where what is being done was asked from: kept beside the task, so that no capability has to be handed it."""

from contextvars import ContextVar, Token
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

AGENT_MAX = 300


@dataclass(frozen=True, slots=True)
class Origin:
    """`address`: the client's IP; `agent`: its User-Agent, cut; `request_id`: the same in every log line."""

    address: str = ""
    agent: str = ""
    request_id: str = ""

    @property
    def network(self) -> str:
        """What one person may be thought to have: an IPv4 address, or a /64 of IPv6."""
        try:
            ip = ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(ip, IPv6Address):
            return str(ip.ipv4_mapped) if ip.ipv4_mapped else f"{IPv6Address(int(ip) >> 64 << 64)}/64"
        return str(ip)


NOWHERE = Origin()  # jobs and commands

_here: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def here() -> Origin:
    return _here.get()


def enter(origin: Origin) -> Token[Origin]:
    return _here.set(origin)


def leave(token: Token[Origin]) -> None:
    _here.reset(token)
