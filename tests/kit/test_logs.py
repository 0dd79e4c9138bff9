"""Logs are one line of JSON an event, and hold no address with a key in it."""

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import logging, structlog
from app.kit import logs
logs.set_up({level!r})
{work}
"""


def logged(work: str, level: str = "info") -> list[dict[str, Any]]:
    """In a process of its own: logging is set up for a whole process."""
    program = PROGRAM.format(level=level, work=work)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    return [json.loads(line) for line in (done.stdout + done.stderr).splitlines()]


def test_an_event_is_one_line_with_its_time_and_place() -> None:
    (line,) = logged("logging.getLogger('app.kit').info('kept %s', 'Dune\\nMessiah', extra={'items': 3})")
    assert (line["event"], line["level"], line["logger"]) == ("kept Dune\nMessiah", "info", "app.kit")
    assert line["items"] == 3
    assert line["timestamp"].endswith("Z")


def test_a_fault_carries_its_trace_in_the_same_line() -> None:
    (line,) = logged("try: 1/0\nexcept ZeroDivisionError: logging.getLogger('app').exception('a fault')")
    assert "ZeroDivisionError" in line["exception"]


def test_the_level_is_what_was_asked_for() -> None:
    work = "for say in (logging.debug, logging.info, logging.warning): say('x')"
    assert [line["level"] for line in logged(work, "warning")] == ["warning"]
    assert [line["level"] for line in logged(work, "debug")] == ["debug", "info", "warning"]


def test_libraries_that_print_addresses_are_quiet_at_every_level() -> None:
    work = (
        "for name in ('httpx', 'httpx2', 'httpcore.http11', 'stamina', 'saq', 'uvicorn.access', 'alembic.runtime'):\n"
        "    logging.getLogger(name).info('GET https://example.org/?api_key=hunter2')\n"
        "    logging.getLogger(name).debug('GET https://example.org/?api_key=hunter2')"
    )
    assert logged(work, "debug") == []


def test_trying_again_prints_nothing() -> None:
    """Whoever tries tells of each attempt; stamina would print a line of its own, in no form of ours."""
    work = """
import stamina
from app.kit import outbound
attempts = stamina.retry_context(on=KeyError, attempts=2, wait_initial=0.01, wait_jitter=0)
for attempt in attempts:
    with attempt:
        if attempt.num == 1: raise KeyError
"""
    assert logged(work) == []
