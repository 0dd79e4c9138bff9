"""Asking other servers is bounded in time and size, and every failure has one of a few kinds."""

import asyncio
import gzip
import resource
import shutil
import ssl
import subprocess
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from app.kit import clock
from app.kit.outbound import BODY_MAX, Kind, Outbound, OutboundError, Policy, Reply, user_agent
from tests.fair_loop import lived
from tests.sources.stub import Heard, Stub, listening, reply

ONCE = Policy(attempts=1, seconds=2.0)
QUICK = Policy(attempts=3, first_wait=0.01, again=frozenset({"down", "rate_limited"}), seconds=3.0)
SECRET = "s3cret-c4nary"


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    outbound = Outbound("https://example.org")
    yield outbound
    await outbound.close()


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with listening() as stub:
        yield stub


async def failure(outbound: Outbound, url: str, policy: Policy = ONCE, **request: Any) -> OutboundError:
    with pytest.raises(OutboundError) as error:
        await outbound.json("GET", url, policy, **request)
    return error.value


async def test_an_answer_is_its_json(outbound: Outbound, stub: Stub) -> None:
    stub.says(200, {"hits": [1, 2]})
    assert await outbound.json("GET", f"{stub.url}/x", ONCE, params={"q": "a b"}) == {"hits": [1, 2]}
    assert stub.heard[0].query == {"q": "a b"}


async def test_it_says_who_asks(outbound: Outbound, stub: Stub) -> None:
    stub.says(200, {})
    await outbound.json("POST", stub.url, ONCE, content="fields name;")
    assert stub.heard[0].headers["user-agent"].startswith("Tastebuds/")
    assert "https://example.org" in stub.heard[0].headers["user-agent"]
    assert stub.heard[0].body == b"fields name;"


def test_a_contact_cannot_break_out_of_its_header() -> None:
    assert user_agent("José <a@b>\r\nX-Evil: 1").endswith("(Jos <a@b> X-Evil: 1)")
    assert "(" not in user_agent("")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, "down"),
        (400, "bad_request"),
        (401, "bad_credentials"),
        (403, "bad_credentials"),
        (404, "not_found"),
        (410, "not_found"),
        (418, "bad_request"),
        (429, "rate_limited"),
        (500, "down"),
        (503, "down"),
    ],
)
async def test_each_status_has_its_kind(outbound: Outbound, stub: Stub, status: int, kind: Kind) -> None:
    stub.says(status, b"<html>oh</html>", location="http://127.0.0.1:1/elsewhere")
    assert (await failure(outbound, stub.url)).kind == kind
    assert len(stub.heard) == 1


@pytest.mark.parametrize("body", [b"", b"<html>hello</html>", b'{"a": [1', b"[" * 200_000, b"\xff\xfe\x00"])
async def test_a_good_status_with_a_bad_body_is_unreadable(outbound: Outbound, stub: Stub, body: bytes) -> None:
    stub.says(200, body)
    assert (await failure(outbound, stub.url)).kind == "unreadable"


