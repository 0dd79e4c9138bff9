"""The switchboard: which source is broken in which way, for how many calls, and how often each was called."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from sandbox import traps
from sandbox.web import Answer, Json, Request, Wire, as_text, moved

__all__ = ["Fault", "Source", "Switchboard", "play"]

Mode = Literal[
    "ok",
    "delay",
    "hang",
    "401",
    "404",
    "429",
    "500",
    "503",
    "malformed",
    "huge",
    "drop",
    "html",
    "empty",
    "wrong",
    "loop",
    "svg",
    "bomb",
    "inward",
]
MODES: tuple[Mode, ...] = get_args(Mode)
HUGE = 30 * 1024 * 1024

HTML = "<!doctype html><title>Welcome</title><h1>Please sign in to use this network</h1>"
SAME_FOR_ALL: dict[Mode, Answer] = {
    "html": as_text(HTML, content_type="text/html; charset=utf-8"),
    "empty": Answer(200, b""),
    "wrong": Answer(200, b'"Dune"'),
    "404": as_text("Not Found", 404),
    "svg": as_text(traps.SVG, content_type="image/svg+xml"),
}


@dataclass(frozen=True)
class Source:
    name: str
    prefix: str
    answer: Callable[[Request], Answer]
    trouble: Callable[[int], Answer]  # what it says with 401, 429, 500 and 503


class Fault(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    source: str  # a name or "all"
    mode: Mode = msgspec.field(default="ok")
    ms: int = 0  # waits so long first, whatever the mode
    retry_after: int | None = None  # seconds, sent with 429 and 503
    to: str = traps.METADATA  # where inward leads
    times: int | None = None  # calls until it ends by itself; None is for ever


class Switchboard:
    def __init__(self, sources: Iterable[str]) -> None:
        self.sources = tuple(sources)
        self.calls: Counter[str] = Counter()
        self._faults: dict[str, Fault] = {}
        self._left: dict[str, int] = {}

    def set(self, fault: Fault) -> None:
        """Raises `ValueError` for a source there is none of."""
        if fault.source not in (*self.sources, "all"):
            raise ValueError(f"source is one of {', '.join(self.sources)} or all")
        for name in self.sources if fault.source == "all" else (fault.source,):
            self._faults.pop(name, None)
            if fault.mode != "ok":
                self._faults[name] = msgspec.structs.replace(fault, source=name)
                self._left[name] = -1 if fault.times is None else fault.times

    def reset(self) -> None:
        self._faults.clear()

    def take(self, source: str) -> Fault | None:
        """The fault for this call, which counts as one of its times."""
        self.calls[source] += 1
        fault = self._faults.get(source)
        if fault is None or self._left[source] == 0:
            self._faults.pop(source, None)
            return None
        self._left[source] -= 1
        return fault

    def faults(self) -> Json:
        live = [fault for name, fault in self._faults.items() if self._left[name] != 0]
        return [msgspec.to_builtins(fault) | self._remaining(fault) for fault in live]

    def counts(self) -> dict[str, int]:
        return {name: self.calls[name] for name in self.sources}

    def _remaining(self, fault: Fault) -> dict[str, int]:
        return {} if fault.times is None else {"times": self._left[fault.source]}


async def play(fault: Fault | None, source: Source, request: Request, wire: Wire) -> None:
    """Answer as the source does, or as the fault says."""
    if fault is None:
        await wire.say(source.answer(request))
        return
    await asyncio.sleep(fault.ms / 1000)
    match fault.mode:
        case "hang":
            await wire.hang()
        case "drop":
            await wire.drop()
        case "huge":
            await wire.pour(HUGE, source.answer(request).content_type)
        case _:
            await wire.say(_wrong(fault, source, request))


def _wrong(fault: Fault, source: Source, request: Request) -> Answer:
    match fault.mode:
        case mode if mode in SAME_FOR_ALL:
            return SAME_FOR_ALL[mode]
        case "loop":
            return moved(request.prefix + request.path)
        case "bomb":
            return Answer(200, traps.bomb(), "image/png")
        case "inward":
            return moved(fault.to)
        case "malformed":
            return _torn(source.answer(request))
        case "401" | "429" | "500" | "503":
            return _in_trouble(source.trouble(int(fault.mode)), fault)
        case _:
            return source.answer(request)


def _torn(answer: Answer) -> Answer:
    return Answer(200, answer.body[: len(answer.body) // 2] or b"{", answer.content_type)


def _in_trouble(answer: Answer, fault: Fault) -> Answer:
    if fault.retry_after is None or answer.status not in (429, 503):
        return answer
    return answer.having(retry_after=str(fault.retry_after))
