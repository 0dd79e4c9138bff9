"""A cover is fetched once, for everybody; what cannot be had, or not yet, is nothing and never an error."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from app.kit.guarded import Guarded, Limits
from app.kit.settings import Settings, read_settings
from app.sources.covering import WAITING_MAX, Covers
from app.sources.covers import Asked, asked_for, cover_place, origins_given
from sandbox.traps import SVG, bomb
from tests.fair_loop import costs_less_than, lived
from tests.sources.painting import painted, read
from tests.sources.stub import Heard, Stub, listening, reply

PICTURE = painted(200, 300)

Make = Callable[..., Covers]


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with listening() as stub:
        stub.says(200, PICTURE, content_type="image/jpeg")
        yield stub


@pytest.fixture
def settings(stub: Stub, tmp_path: Path) -> Settings:
    return read_settings(
        _env_file=None, tastebuds_data=tmp_path, tmdb_covers_url=stub.url, google_books_covers_url=stub.url
    )


@pytest.fixture
async def make(settings: Settings) -> AsyncIterator[Make]:
    made: list[Covers] = []

    def making(settings: Settings = settings, seconds: float = 5.0, **more: Any) -> Covers:
        guarded = Guarded(trusted=origins_given(settings), limits=Limits(seconds=seconds, connecting=3.0))
        made.append(Covers(settings, guarded, **more))
        return made[-1]

    yield making
    for covers in made:
        await covers.close()


def asking(settings: Settings, key: str = "a.jpg", width: int = 160, provider: str = "tmdb") -> Asked:
    place = cover_place(settings, provider, key, "movie") or ""
    asked = asked_for(settings, unquote(f"{place}{width}.webp".removeprefix("/covers/")))
    assert asked
    return asked


def slowly(seconds: float) -> Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]:
    async def speak(_: Heard, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        writer.write(reply(200, PICTURE, content_type="image/jpeg"))

    return speak


async def becomes(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not so():  # noqa: ASYNC110 - what is waited for is on a disk or at another server
            await asyncio.sleep(0.02)


async def test_a_cover_is_fetched_once_for_all_widths_and_for_ever(make: Make, settings: Settings, stub: Stub) -> None:
    covers = make()
    for width in (160, 320, 640, 160):
        had = await covers.picture(asking(settings, width=width))
        assert had
        assert had.is_lasting
        assert read(had.content).size == (width, width * 3 // 2)
    assert await make().picture(asking(settings))  # of another process
    assert [heard.target for heard in stub.heard] == ["/t/p/w780/a.jpg"]


async def test_fifty_who_want_the_same_new_cover_cause_one_request(make: Make, settings: Settings, stub: Stub) -> None:
    covers = make()
    stub.speak = slowly(0.1)
    widths = (160, 320, 640)
    had = await asyncio.gather(*(covers.picture(asking(settings, width=widths[n % 3])) for n in range(50)))
    assert all(had)
    assert len(stub.heard) == 1


async def test_who_leaves_takes_nobody_s_picture_along(make: Make, settings: Settings, stub: Stub) -> None:
    covers = make()
    stub.speak = slowly(0.2)
    first = asyncio.create_task(covers.picture(asking(settings)))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(covers.picture(asking(settings)))
    await asyncio.sleep(0.05)
    first.cancel()
    assert await second
    assert len(stub.heard) == 1


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"", {}),
        (500, b"", {}),
        (429, b"", {}),
        (200, b"<title>Sign in</title>", {"content_type": "text/html"}),
        (200, SVG.encode(), {"content_type": "image/svg+xml"}),
        (200, SVG.encode(), {"content_type": "image/png"}),
        (200, b"<script>alert(1)</script>", {"content_type": "image/jpeg"}),
        (200, b"", {"content_type": "image/jpeg"}),
        (200, PICTURE[:300], {"content_type": "image/jpeg"}),
        (200, painted(1, 1, kind="GIF"), {"content_type": "image/gif"}),
        (200, b"x" * 6_000_000, {"content_type": "image/jpeg"}),
        (200, PICTURE, {"content_type": "image/jpeg", "content_encoding": "br"}),
        (302, b"", {"location": "http://169.254.169.254/latest/meta-data/"}),
        (302, b"", {"location": "http://127.0.0.1:1/"}),
        (302, b"", {"location": "/again"}),
    ],
)
async def test_what_cannot_be_had_is_nothing_and_not_asked_for_at_once_again(
    make: Make, settings: Settings, stub: Stub, status: int, body: bytes, said: dict[str, str]
) -> None:
    covers = make()
    stub.says(status, body, **said)
    assert await covers.picture(asking(settings)) is None
    heard = len(stub.heard)
    assert heard == (4 if said.get("location") == "/again" else 1)
    for _ in range(3):
        assert await covers.picture(asking(settings)) is None
    assert len(stub.heard) == heard
    assert not list(settings.tastebuds_data.rglob("*.webp"))
    stub.says(200, PICTURE, content_type="image/jpeg")
    assert await covers.picture(asking(settings, "another.jpg"))


async def test_a_bomb_costs_nothing(make: Make, settings: Settings, stub: Stub) -> None:
    stub.says(200, bomb(), content_type="image/png")
    with costs_less_than(3.0):
        assert await make().picture(asking(settings)) is None


async def test_a_provider_that_is_gone_is_nothing(make: Make, tmp_path: Path) -> None:
    async with listening() as gone:
        pass
    settings = read_settings(_env_file=None, tastebuds_data=tmp_path, tmdb_covers_url=gone.url)
    assert await make(settings).picture(asking(settings)) is None


async def test_nobody_waits_long_and_what_was_late_is_there_the_next_time(
    make: Make, settings: Settings, stub: Stub
) -> None:
    covers, speak, until = make(patience=0.1), slowly(0), asyncio.Event()

    async def late(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await until.wait()
        await speak(heard, writer)

    stub.speak = late
    assert await covers.picture(asking(settings)) is None
    until.set()
    await becomes(lambda: bool(list(settings.tastebuds_data.rglob("*-160.webp"))))
    assert await covers.picture(asking(settings))
    assert len(stub.heard) == 1


async def test_a_provider_that_hangs_keeps_one_request_waiting_and_then_none(
    make: Make, settings: Settings, stub: Stub
) -> None:
    covers = make(patience=0.2)
    stub.speak = slowly(60)
    assert await covers.picture(asking(settings, "0.jpg")) is None
    started = lived()
    for number in range(1, 30):
        assert await covers.picture(asking(settings, f"{number}.jpg")) is None
    assert lived() - started < 29 * 0.2 / 2


async def test_so_many_wait_for_one_provider_and_no_more(make: Make, settings: Settings, stub: Stub) -> None:
    covers = make(patience=0.2)
    stub.speak = slowly(60)
    many = [covers.picture(asking(settings, f"{number}.jpg")) for number in range(WAITING_MAX + 20)]
    assert await asyncio.gather(*many) == [None] * (WAITING_MAX + 20)
    await becomes(lambda: len(stub.heard) == 4)
    await asyncio.sleep(0.1)
    assert len(stub.heard) == 4  # at once; the rest wait for their turn


async def test_another_provider_is_not_kept_waiting(make: Make, settings: Settings, tmp_path: Path) -> None:
    async with listening() as hung, listening() as well:
        hung.speak = slowly(60)
        well.says(200, PICTURE, content_type="image/jpeg")
        both = read_settings(
            _env_file=None, tastebuds_data=tmp_path, tmdb_covers_url=hung.url, igdb_covers_url=f"{well.url}/x"
        )
        covers = make(both, patience=3.0)
        stuck = [asyncio.create_task(covers.picture(asking(both, f"{n}.jpg"))) for n in range(WAITING_MAX)]
        await asyncio.sleep(0.05)
        assert await covers.picture(asking(both, "co1", provider="igdb"))
        assert await asyncio.gather(*stuck) == [None] * WAITING_MAX


async def test_what_must_not_be_stored_is_remembered_and_never_on_disk(
    make: Make, settings: Settings, stub: Stub
) -> None:
    covers = make()
    for _ in range(3):
        had = await covers.picture(asking(settings, "B1hSG45JCX4C", provider="google_books"))
        assert had
        assert not had.is_lasting
    assert len(stub.heard) == 1
    assert not list(settings.tastebuds_data.rglob("*.webp"))


async def test_a_grey_png_of_google_is_no_cover(make: Make, settings: Settings, stub: Stub) -> None:
    stub.says(200, painted(128, 192, (200, 200, 200), kind="PNG"), content_type="image/png")
    covers = make()
    assert await covers.picture(asking(settings, "x", provider="google_books")) is None
    assert await covers.picture(asking(settings, "x.png"))


async def test_without_room_on_disk_there_are_still_pictures(make: Make, settings: Settings, stub: Stub) -> None:
    covers = make(settings.model_copy(update={"covers_max_mb": 0}))
    for _ in range(2):
        assert await covers.picture(asking(settings))
    assert len(stub.heard) == 2


async def test_stopping_waits_for_nobody(make: Make, settings: Settings, stub: Stub) -> None:
    covers = make(patience=0.05)
    stub.speak = slowly(60)
    assert await covers.picture(asking(settings)) is None
    started = lived()
    await covers.close()
    assert lived() - started < 3.0
