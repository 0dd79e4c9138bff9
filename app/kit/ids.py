"""Keys made in the application: UUIDv7 (RFC 9562), so that rows sort by when they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7

from app.kit.errors import NotFound

__all__ = ["UUID", "new_id", "parse_id"]


def new_id() -> UUID:
    return uuid7()


def parse_id(text: str) -> UUID:
    """Raises `NotFound`: an id that is no id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
