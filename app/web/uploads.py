"""Files that are sent: read as they come, never whole into memory, and only once it is known who sends them.

A form with a file (RFC 7578) is read up to the file; its fields, the token among them, stand before it. What is
refused is refused before the file is read. Programs send the file as the body. A handler that takes one has the `opt`
`TAKES_A_FILE` and no limit of the body's size: the limit is `save`'s. One that asks for a `session` takes a small one,
and has the `opt` `takes_a_file`: what is in it tells whether the same was sent before (`once.py`).
"""

import asyncio
import errno
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Any

from litestar import Request
from litestar.exceptions import ClientException, InternalServerException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from app.kit.errors import Invalid, TooBusy
from app.kit.ids import UUID
from app.kit.text import clip, storable
from app.web.deadline import LONGEST, wait_until

TAKES_A_FILE = {"takes_a_file": True}
AT_ONCE = 4
IDLE, LEAST = 10.0, 64 * 1024  # seconds of waiting, and the bytes that must come in them
WHOLE = 600.0  # seconds in which all of it must
FIELDS_MAX, FIELD_MAX, HEAD_MAX = 40, 128 * 1024, 8 * 1024
REST_MAX = 64 * 1024  # bytes of what may stand behind the file
PLAIN_MAX = 512 * 1024  # bytes of a form without one
NAME_MAX = 120
REFUSED_MAX = 64 * 1_000_000  # bytes of a file that is too large which are still taken, and thrown away
PIECE = 64 * 1024
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FULL = "There is no room to take the file. Whoever runs this Tastebuds has to make some; nothing of yours is lost."
YOURS = "You are sending a file already. Try again when that is done."
BUSY = "Others are just sending files. Try again in a minute."
UNREADABLE = "This form cannot be read."
CUT = "Not all of this arrived."

NAMED = re.compile(r'(?:^|;)\s*(name|filename)="((?:[^"\\]|\\.)*)"')

AnyRequest = Request[Any, Any, Any]

log = logging.getLogger(__name__)
_places = asyncio.Semaphore(AT_ONCE)
_sending: set[UUID] = set()  # accounts, each of which has one place


class Upload:
    """`name`: what the file is called where it comes from; "" if none was chosen."""

    def __init__(self, name: str, content: AsyncIterator[bytes]) -> None:
        self.name = clip(storable(name).replace("\\", "/").rpartition("/")[2], NAME_MAX)
        self._content = content
        self._read: bytes | None = None

    async def save(self, file: IO[bytes], at_most: int, whose: UUID) -> int:
        """Its size, written to `file`. Raises `Invalid` for more bytes than `at_most`, `TooBusy`, also without room."""
        async with _place(whose):
            size = 0
            async for piece in self._content:
                size += len(piece)
                if size > at_most:
                    await self.drain()
                    raise Invalid({"file": too_large(at_most)})
                try:
                    await asyncio.to_thread(file.write, piece)
                except OSError as error:
                    raise no_room(error) from error
            return size

    async def read(self, at_most: int) -> bytes:
        """The whole of a small one, as often as it is asked for. Raises `Invalid`."""
        if self._read is None:
            content = bytearray()
            async for piece in self._content:
                content += piece
                if len(content) > at_most:
                    await self.drain()
                    break
            self._read = bytes(content)
        if len(self._read) > at_most:
            raise Invalid({"file": too_large(at_most)})
        return self._read

    async def drain(self) -> None:
        """A browser that is still sending when it is answered may show that the line broke, and not the answer."""
        size = 0
        async for piece in self._content:
            size += len(piece)
            if size > REFUSED_MAX:
                break


@asynccontextmanager
async def _place(whose: UUID) -> AsyncGenerator[None]:
    if whose in _sending:
        raise TooBusy(YOURS)
    if _places.locked():
        raise TooBusy(BUSY)
    _sending.add(whose)
    try:
        async with _places:
            yield
    finally:
        _sending.discard(whose)


def takes_a_file(at_most: int) -> dict[str, Any]:
    return TAKES_A_FILE | {"file_max": at_most}


def too_large(at_most: int) -> str:
    size = f"{at_most // 1_000_000} MB" if at_most >= 1_000_000 else f"{at_most // 1000} kB"
    return f"This file is too large: {size} is the most."


def no_room(error: OSError) -> Exception:
    """What to raise: of a disk that is full nobody here is to blame."""
    if error.errno not in NO_ROOM:
        return error
    log.error("no room for temporary files: %s", error)
    return TooBusy(FULL)


def has_a_file(request: AnyRequest) -> bool:
    """Whether this is a form with a file, sent where one is taken."""
    return _takes_one(request) and request.content_type[0] == "multipart/form-data"


