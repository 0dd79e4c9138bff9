"""What was acknowledged survives kill -9 (A1, D2) of the app and of its Postgres. The long version is in `attack/`."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from attack.faults import a_laptop, judged, postmaster, writing
from tests.fair_loop import lived

WELL_AGAIN = 12.0  # seconds without an acknowledgement, at most


@pytest.mark.slow
async def test_what_was_acknowledged_survives_the_end_of_the_app_and_of_postgres() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # noqa: ASYNC240 - at once; for root Postgres runs as another user, who must get in
        async with a_laptop(Path(folder)) as laptop:
            async with writing(laptop.address) as ledger:
                await asyncio.sleep(1)
                began = lived()
                postmaster(laptop).kill()
                await asyncio.sleep(4)
                laptop.kill()
                await laptop.start()
                await asyncio.sleep(1)
            verdict = await judged(laptop, ledger)
    assert ledger.unexpected == {}
    assert (verdict.lost, verdict.twice) == (0, 0)
    assert verdict.acknowledged > 20
    assert ledger.pause(began) < WELL_AGAIN
