"""Where what somebody typed meets what was saved since they read it, field by field."""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, TypeVar

from app.kit.errors import Stale
from app.kit.forms import Form

F = TypeVar("F", bound=Form)
Value = str | bool | Decimal | None

UNSAID: Mapping[str, str] = MappingProxyType({})


def fingerprint(value: Value) -> str:
    """Short, and the same for the same. A form sends back that of each field: so it is known whether it was touched."""
    said = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return blake2b(said.encode(), digest_size=6).hexdigest()


def met(form: F, now: Mapping[str, Any], was: Mapping[str, str]) -> F:
    """The form, where what was left as it `was` (fingerprints) follows what is there now.

    Raises `Stale` for what both changed. What came without one may have been.
    """
    mine = form.model_dump()
    followed, theirs = {}, {}
    for name, value in now.items():
        if was.get(name) == fingerprint(mine[name]):
            followed[name] = value
        elif value != mine[name] and was.get(name) != fingerprint(value):
            theirs[name] = value
    if theirs:
        raise Stale(theirs, followed)
    return form.model_copy(update=followed)
