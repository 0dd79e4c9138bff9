"""What no client library would send (NW-4, CS-4): over a socket of our own, to the server as people run it."""

import asyncio
import re

import pytest

from tests.fair_loop import costs_less_than, lived

GET = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"
NEXT = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
DRIPS = 100


async def say(served: str, sent: bytes, wait: float = 3.0) -> bytes:
    """All that is answered until the other side hangs up, or says nothing for half a second after it has spoken."""
    host, port = served.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    heard = b""
    try:
        async with asyncio.timeout(wait):
            while chunk := await asyncio.wait_for(reader.read(65536), 0.5 if heard else wait):
                heard += chunk
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return heard


def statuses(heard: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", heard)]


AMBIGUOUS = {
    "length and chunks": POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT,
    "chunks and length": CHUNKED + b"Content-Length: 6\r\n\r\n0\r\n\r\n" + NEXT,
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 60\r\n\r\nx" + NEXT,
    "a length that is none": POST + b"Content-Length: 1x\r\n\r\nx" + NEXT,
    "a negative length": POST + b"Content-Length: -1\r\n\r\n" + NEXT,
    "a length with a sign": POST + b"Content-Length: +1\r\n\r\nx" + NEXT,
    "a chunk that is none": CHUNKED + b"\r\nzz\r\nx\r\n0\r\n\r\n" + NEXT,
    "a chunk of huge size": CHUNKED + b"\r\nffffffffffffffff1\r\nx\r\n0\r\n\r\n" + NEXT,
    "a chunk that ends elsewhere": CHUNKED + b"\r\n1\r\nxyz\r\n0\r\n\r\n" + NEXT,
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + NEXT,
    "chunked, then another coding": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + NEXT,
    "two hosts": b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "a space before the colon": GET + b"X-A : b\r\n\r\n",
    "a folded line": GET + b"X-A: b\r\n c\r\n\r\n",
    "a bare return": GET + b"X-A: b\rX-B: c\r\n\r\n",
    "a NUL": GET + b"X-A: b\x00c\r\n\r\n",
    "no name": GET + b": b\r\n\r\n",
    "no HTTP": b"hello\r\n\r\n",
    "another version": b"GET /livez HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "a space in the address": b"GET /livez x HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


async def test_what_could_be_read_in_two_ways_is_not_read(served: str) -> None:
    heard = dict(zip(AMBIGUOUS, await asyncio.gather(*(say(served, sent) for sent in AMBIGUOUS.values())), strict=True))
    for kind, answer in heard.items():
        assert statuses(answer) == [400], kind  # and nothing to what was smuggled behind
        assert b"evil.example" not in answer
        assert re.search(rb"\r\nconnection: close\r\n", answer, re.IGNORECASE), kind


async def test_a_line_more_in_a_value_is_no_header_of_the_answer(served: str) -> None:
    for path in (b"/login?next=/x%0d%0aX-Evil:%201", b"/x%0d%0aX-Evil:%201", b"/library%0aX-Evil:1"):
        heard = await say(served, asking(path))
        head = heard.partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nx-evil" not in head
        assert b"\nx-evil" not in head


TARGETS = (b"http://evil.example/livez", b"https://localhost/livez", b"//evil.example/livez", b"*", b"livez", b"?a")
METHODS = (b"TRACE", b"CONNECT", b"PROPFIND", b"BREW", b"get", b"GET\x00")
HEADS = {
    "16 KB": b"X-Long: " + b"x" * 16_384,
    "a thousand": b"\r\n".join(b"X-%d: y" % number for number in range(1000)),
    "cookies": b"Cookie: " + b"__Host-session=x; " * 900,
    "bytes": b"User-Agent: \xff\xfe\x80",
    "bidi": b"Accept-Language: \xe2\x80\xae",
    "ranges": b"Range: bytes=0-,0-,0-",
    "expect": b"Expect: 100-continue",
    "etags": b"If-None-Match: " + b'"x",' * 3000,
    "empty": b"Content-Length: 0",
    "upgrade": b"Upgrade: websocket\r\nConnection: Upgrade",
}


def asking(target: bytes, method: bytes = b"GET", more: bytes = b"X-Said: canary") -> bytes:
    return method + b" " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more + b"\r\n\r\n"


async def test_a_target_in_another_form_names_no_host(served: str) -> None:
    for target in TARGETS:
        heard = await say(served, asking(target))
        assert statuses(heard)[0] < 500, target
        assert b"evil.example" not in heard


async def test_a_method_nobody_takes_is_refused_and_echoes_nothing(served: str) -> None:
    for method in METHODS:
        heard = await say(served, asking(b"/login", method))
        assert statuses(heard)[0] in (400, 405), method
        assert b"canary" not in heard


@pytest.mark.parametrize("path", [b"/login", b"/library", b"/api/me"])
async def test_no_head_is_a_fault(served: str, path: bytes) -> None:
    for kind, more in HEADS.items():
        answered = statuses(await say(served, asking(path, more=more)))
        assert answered, kind
        assert answered[-1] < 500, kind


async def test_a_hundred_thousand_fields_are_too_many(served: str) -> None:
    body = b"&".join(b"f%d=1" % number for number in range(100_000))
    query = b"&".join(b"f%d=1" % number for number in range(5_000))
    sent = POST + b"Sec-Fetch-Site: same-origin\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with costs_less_than(5):
        assert statuses(await say(served, sent))[0] in (400, 413)
        heard = await say(served, asking(b"/login?" + query))
    assert statuses(heard)[0] < 500


async def test_who_drips_holds_nobody_up(served: str) -> None:
    """NW-3, a short one: heads that never end, and a page in between."""
    host, port = served.removeprefix("http://").split(":")
    drips = [await asyncio.open_connection(host, int(port)) for _ in range(DRIPS)]
    for _, writer in drips:
        writer.write(b"GET /login HTTP/1.1\r\nHost: local")
    took = []
    for _ in range(10):
        began = lived()
        assert statuses(await say(served, GET + b"Connection: close\r\n\r\n")) == [200]
        took.append(lived() - began)
    assert sorted(took)[-1] < 0.5
    for _, writer in drips:
        writer.close()


@pytest.mark.parametrize("path", [b"/login", b"/api/auth/login"])
async def test_who_leaves_in_the_middle_of_a_form_is_no_fault_of_ours(
    served: str, caplog: pytest.LogCaptureFixture, path: bytes
) -> None:
    """As a browser does that goes on to another page while a script of ours asks something."""
    host, port = served.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = POST.replace(b"/login", path) + b"Sec-Fetch-Site: same-origin\r\nContent-Length: 60\r\n\r\n"
    writer.write(head + b"email=nora")
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.close()
    await asyncio.sleep(0.2)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
