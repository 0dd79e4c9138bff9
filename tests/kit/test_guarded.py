"""What people or sources have a hand in is fetched from the public internet only, within bounds (SS-1 to SS-3)."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

import httpcore
import pytest

from app.kit.fetch_error import FetchError, Kind
from app.kit.guarded import Guarded, Limits
from tests.fair_loop import lived
from tests.kit.inward import INWARD
from tests.kit.vouching import certificate_for
from tests.sources.stub import Heard, Stub, listening, reply

PICTURES = ("image/png",)
QUICK = Limits(seconds=1.0, connecting=0.5, bytes=64 * 1024)
PICTURE = b"\x89PNG, or so it says"

# ways to write 127.0.0.1 and its like that a resolver understands, and is_public never sees
WRITTEN = ("2130706433", "0x7f000001", "127.1", "localhost", "localhost.", "127。0。0。1", "①②⑦.0.0.1")


class Names:
    """A resolver: what each name leads to, one answer after the other, the last for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): list(given) for name, given in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Collection[str]:
        self.asked.append(host)
        given = self.answers.get(host)
        if given is None:
            raise OSError("no such name")
        return given.pop(0) if len(given) > 1 else given[0]


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with listening() as stub:
        stub.says(200, PICTURE, content_type="image/png")
        yield stub


@pytest.fixture
async def canary() -> AsyncIterator[Stub]:
    """Must never hear anything."""
    async with listening() as stub:
        stub.says(200, PICTURE, content_type="image/png")
        yield stub
        assert stub.heard == []


def guard(contact: str = "", **options: Any) -> Guarded:
    """Without the bundle of authorities, which takes longer to read than a test to run."""
    return Guarded(contact, **{"certificates": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)} | options)


def port_of(stub: Stub) -> int:
    return int(stub.url.rpartition(":")[2])


async def failure(guarded: Guarded, url: str, *hosts: str) -> Kind:
    try:
        with pytest.raises(FetchError) as error:
            await guarded.fetch(url, hosts=hosts or ("127.0.0.1",), types=PICTURES)
        return error.value.kind
    finally:
        await guarded.close()


async def test_a_configured_origin_is_fetched_wherever_it_is(stub: Stub) -> None:
    guarded = guard("https://example.org", trusted=[stub.url])
    fetched = await guarded.fetch(f"{stub.url}/a b?c=d", hosts=("127.0.0.1",), types=PICTURES)
    assert (fetched.content, fetched.media_type) == (PICTURE, "image/png")
    (heard,) = stub.heard
    assert heard.target == "/a%20b?c=d"
    assert "https://example.org" in heard.headers["user-agent"]
    assert heard.headers["accept"] == "image/png"
    assert not {"cookie", "authorization", "referer"} & heard.headers.keys()
    await guarded.close()


async def test_no_cookie_comes_back_to_who_set_it(stub: Stub) -> None:
    stub.says(200, PICTURE, content_type="image/png", set_cookie="a=b")
    guarded = guard(trusted=[stub.url])
    for _ in range(2):
        await guarded.fetch(stub.url, hosts=("127.0.0.1",), types=PICTURES)
    assert "cookie" not in stub.heard[1].headers
    await guarded.close()


async def test_a_proxy_of_the_environment_is_not_used(
    stub: Stub, canary: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, canary.url)
    guarded = guard(trusted=[stub.url])
    await guarded.fetch(stub.url, hosts=("127.0.0.1",), types=PICTURES)
    await guarded.close()


async def test_another_port_of_a_configured_origin_is_not_one(stub: Stub, canary: Stub) -> None:
    assert await failure(guard(trusted=[stub.url]), canary.url) == "refused"


async def test_another_scheme_of_a_configured_origin_is_not_one(stub: Stub) -> None:
    assert await failure(guard(trusted=[stub.url]), stub.url.replace("http:", "https:")) == "refused"


@pytest.mark.parametrize("address", INWARD)
async def test_no_address_leads_inward(address: str) -> None:
    host = address.partition("%")[0]
    literal = f"[{host}]" if ":" in host else host
    for scheme in ("http", "https"):
        assert await failure(guard(limits=QUICK), f"{scheme}://{literal}/latest", host) == "refused"


