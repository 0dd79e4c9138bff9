"""Bad luck of every kind while four write: what was acknowledged is there, once, and all is well again by itself."""

import asyncio
import os
import random
import signal
import string
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from attack.faults import EMAIL, PASSWORD, Ledger, a_laptop, frozen, judged, postmaster, writing
from attack.instances import Instance
from attack.visitors import Program, Visitor
from tests.fault_proxy import fault_proxy

LONGEST = 8.0  # seconds anybody waits for an answer
RECOVERY = 10.0  # seconds until all is well after what was broken is back
WARM = 2.0

Measured = Callable[[str], None]


@pytest.fixture
async def laptop() -> AsyncIterator[Instance]:
    with tempfile.TemporaryDirectory(prefix="tastebuds-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # for root Postgres runs as another user, who must get in
        async with a_laptop(Path(folder)) as instance:
            yield instance


async def kill_web(instance: Instance) -> float:
    instance.kill()
    await instance.start()
    return time.monotonic()


async def kill_postmaster(instance: Instance) -> float:
    postmaster(instance).kill()
    return time.monotonic()


async def kill_backend(instance: Instance) -> float:
    """Postgres then ends all others, and recovers."""
    backends = [each for each in postmaster(instance).children() if "postgres" in each.name()]
    max(backends, key=lambda each: each.create_time()).kill()
    return time.monotonic()


async def restart(instance: Instance) -> float:
    postmaster(instance).send_signal(signal.SIGINT)
    return time.monotonic()


async def freeze(instance: Instance) -> float:
    async with frozen(instance):
        await asyncio.sleep(15)
    return time.monotonic()


FAULTS: dict[str, tuple[str, Callable[[Instance], Awaitable[float]]]] = {
    "kill -9 of the app": ("A1", kill_web),
    "kill -9 of the postmaster": ("D2", kill_postmaster),
    "kill -9 of a backend": ("D2", kill_backend),
    "fast restart of Postgres": ("D1", restart),
    "Postgres stands still for 15 s": ("D3", freeze),
}


def says(measured: Measured, ledger: Ledger, verdict: object, since: float) -> None:
    told = ", ".join(f"{times} × {what}" for what, times in sorted(ledger.told.items())) or "no error"
    measured(f"{verdict}; well again after {ledger.pause(since):.1f} s; {told}")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=name, marks=pytest.mark.requirement(requirement))
        for name, (requirement, fault) in FAULTS.items()
    ],
)
async def test_nothing_acknowledged_is_lost(
    laptop: Instance, fault: Callable[[Instance], Awaitable[float]], measured: Measured
) -> None:
    async with writing(laptop.address) as ledger:
        await asyncio.sleep(WARM)
        since = await fault(laptop)
        await asyncio.sleep(RECOVERY)
    verdict = await judged(laptop, ledger)
    says(measured, ledger, verdict, since)
    assert ledger.unexpected == {}
    assert (verdict.lost, verdict.twice) == (0, 0)
    assert ledger.pause(since) < RECOVERY


@pytest.mark.requirement("B2")
async def test_answers_that_are_lost_on_the_way_are_no_second_menu(laptop: Instance, measured: Measured) -> None:
    """Every other second the line is cut before the first byte of an answer."""
    port = int(laptop.settings["PORT"])
    async with fault_proxy(port) as line, writing(laptop.address, f"http://127.0.0.1:{line.port}") as ledger:
        for _ in range(5):
            await line.set("ok")
            await asyncio.sleep(1)
            await line.set("cut")
            await asyncio.sleep(1)
        since = time.monotonic()
        await line.set("ok")
    verdict = await judged(laptop, ledger)
    says(measured, ledger, verdict, since)
    assert ledger.unexpected == {}
    assert sum(ledger.told.values()) > 5
    assert (verdict.lost, verdict.twice) == (0, 0)


@pytest.mark.requirement("D3")
async def test_two_hundred_wait_no_longer_than_they_must_for_a_postgres_that_stands_still(
    laptop: Instance, measured: Measured
) -> None:
    visitor = Visitor(laptop.address)
    assert (await visitor.try_password(EMAIL, PASSWORD)).status_code == 303
    times: list[float] = []

    async def ask(path: str) -> int:
        began = time.monotonic()
        status = (await visitor.get(path)).status_code
        times.append(time.monotonic() - began)
        return status

    async with AsyncExitStack() as still:
        await still.enter_async_context(frozen(laptop))
        told = await asyncio.gather(*(ask(path) for path in ("/library", "/menus") * 100))
        others = [await ask(path) for path in ("/livez", "/about")]
        ready = await ask("/readyz")
    began = time.monotonic()
    async with asyncio.timeout(5):
        while {await ask("/library"), await ask("/readyz")} != {200}:
            await asyncio.sleep(0.1)
    slowest = sorted(times[:200])
    measured(f"200 told within {slowest[-1]:.1f} s, 190 of them within {slowest[190]:.1f} s")
    measured(f"well again after {time.monotonic() - began:.1f} s")
    await visitor.close()
    assert set(told) == {503}
    assert (others, ready) == ([200, 200], 503)
    assert slowest[190] < LONGEST
    assert slowest[-1] < 1.5 * LONGEST  # they wait for this machine too


@pytest.mark.requirement("D5")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
async def test_a_disk_that_is_full_is_said_and_writing_goes_on_when_there_is_room(measured: Measured) -> None:
    with tempfile.TemporaryDirectory(prefix="tastebuds-faults-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", folder], check=True)
        try:
            async with a_laptop(Path(folder)) as laptop:
                program = Program(laptop.address)
                told = await program.ask("POST", "/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
                program.headers["authorization"] = f"Bearer {told.json()['access_token']}"
                ballast = Path(folder, "ballast")
                with suppress(OSError), ballast.open("wb", buffering=0) as file:
                    while True:
                        file.write(bytes(1_000_000))
                written, full = 0, None
                for number in range(150):
                    intent = "".join(random.choices(string.ascii_letters, k=2_000))
                    full = await program.ask("POST", "/api/menus", json={"title": f"Menu {number}", "intent": intent})
                    if full.status_code != 201:
                        break
                    written += 1
                assert full is not None
                assert (full.status_code, "The storage is full" in full.text) == (503, True), full.text
                read = await program.get("/api/menus")
                assert read.status_code == 200
                ballast.unlink()
                began = time.monotonic()
                async with asyncio.timeout(RECOVERY):
                    while (await program.ask("POST", "/api/menus", json={"title": "Room"})).status_code != 201:
                        await asyncio.sleep(0.2)
                measured(f"{written} written until it was full; writes again after {time.monotonic() - began:.1f} s")
                await program.close()
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.requirement("A1", "W3")
async def test_a_stop_in_the_middle_answers_what_it_has_taken(laptop: Instance, measured: Measured) -> None:
    async with writing(laptop.address) as ledger:
        await asyncio.sleep(WARM)
        laptop.stop()
        await laptop.start()
        since = time.monotonic()
        await asyncio.sleep(3)
    verdict = await judged(laptop, ledger)
    says(measured, ledger, verdict, since)
    assert ledger.unexpected == {}
    assert (verdict.lost, verdict.twice) == (0, 0)
