"""Files are read as they come, whole and within bounds, and the fields before them first."""

import asyncio
import io
import resource
import tempfile
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar import Litestar, Request, Response, post

from app.kit.errors import Invalid, TooBusy
from app.kit.ids import UUID, new_id
from app.web.forms import read_form
from app.web.uploads import PLAIN_MAX, REFUSED_MAX, TAKES_A_FILE, Upload, upload_of

BOUNDARY = "----line"
KIND = f"multipart/form-data; boundary={BOUNDARY}"
AT_MOST = 300_000


@post("/", status_code=200, request_max_body_size=None, opt=TAKES_A_FILE)
async def create(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    form, upload = await read_form(request), upload_of(request)
    if upload is None:
        return Response({"form": form})
    file = io.BytesIO()
    try:
        size = await upload.save(file, AT_MOST, new_id())
    except Invalid as error:
        return Response({"form": form, "said": str(error)}, status_code=422)
    assert size == len(file.getvalue())
    return Response({"form": form, "name": upload.name, "file": file.getvalue().hex()})


@post("/none", status_code=200)
async def none(request: Request[Any, Any, Any]) -> dict[str, str]:
    return await read_form(request)


APP = Litestar([create, none], openapi_config=None)


def form(content: bytes, *, before: str = "a token", name: str = "export.zip", after: bytes = b"") -> bytes:
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n{before}\r\n'
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: a/b\r\n\r\n'
    )
    return field.encode() + head.encode() + content + f"\r\n--{BOUNDARY}".encode() + (after or b"--\r\n")


async def sent(
    body: bytes,
    sizes: int = 10_000,
    kind: str = KIND,
    path: str = "/",
    taken: list[int] | None = None,
    length: int | None = None,
) -> httpx.Response:
    """`taken`: how far it was asked for. `length`: as is said before."""

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(body), sizes):
            yield body[at : at + sizes]
            if taken is not None:
                taken.append(at + sizes)

    transport = httpx.ASGITransport(app=APP)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        said = {"content-type": kind} | ({} if length is None else {"content-length": str(length)})
        return await client.post(path, content=pieces(), headers=said)


@given(st.binary(max_size=400) | st.text("\r\n-line", max_size=60).map(str.encode), st.integers(1, 90))
@settings(max_examples=40)
def test_a_file_arrives_as_it_was_however_it_is_cut(content: bytes, sizes: int) -> None:
    if f"\r\n--{BOUNDARY}".encode() in b"\r\n" + content:
        return
    answer = asyncio.run(sent(form(content), sizes)).json()
    assert answer["form"] == {"_csrf_token": "a token", "file": "export.zip"}
    assert (answer["name"], bytes.fromhex(answer["file"])) == ("export.zip", content)


async def test_a_large_one_is_refused_in_words() -> None:
    assert (await sent(form(b"x" * AT_MOST))).status_code == 200
    answer = await sent(form(b"x" * (AT_MOST + 1)))
    assert (answer.status_code, answer.json()["said"]) == (422, "This file is too large: 300 kB is the most.")


async def test_what_is_too_large_is_taken_to_its_end_before_the_answer_but_not_for_ever() -> None:
    taken: list[int] = []
    whole, endless = form(b"x" * 2_000_000), form(b"x" * (REFUSED_MAX + 9_000_000))
    assert (await sent(whole, taken=taken)).status_code == 422
    assert taken[-1] >= len(whole)
    taken.clear()
    assert (await sent(endless, 1_000_000, taken=taken)).status_code == 422
    assert REFUSED_MAX < taken[-1] < len(endless) - 5_000_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no form",
        form(b"x")[:-20],
        form(b"x").replace(b"a token", b"\xff"),
        f"--{BOUNDARY}\r\nnothing: said\r\n\r\n\r\n--{BOUNDARY}--".encode(),
        form(b"x").replace(b'name="file"', b'name="_csrf_token"'),
    ],
)
async def test_what_no_browser_sends_is_refused(body: bytes) -> None:
    assert (await sent(body)).status_code == 400


@pytest.mark.parametrize(
    "body", [form(b"x", before="y" * 140_000), form(b"x", name="n" * 9_000), form(b"x", after=b"\r\n" + b"z" * 70_000)]
)
async def test_what_stands_around_the_file_is_bounded(body: bytes) -> None:
    assert (await sent(body)).status_code == 413


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=" + "b" * 71])
async def test_a_boundary_is_needed(kind: str) -> None:
    assert (await sent(form(b"x"), kind=kind)).status_code == 400


async def test_where_no_file_is_taken_a_form_with_one_is_not_read() -> None:
    assert (await sent(form(b"x"), path="/none")).status_code == 415


async def test_without_a_file_it_is_a_form() -> None:
    plain = "application/x-www-form-urlencoded"
    answer = await sent(b"a=1", kind=plain, length=3)
    assert answer.json() == {"form": {"a": "1"}}
    assert (await sent(b"a=1", kind=plain)).status_code == 411
    assert (await sent(b"a=1", kind=plain, length=PLAIN_MAX + 1)).status_code == 413


@pytest.mark.parametrize(("name", "kept"), [("../../etc/passwd", "passwd"), (r"C:\\x\\y.zip", "y.zip"), ("", "")])
async def test_of_a_name_its_last_part_is_kept(name: str, kept: str) -> None:
    assert (await sent(form(b"x", name=name))).json()["name"] == kept


async def test_a_full_disk_is_a_sentence() -> None:
    async def content() -> AsyncIterator[bytes]:
        yield b"x" * 500

    few, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    with tempfile.TemporaryFile(buffering=0) as file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))
        try:
            file.write(b"y" * 100)
            with pytest.raises(TooBusy, match="There is no room to take the file"):
                await Upload("x", content()).save(file, AT_MOST, new_id())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (few, most))


async def test_one_account_has_one_place() -> None:
    alice, bob, going = new_id(), new_id(), asyncio.Event()

    async def content() -> AsyncIterator[bytes]:
        yield b"x"
        await going.wait()

    async def save(whose: UUID) -> int:
        return await Upload("x", content()).save(io.BytesIO(), AT_MOST, whose)

    first = asyncio.create_task(save(alice))
    await asyncio.sleep(0)
    with pytest.raises(TooBusy, match="already"):
        await save(alice)
    other = asyncio.create_task(save(bob))
    going.set()
    assert await first + await other + await save(alice) == 3