def refuse_unbounded(request: AnyRequest) -> None:
    """Where a file is taken, a form without one is short, and says so before it is read (411, 413)."""
    if not _takes_one(request):
        return
    said = request.headers.get("content-length", "")
    if not (said.isascii() and said.isdigit()):
        raise ClientException("Say how long this form is.", status_code=411)
    if int(said) > PLAIN_MAX:
        raise RequestEntityTooLarge


def upload_of(request: AnyRequest) -> Upload | None:
    """Once its form was read (`web/forms.read_form`); None where a form without a file was sent."""
    upload: Upload | None = request.scope.get("upload")  # type: ignore[assignment]
    return upload


def body_as_file(request: AnyRequest, name: str) -> Upload:
    return Upload(name, _Stream(request))


async def read_fields(request: AnyRequest) -> dict[str, str]:
    """Those before the file, and under the file's own what it is called. Raises `ClientException` (400)."""
    boundary = request.content_type[1].get("boundary", "")
    if not 1 <= len(boundary) <= 70 or not boundary.isascii():
        raise ClientException(UNREADABLE, status_code=400)
    parts = _Parts(_Stream(request), b"\r\n--" + boundary.encode())
    fields: dict[str, str] = {}
    await parts.until(parts.delimiter, FIELD_MAX)  # what stands before the first
    while (head := await parts.head()) is not None:
        names = dict(NAMED.findall(head))
        name = names.get("name", "")
        if name in fields or len(fields) >= FIELDS_MAX:
            raise ClientException("A field of this form is there twice.", status_code=400)
        if "filename" in names:
            fields[name] = names["filename"].replace("%22", '"')
            request.scope["upload"] = Upload(fields[name], parts.file())  # type: ignore[typeddict-unknown-key]
            break
        fields[name] = _text(await parts.until(parts.delimiter, FIELD_MAX))
    return fields


class _Stream:
    """What comes of a body, piece by piece: in time, and known to have been cut."""

    def __init__(self, request: AnyRequest) -> None:
        self._request, self._pieces = request, request.stream()
        self._until = asyncio.get_running_loop().time() + WHOLE
        self._patience, self._due = IDLE, LEAST

    def __aiter__(self) -> "_Stream":
        return self

    async def __anext__(self) -> bytes:
        now = asyncio.get_running_loop().time()
        wait_until(self._request.scope, min(now + self._patience, self._until))
        try:
            piece = await anext(self._pieces)
        except InternalServerException:
            raise ClientException(CUT, status_code=400) from None
        finally:
            wait_until(self._request.scope, asyncio.get_running_loop().time() + LONGEST)
        self._patience -= asyncio.get_running_loop().time() - now
        self._due -= len(piece)
        if self._due <= 0:
            self._patience, self._due = IDLE, LEAST
        return piece


class _Parts:
    def __init__(self, stream: _Stream, delimiter: bytes) -> None:
        self._stream, self.delimiter = stream, delimiter
        self._held = bytearray(b"\r\n")

    async def head(self) -> str | None:
        """Of the next part what it says of itself; None after the last. We stand behind a delimiter."""
        while len(self._held) < 2:
            await self._more()
        if self._held.startswith(b"--"):
            return None
        head = _text(await self.until(b"\r\n\r\n", HEAD_MAX))
        for line in head.split("\r\n"):
            name, _, value = line.partition(":")
            if name.strip().lower() == "content-disposition":
                return value
        raise ClientException(UNREADABLE, status_code=400)

    async def until(self, mark: bytes, at_most: int) -> bytes:
        """What stands before the mark, which is left behind."""
        searched = 0
        while (at := self._held.find(mark, searched)) < 0:
            searched = max(0, len(self._held) - len(mark))
            if len(self._held) > at_most + len(mark):
                raise RequestEntityTooLarge
            await self._more()
        if at > at_most:
            raise RequestEntityTooLarge
        found = bytes(self._held[:at])
        del self._held[: at + len(mark)]
        return found

    async def file(self) -> AsyncIterator[bytes]:
        while (at := self._held.find(self.delimiter)) < 0:
            if (sure := len(self._held) - len(self.delimiter)) > 0:
                yield bytes(self._held[:sure])
                del self._held[:sure]
            await self._more()
        yield bytes(self._held[:at])
        rest = len(self._held) - at
        self._held.clear()
        async for piece in self._stream:
            rest += len(piece)
            if rest > REST_MAX:
                raise RequestEntityTooLarge

    async def _more(self) -> None:
        async for piece in self._stream:
            if piece:
                self._held += piece
                return
        raise ClientException(CUT, status_code=400)


def _takes_one(request: AnyRequest) -> bool:
    return bool(request.route_handler.opt.get("takes_a_file")) if "route_handler" in request.scope else False


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ClientException(UNREADABLE, status_code=400) from None