@pytest.mark.parametrize("address", INWARD)
async def test_no_name_leads_inward(address: str) -> None:
    names = Names(covers_test=[[address]])
    assert await failure(guard(resolve=names), "http://covers.test/", "covers.test") == "refused"


@pytest.mark.parametrize("address", INWARD)
async def test_one_inward_address_among_public_ones_is_enough_to_refuse(address: str) -> None:
    for answer in (["93.184.216.34", address], [address, "93.184.216.34"]):
        names = Names(covers_test=[answer])
        assert await failure(guard(resolve=names), "http://covers.test/", "covers.test") == "refused"


@pytest.mark.parametrize("written", WRITTEN)
async def test_no_spelling_of_loopback_is_fetched(written: str, canary: Stub) -> None:
    """Not even where the caller names it, with the system's own resolver."""
    guarded = guard(limits=QUICK)
    assert await failure(guarded, f"http://{written}/", written, "127.0.0.1") in ("refused", "unresolved")
    assert await failure(guard(), f"http://{written}:{port_of(canary)}/", written, "127.0.0.1") == "refused"


@pytest.mark.parametrize("address", [*INWARD[:6], "[::1]", "[::ffff:127.0.0.1]", "[fd00:ec2::254]", *WRITTEN])
async def test_no_redirect_leads_inward(stub: Stub, address: str) -> None:
    stub.says(302, b"", location=f"http://{address}/")
    hosts = ("127.0.0.1", address.strip("[]"))
    guarded = guard(trusted=[stub.url], limits=QUICK)
    assert await failure(guarded, stub.url, *hosts) in ("refused", "unresolved")
    assert len(stub.heard) == 1


async def test_a_redirect_to_our_own_doors_is_refused(stub: Stub, canary: Stub) -> None:
    stub.says(307, b"", location=canary.url)
    assert await failure(guard(trusted=[stub.url]), stub.url) == "refused"


class Wire(httpcore.AsyncMockBackend):
    """Connects to nothing, and tells where it would have."""

    def __init__(self) -> None:
        super().__init__([reply(200, PICTURE, content_type="image/png")])
        self.called: list[str] = []

    async def connect_tcp(self, host: str, *arguments: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        self.called.append(host)
        return await super().connect_tcp(host, *arguments, **more)


async def test_a_name_that_changes_its_mind_is_not_asked_twice() -> None:
    """Rebinding: public while it is judged, loopback a moment later."""
    names, wire = Names(covers_test=[["93.184.216.34"], ["127.0.0.1"]]), Wire()
    guarded = guard(resolve=names, network=wire)
    fetched = await guarded.fetch("http://covers.test/", hosts=("covers.test",), types=PICTURES)
    assert fetched.content == PICTURE
    assert (names.asked, wire.called) == (["covers.test"], ["93.184.216.34"])
    assert await failure(guarded, "http://covers.test/", "covers.test") == "refused"
    assert wire.called == ["93.184.216.34"]


async def test_a_public_address_is_gone_to_as_it_is() -> None:
    wire = Wire()
    guarded = guard(resolve=Names(**{"2600::1": [["2600::1"]]}), network=wire)
    assert (await guarded.fetch("http://[2600::1]/", hosts=("2600::1",), types=PICTURES)).content == PICTURE
    assert wire.called == ["2600::1"]
    await guarded.close()


async def test_each_connection_looks_a_name_up_once_and_goes_where_that_led(stub: Stub, canary: Stub) -> None:
    port = port_of(stub)
    names = Names(covers_test=[["127.0.0.1"], ["10.0.0.1"]])
    guarded = guard(trusted=[f"http://covers.test:{port}"], resolve=names, limits=QUICK)
    await guarded.fetch(f"http://covers.test:{port}/", hosts=("covers.test",), types=PICTURES)
    assert names.asked == ["covers.test"]
    assert stub.heard[0].headers["host"] == f"covers.test:{port}"
    await guarded.close()


async def test_a_dead_address_is_passed_over(stub: Stub) -> None:
    port = port_of(stub)
    names = Names(covers_test=[["::1", "127.0.0.1"]])
    guarded = guard(trusted=[f"http://covers.test:{port}"], resolve=names)
    assert (await guarded.fetch(f"http://covers.test:{port}/", hosts=("covers.test",), types=PICTURES)).content
    await guarded.close()


async def test_tls_is_for_the_name_and_goes_to_the_address(tmp_path: Path) -> None:
    server, client = certificate_for("covers.test", tmp_path)
    asked: list[str | None] = []
    server.sni_callback = lambda _, name, __: asked.append(name)
    async with listening(ssl=server) as stub:
        stub.says(200, PICTURE, content_type="image/png")
        port = port_of(stub)
        names = Names(covers_test=[["127.0.0.1"]], other_test=[["127.0.0.1"]])
        trusted = [f"https://{name}:{port}" for name in ("covers.test", "other.test")]
        guarded = guard(trusted=trusted, resolve=names, certificates=client)
        assert (await guarded.fetch(f"{trusted[0]}/", hosts=("covers.test",), types=PICTURES)).content == PICTURE
        assert asked == ["covers.test"]
        assert await failure(guarded, f"{trusted[1]}/", "other.test") == "down"
        assert len(stub.heard) == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://covers.test/",
        "gopher://covers.test/",
        "data:image/png;base64,",
        "//covers.test/",
        "covers.test",
        "",
        "http://",
        "http:///x",
        "http://a:b@covers.test/",
        "http://a@covers.test/",
        "http://covers.test:22/",
        "http://covers.test:5432/",
        "http://covers.test:99999/",
        "http://covers.test:x/",
        "http://covers.test.evil.test/",
        "http://evilcovers.test/",
        "http://covers.test./",
        "http://covers.test\\@evil.test/",
        "http://evil.test/covers.test",
        "http://evil.test#covers.test",
        "http://covers.test%2eevil.test/",
        "http://archive.test/",
        "http://" + "a" * 70_000,
    ],
)
async def test_what_is_not_named_is_not_asked_for(url: str) -> None:
    names = Names()
    guarded = guard(resolve=names)
    assert await failure(guarded, url, "covers.test", "*.archive.test") == "refused"
    assert names.asked == []


