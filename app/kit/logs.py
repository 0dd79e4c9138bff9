"""Structured logs: one line an event, JSON where nobody watches, and never a secret in it.

A line says on whose account it was written: the request's id, which jobs it had done carry on (`kit/origin`).
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from app.kit import origin

# these print whole addresses, keys and all, or a line for what is no news
QUIET = ("httpx", "httpx2", "httpcore", "stamina", "saq", "asyncio", "alembic", "uvicorn")

HIDDEN = "***"
# the names of what is secret, as parts of the name of a field; `code` alone, because much else is called so
SECRET = re.compile(
    r"passw|secret|token|cookie|authori[sz]ation|credential|api_?key|otp|recovery|verifier|assertion|(?:^|_)code$", re.I
)
# what stands in a query: links that are good once, keys of sources; and what a header of credentials holds
QUERY = re.compile(r"(?<=[?&;])([\w.~%-]+)=[^\s&;#\"'<>]+")
BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.I)
TOKENS = re.compile(
    r"\beyJ[\w-]+\.[\w-]+\.[\w-]+"  # JWT
    r"|\b[0-9a-f]{32}\.[\w-]{32,}"  # a session's cookie
    r"|\btbr?_[\w-]{20,}"  # what programs have
)
DEEP = 6


def set_up(level: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(watched=sys.stderr.isatty()))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def formatter(*, watched: bool) -> logging.Formatter:
    """`watched`: by somebody at a terminal."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        on_whose_account,
    ]
    rendering: list[Processor] = (
        [redact, structlog.dev.ConsoleRenderer()]
        if watched
        else [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
    )


def on_whose_account(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if request_id := origin.here().request_id:
        event.setdefault("request_id", request_id)
    return event


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """What is called a secret is hidden whole; in sentences and traces, what looks like one is."""
    return {name: _without_secrets(name, value) for name, value in event.items()}


def _without_secrets(name: str, value: Any, depth: int = 0) -> Any:
    if SECRET.search(name) and value not in (None, "", True, False):
        return HIDDEN
    if isinstance(value, str):
        return hide(value)
    if depth < DEEP and isinstance(value, MutableMapping):
        return {str(key): _without_secrets(str(key), each, depth + 1) for key, each in value.items()}
    if depth < DEEP and isinstance(value, list | tuple):
        return [_without_secrets("", each, depth + 1) for each in value]
    return value


def hide(text: str) -> str:
    text = QUERY.sub(rf"\1={HIDDEN}", text)
    text = BEARER.sub(rf"\1 {HIDDEN}", text)
    return TOKENS.sub(HIDDEN, text)