async def test_a_proxy_of_the_environment_is_not_used(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    stub.says(200, [])
    outbound = Outbound()
    assert await outbound.json("GET", stub.url, ONCE) == []
    await outbound.close()


async def test_nobody_there(outbound: Outbound) -> None:
    async with listening() as stub:
        pass
    assert (await failure(outbound, stub.url)).kind == "down"


async def test_a_connection_cut_halfway(outbound: Outbound, stub: Stub) -> None:
    stub.answers(lambda _: reply(200, b'{"a": 1', content_length="100"))
    assert (await failure(outbound, stub.url)).kind == "down"


async def test_a_drip_is_too_slow_in_body_and_in_headers(outbound: Outbound, stub: Stub) -> None:
    async def drip(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n" if heard.path == "/body" else b"")
        for _ in range(100):
            writer.write(b"[")
            await writer.drain()
            await asyncio.sleep(0.05)

    stub.speak = drip
    for path in ("/body", "/headers"):
        started = lived()
        assert (await failure(outbound, stub.url + path, Policy(seconds=0.3))).kind == "too_slow"
        assert lived() - started < 1.5


async def test_a_body_without_end_is_cut_off(outbound: Outbound, stub: Stub) -> None:
    async def flood(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        while True:
            writer.write(b" " * 65536)
            await writer.drain()

    stub.speak = flood
    assert (await failure(outbound, stub.url, Policy(seconds=10.0))).kind == "unreadable"


async def test_a_gzip_bomb_costs_little(outbound: Outbound, stub: Stub) -> None:
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(b" " * 2**20) for _ in range(200)) + packer.flush()
    stub.says(200, bomb, content_encoding="gzip")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (await failure(outbound, stub.url, Policy(seconds=10.0))).kind == "unreadable"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
async def test_gzip_is_read(outbound: Outbound, stub: Stub, encoding: str) -> None:
    stub.says(200, gzip.compress(b'["' + b"a" * 100_000 + b'"]'), content_encoding=encoding)
    assert len((await outbound.json("GET", stub.url, ONCE))[0]) == 100_000


@pytest.mark.parametrize(("encoding", "body"), [("gzip", b"not gzip"), ("br", b"\x0b\x02\x80[]\x03"), ("zstd", b"x")])
async def test_what_was_not_asked_for_is_unreadable(outbound: Outbound, stub: Stub, encoding: str, body: bytes) -> None:
    stub.says(200, body, content_encoding=encoding)
    assert (await failure(outbound, stub.url)).kind == "unreadable"


async def test_the_largest_body_still_fits(outbound: Outbound, stub: Stub) -> None:
    stub.says(200, b"[" + b" " * (BODY_MAX - 2) + b"]")
    assert await outbound.json("GET", stub.url, ONCE) == []


async def test_trouble_that_passes_is_asked_again(outbound: Outbound, stub: Stub) -> None:
    stub.answers(lambda _: reply(503, {}) if len(stub.heard) < 3 else reply(200, {"at": "last"}))
    assert await outbound.json("GET", stub.url, QUICK) == {"at": "last"}


async def test_trouble_that_stays_is_asked_as_often_as_said(outbound: Outbound, stub: Stub) -> None:
    stub.says(503, {})
    assert (await failure(outbound, stub.url, QUICK)).kind == "down"
    assert len(stub.heard) == 3


async def test_what_asking_again_cannot_mend_is_asked_once(outbound: Outbound, stub: Stub) -> None:
    stub.says(401, {})
    assert (await failure(outbound, stub.url, QUICK)).kind == "bad_credentials"
    assert len(stub.heard) == 1


async def test_a_long_pause_is_reported_and_not_sat_out(outbound: Outbound, stub: Stub) -> None:
    stub.says(429, {}, retry_after="30")
    before = clock.now()
    error = await failure(outbound, stub.url, QUICK)
    assert error.kind == "rate_limited"
    assert error.until is not None
    assert before <= error.until - timedelta(seconds=30) <= clock.now()
    assert len(stub.heard) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30),
        ("0", 1),
        ("999999999999", 3600),
        ("-5", 60),
        ("soon", 60),
        ("", 60),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        (format_datetime(datetime(2020, 1, 1, 0, 1, 30, tzinfo=UTC), usegmt=True), 90),
    ],
)
async def test_retry_after_is_believed_within_reason(outbound: Outbound, stub: Stub, said: str, seconds: int) -> None:
    stub.says(429, {}, retry_after=said, date=format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True))
    before = clock.now()
    error = await failure(outbound, stub.url)
    assert error.until is not None
    assert before <= error.until - timedelta(seconds=seconds) <= clock.now()


async def test_a_judge_may_see_more_than_the_status(outbound: Outbound, stub: Stub) -> None:
    def judge(answer: Reply) -> OutboundError | None:
        return OutboundError("not_found") if answer.body == {"error": 6} else None

    stub.says(200, {"error": 6})
    assert (await failure(outbound, stub.url, Policy(judge=judge))).kind == "not_found"


@pytest.mark.parametrize("status", [200, 302, 401, 500])
async def test_no_failure_carries_a_key(outbound: Outbound, stub: Stub, status: int) -> None:
    stub.says(status, f"no json, and {SECRET}".encode())
    error = await failure(outbound, f"{stub.url}/{SECRET}", params={"k": SECRET}, headers={"Authorization": SECRET})
    assert SECRET not in repr(error)
    assert error.__context__ is None


@pytest.mark.parametrize("key", ["line\nbreak", "naïve…"])
async def test_a_key_that_fits_no_header_is_a_wrong_key(outbound: Outbound, stub: Stub, key: str) -> None:
    error = await failure(outbound, stub.url, headers={"Authorization": key})
    assert error.kind == "bad_credentials"
    assert error.__context__ is None
    assert stub.heard == []


async def test_being_cancelled_is_not_a_failure(outbound: Outbound, stub: Stub) -> None:
    arrived = asyncio.Event()

    async def hang(heard: Heard, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.sleep(60)

    stub.speak = hang
    call = asyncio.create_task(outbound.json("GET", stub.url, Policy(seconds=30.0)))
    await arrived.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl, which is not here")
async def test_a_certificate_nobody_vouches_for_is_refused(outbound: Outbound, tmp_path: Path) -> None:
    request = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout key -out cert"
    subprocess.run(request.split(), cwd=tmp_path, check=True, capture_output=True, timeout=120)  # noqa: ASYNC221
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    async with listening(ssl=context) as stub:
        assert (await failure(outbound, stub.url)).kind == "certificate"
