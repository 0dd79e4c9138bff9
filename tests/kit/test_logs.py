"""Logs are one line of JSON an event, and hold no address with a key in it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from app.kit.logs import hide, redact

PROGRAM = """
import logging, structlog
from app.kit import logs
logs.set_up({level!r})
{work}
"""


def logged(work: str, level: str = "info") -> list[dict[str, Any]]:
    """In a process of its own: logging is set up for a whole process."""
    program = PROGRAM.format(level=level, work=work)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
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


CANARY = "hunter2-CANARY"
TOKEN = "0190a5b0c0de70008000000000cafe00." + "s" * 43


NAMES = """
    password new_password token cookie Set-Cookie Authorization code totp_code client_secret api_key recovery_codes
    code_verifier refresh_token HTTP_COOKIE credentials
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_what_is_called_a_secret_is_not_written(name: str) -> None:
    for value in (CANARY, {"deep": CANARY}, [CANARY], CANARY.encode()):
        assert CANARY not in str(redact(None, "info", {"event": "x", name: value, "more": {name: value}}))


@pytest.mark.parametrize(
    "text",
    [
        f"GET /reset/password?token={CANARY} failed",
        f"https://example.org/callback?state=x&code={CANARY}#top",
        f"Authorization: Bearer {CANARY}",
        f"authorization: basic {CANARY}==",
        f"Cookie: __Host-session={TOKEN.replace('s' * 43, CANARY + 's' * 43)}",
        f"tb_0190a5b0c0de70008000000000cafe00_{CANARY}_00000000",
        f"eyJhbGciOi.eyJzdWIiOi.{CANARY}",
    ],
)
def test_what_looks_like_a_secret_is_not_written(text: str) -> None:
    assert CANARY not in hide(text)
    assert CANARY not in str(redact(None, "info", {"event": "failed", "exception": f"Traceback\n  {text}\n"}))


@pytest.mark.parametrize(
    "text", ["Why? Because a=b.", "kept Dune (1965)", "status_code 404", "in 3.5 s; see docs/api.md"]
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert hide(text) == text


@pytest.mark.parametrize("name", ["status_code", "zip", "is_token", "error"])
def test_what_is_no_secret_is_written(name: str) -> None:
    assert redact(None, "info", {name: True, "event": "x"})[name] is True


def test_nobody_forges_a_line() -> None:
    (line,) = logged(r"""logging.getLogger('app').info('agent %s', 'x\r\n{"level": "fake"}')""")
    assert line["level"] == "info"


def test_a_line_says_on_whose_account_it_was_written() -> None:
    work = (
        "from app.kit import origin\n"
        "origin.enter(origin.Origin(request_id='r1'))\n"
        "logging.getLogger('app').info('x')\n"
        "structlog.get_logger('app')"
    )
    (line,) = logged(work)
    assert line["request_id"] == "r1"
