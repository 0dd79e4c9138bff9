"""What is past its time goes: expired previews, sessions that ended, how asking went last week."""

from collections.abc import Awaitable, Callable, Sequence

from saq.types import Context

from app.accounts import (
    auditing,
    devices,
    half_sessions,
    identities,
    inviting,
    notices,
    passkeys,
    registering,
    resetting,
    signing_in,
    submissions,
    throttling,
)
from app.kit import gcra
from app.kit.db import AsyncSession, Database
from app.library import changing_back, counting, log_keeping
from app.menus import undoing
from app.ops import failed_jobs, importing
from app.sources import answers, attempts, budgets, hand_covers, previews

SWEEPS: dict[str, Sequence[Callable[[AsyncSession], Awaitable[int]]]] = {
    "answers": (answers.sweep,),
    "previews": (previews.sweep,),
    "covers": (hand_covers.sweep,),
    "sessions": (signing_in.sweep,),
    "attempts": (attempts.sweep,),
    "days": (budgets.sweep,),
    "limits": (gcra.sweep,),
    "audit": (auditing.sweep,),
    "providers": (identities.sweep,),
    "submissions": (submissions.sweep,),
    "failed jobs": (failed_jobs.sweep,),
    "imports": (importing.sweep,),
    "throttles": (throttling.sweep,),
    "devices": (devices.sweep,),
    "entry counts": (counting.sweep,),
    "removed lines": (log_keeping.sweep,),
    "shelf changes": (changing_back.sweep,),
    "menu removals": (undoing.sweep,),
    "links": (resetting.sweep, inviting.sweep),
    "registrations": (registering.sweep,),
    "letters": (notices.sweep,),
    "half sessions": (half_sessions.sweep,),
    "passkey challenges": (passkeys.sweep,),
}


async def sweep(context: Context) -> dict[str, int]:
    """Each in a transaction of its own: whatever order others lock in, none holds while another waits."""
    database: Database = context["database"]  # type: ignore[typeddict-item]
    swept = dict.fromkeys(SWEEPS, 0)
    for name, sweeps in SWEEPS.items():
        for each in sweeps:
            async with database.session() as session:
                swept[name] += await each(session)
    return swept
