"""What is the same for everyone and takes a while to make, kept as bytes, the longest unused first to go."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable

PAGES_MAX = 200
BYTES_MAX = 16 * 1024 * 1024


class Rendered:
    """By name, each under the tag it was rendered for: one that has another tag by now is not found."""

    def __init__(self, pages_max: int = PAGES_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._pages_max, self._bytes_max, self._bytes = pages_max, bytes_max, 0

    async def find_or_make(self, name: str, tag: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        found = self.find(name, tag)
        if found is None:
            found = await make()
            self.keep(name, tag, found)
        return found

    def find(self, name: str, tag: str) -> bytes | None:
        kept = self._kept.get(name)
        if kept is None or kept[0] != tag:
            return None
        self._kept.move_to_end(name)
        return kept[1]

    def keep(self, name: str, tag: str, page: bytes) -> None:
        self._drop(name)
        self._kept[name] = (tag, page)
        self._bytes += len(page)
        while len(self._kept) > self._pages_max or self._bytes > self._bytes_max:
            self._drop(next(iter(self._kept)))

    def _drop(self, name: str) -> None:
        _, page = self._kept.pop(name, ("", b""))
        self._bytes -= len(page)
