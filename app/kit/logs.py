"""Structured logs: one line an event, JSON where nobody watches, and never an address with a key in it."""

import logging
import sys

import structlog
from structlog.typing import Processor

# these print whole addresses, keys and all, or a line for what is no news
QUIET = ("httpx", "httpx2", "httpcore", "stamina", "saq", "asyncio", "alembic", "uvicorn", "fido2")


def set_up(level: str) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    watched = sys.stderr.isatty()
    rendering: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if watched
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
