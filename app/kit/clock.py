"""The one place that asks what time it is, and by which calendar."""

from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# kept beside the task, as where it was asked from (kit/origin.py)
_zone: ContextVar[tzinfo] = ContextVar("zone", default=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """By the calendar of whoever asks; by UTC's in jobs and commands, and for who never said where they are."""
    return now().astimezone(_zone.get()).date()


def go_by(zone: str) -> None:
    """From here on, in this task. `zone`: a name of the IANA database; UTC for one it does not have, as for none."""
    try:
        _zone.set(ZoneInfo(zone) if zone else UTC)
    except (ZoneInfoNotFoundError, ValueError):
        _zone.set(UTC)