async def test_hosts_below_a_name_can_be_meant() -> None:
    names = Names()
    assert await failure(guard(resolve=names), "https://ia9.us.archive.test/", "*.archive.test") == "unresolved"
    assert names.asked == ["ia9.us.archive.test"]


async def test_a_name_that_leads_nowhere_is_not_called_refused() -> None:
    assert await failure(guard(resolve=Names()), "http://covers.test/", "covers.test") == "unresolved"
    assert await failure(guard(resolve=Names(covers_test=[[]])), "http://covers.test/", "covers.test") == "unresolved"


async def test_three_redirects_are_followed_and_a_fourth_is_not(stub: Stub) -> None:
    def answer(heard: Heard) -> bytes:
        left = int(heard.path.strip("/"))
        if left:
            return reply(302, b"", location=f"/{left - 1}")
        return reply(200, PICTURE, content_type="image/png")

    stub.answers(answer)
    guarded = guard(trusted=[stub.url])
    assert (await guarded.fetch(f"{stub.url}/3", hosts=("127.0.0.1",), types=PICTURES)).content == PICTURE
    assert await failure(guarded, f"{stub.url}/4") == "refused"


@pytest.mark.parametrize("location", ["", "http://[", "http://evil.test/", "file:///etc/passwd", "javascript:alert(1)"])
async def test_a_redirect_to_nowhere_good_is_refused(stub: Stub, location: str) -> None:
    stub.says(302, b"", **({"location": location} if location else {}))
    assert await failure(guard(trusted=[stub.url], limits=QUICK), stub.url) == "refused"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, "not_found"), (410, "not_found"), (401, "down"), (403, "down"), (429, "down"), (500, "down"), (206, "down")],
)
async def test_what_a_status_says(stub: Stub, status: int, kind: Kind) -> None:
    stub.says(status, b"", content_type="image/png")
    assert await failure(guard(trusted=[stub.url]), stub.url) == kind


@pytest.mark.parametrize("said", ["text/html", "image/svg+xml", "", "image/png2", "application/octet-stream"])
async def test_only_the_types_asked_for_are_taken(stub: Stub, said: str) -> None:
    stub.says(200, PICTURE, content_type=said)
    assert await failure(guard(trusted=[stub.url]), stub.url) == "wrong_type"


