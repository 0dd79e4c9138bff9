"""What was acknowledged survives kill -9 (A1, D2) of the app and of its Postgres. The long version is in `attack/`."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from attack.faults import Ledger, a_laptop, judged, postmaster, writing
from tests.fair_loop import lived

WELL_AGAIN = 12.0  # seconds without an acknowledgement, at most, besides those that a start takes
MANY = 12


async def goes_on(ledger: Ledger) -> None:
    """Until many more are acknowledged."""
    wanted = len(ledger.acknowledged) + MANY
    async with asyncio.timeout(60):
        while len(ledger.acknowledged) < wanted:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_what_was_acknowledged_survives_the_end_of_the_app_and_of_postgres() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # noqa: ASYNC240 - at once; for root Postgres runs as another user, who must get in
        async with a_laptop(Path(folder)) as laptop:
            async with writing(laptop.address) as ledger:
                await goes_on(ledger)
                began = lived()
                postmaster(laptop).kill()
                await asyncio.sleep(4)
                laptop.kill()
                killed = lived()
                await laptop.start()
                starting = lived() - killed
                await goes_on(ledger)
            verdict = await judged(laptop, ledger)
    assert ledger.unexpected == {}
    assert (verdict.lost, verdict.twice) == (0, 0)
    assert verdict.acknowledged >= 2 * MANY
    assert ledger.pause(began) < WELL_AGAIN + starting
