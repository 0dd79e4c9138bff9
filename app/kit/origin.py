"""Where what is being done was asked from: kept beside the task, so that no capability has to be handed it."""

from contextvars import ContextVar, Token
from dataclasses import dataclass

AGENT_MAX = 300


@dataclass(frozen=True, slots=True)
class Origin:
    """`address`: the client's IP; `agent`: its User-Agent, cut; `request_id`: the same in every log line."""

    address: str = ""
    agent: str = ""
    request_id: str = ""


NOWHERE = Origin()  # jobs and commands

_here: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def here() -> Origin:
    return _here.get()


def enter(origin: Origin) -> Token[Origin]:
    return _here.set(origin)


def leave(token: Token[Origin]) -> None:
    _here.reset(token)