async def test_a_type_may_be_said_with_more(stub: Stub) -> None:
    stub.says(200, PICTURE, content_type="IMAGE/PNG; q=1")
    guarded = guard(trusted=[stub.url])
    assert (await guarded.fetch(stub.url, hosts=("127.0.0.1",), types=PICTURES)).media_type == "image/png"
    await guarded.close()


async def test_nothing_is_inflated(stub: Stub) -> None:
    """A bomb costs nothing: we asked for it plain."""
    stub.says(200, gzip.compress(b"\0" * 10_000_000), content_type="image/png", content_encoding="gzip")
    assert await failure(guard(trusted=[stub.url]), stub.url) == "wrong_type"
    assert stub.heard[0].headers["accept-encoding"] == "identity"


async def test_an_announced_length_beyond_the_bound_is_not_read(stub: Stub) -> None:
    async def speak(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 99999999999\r\n\r\n")
        await asyncio.sleep(5)

    stub.speak = speak
    assert await failure(guard(trusted=[stub.url]), stub.url) == "too_large"


async def test_a_body_without_length_is_read_up_to_the_bound(stub: Stub) -> None:
    sent = 0

    async def speak(_: Heard, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\nconnection: close\r\n\r\n")
        while sent < 30_000_000:
            writer.write(b"x" * 65_536)
            sent += 65_536
            await writer.drain()

    stub.speak = speak
    assert await failure(guard(trusted=[stub.url], limits=QUICK), stub.url) == "too_large"
    assert sent < 20_000_000


@pytest.mark.parametrize("length", [3, 5000])
async def test_a_length_that_lies_takes_nobody_in(stub: Stub, length: int) -> None:
    stub.says(200, PICTURE, content_type="image/png", content_length=str(length))
    guarded = guard(trusted=[stub.url], limits=QUICK)
    if length > len(PICTURE):
        assert await failure(guarded, stub.url) == "down"
    else:
        assert (await guarded.fetch(stub.url, hosts=("127.0.0.1",), types=PICTURES)).content == PICTURE[:length]
        await guarded.close()


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\nconnection: close\r\n\r\n"])
async def test_a_drip_is_too_slow(stub: Stub, head: bytes) -> None:
    async def speak(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _moment in range(100):
            writer.write(b"x" if head else b"H")
            await writer.drain()
            await asyncio.sleep(0.05)

    stub.speak = speak
    started = lived()
    assert await failure(guard(trusted=[stub.url], limits=QUICK), stub.url) in ("too_slow", "down")
    assert lived() - started < 4


async def test_a_resolver_that_hangs_is_too_slow() -> None:
    async def never(host: str, port: int) -> Collection[str]:
        await asyncio.sleep(60)
        return []

    assert await failure(guard(resolve=never, limits=QUICK), "http://covers.test/", "covers.test") == "too_slow"


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/1.1 200 OK\r\nbroken"])
async def test_what_speaks_no_http_is_down(stub: Stub, said: bytes) -> None:
    async def speak(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(said)

    stub.speak = speak
    assert await failure(guard(trusted=[stub.url], limits=QUICK), stub.url) == "down"


async def test_nobody_there_is_down() -> None:
    async with listening() as gone:
        pass
    assert await failure(guard(trusted=[gone.url], limits=QUICK), gone.url) == "down"


async def test_a_host_is_asked_so_many_at_once_and_no_more(stub: Stub) -> None:
    now = most = 0

    async def speak(_: Heard, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        writer.write(reply(200, PICTURE, content_type="image/png"))

    stub.speak = speak
    guarded = guard(trusted=[stub.url], limits=Limits(at_once=3))
    await asyncio.gather(*(guarded.fetch(stub.url, hosts=("127.0.0.1",), types=PICTURES) for _ in range(12)))
    assert most == 3
    await guarded.close()


async def test_who_waits_for_a_turn_still_has_the_whole_time(stub: Stub) -> None:
    async def speak(_: Heard, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(reply(200, PICTURE, content_type="image/png"))

    stub.speak = speak
    guarded = guard(trusted=[stub.url], limits=Limits(seconds=1.1, at_once=1))
    done = await asyncio.gather(*(guarded.fetch(stub.url, hosts=("127.0.0.1",), types=PICTURES) for _ in range(4)))
    assert len(done) == 4
    await guarded.close()
