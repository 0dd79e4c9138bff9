"""What happened, in words: the action's sentence (`auditing.ACTIONS`), and its details after it.

A test knows if a detail is recorded that has no words here.
"""

from collections.abc import Mapping
from typing import Any

from app.accounts.auditing import ACTIONS

# values that read as a phrase of their own
PHRASES: dict[str, dict[str, str]] = {
    "by": {
        "password": "with the password",
        "passkey": "with a passkey",
        "provider": "through a provider",
        "registering": "by registering",
        "the host": "by whoever runs this Tastebuds",
        "reset": "through a link",
    },
    "second": {"totp": "and a code", "recovery_code": "and a recovery code", "passkey": "and a passkey"},
}
# others stand behind what they are
LABELS: dict[str, str] = {
    "by": "how",
    "second": "and",
    "left": "left",
    "why": "why",
    "registration": "who may register",
    "method": "how",
    "path": "where",
}


def said(action: str, details: Mapping[str, Any]) -> str:
    """`Logged in, with a passkey`. Ids say nothing to people, and are left out."""
    return ", ".join(
        [ACTIONS.get(action, action), *(_said(name, value) for name, value in details.items() if _shown(name, value))]
    )


def _said(name: str, value: Any) -> str:
    if isinstance(value, str) and value in PHRASES.get(name, {}):
        return PHRASES[name][value]
    label = LABELS.get(name, name)
    if isinstance(value, list):
        return f"{label}: {' → '.join(map(str, value))}"
    return f"{label}: {value}"


def _shown(name: str, value: Any) -> bool:
    return value not in (None, "", []) and name != "id" and not name.endswith("_id")
