"""What is past its time goes: expired previews, sessions that ended, how asking went last week."""

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
from app.kit.db import Database
from app.library import changing_back, counting, log_keeping
from app.menus import undoing
from app.ops import failed_jobs, importing
from app.sources import answers, attempts, budgets, hand_covers, previews


async def sweep(context: Context) -> dict[str, int]:
    database: Database = context["database"]  # type: ignore[typeddict-item]
    async with database.session() as session:
        return {
            "answers": await answers.sweep(session),
            "previews": await previews.sweep(session),
            "covers": await hand_covers.sweep(session),
            "sessions": await signing_in.sweep(session),
            "attempts": await attempts.sweep(session),
            "days": await budgets.sweep(session),
            "limits": await gcra.sweep(session),
            "audit": await auditing.sweep(session),
            "providers": await identities.sweep(session),
            "submissions": await submissions.sweep(session),
            "failed jobs": await failed_jobs.sweep(session),
            "imports": await importing.sweep(session),
            "throttles": await throttling.sweep(session),
            "devices": await devices.sweep(session),
            "entry counts": await counting.sweep(session),
            "removed lines": await log_keeping.sweep(session),
            "shelf changes": await changing_back.sweep(session),
            "menu removals": await undoing.sweep(session),
            "links": await resetting.sweep(session) + await inviting.sweep(session),
            "registrations": await registering.sweep(session),
            "letters": await notices.sweep(session),
            "half sessions": await half_sessions.sweep(session),
            "passkey challenges": await passkeys.sweep(session),
        }
