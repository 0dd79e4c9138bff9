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
    },
    "second": {
        "totp": "and a code",
        "code": "and a code",
        "recovery_code": "and a recovery code",
        "recovery": "and a recovery code",
        "passkey": "and a passkey",
    },
    "kind": {"api": "from a program", "browser": "from a browser"},
}
# others stand behind what they are
LABELS: dict[str, str] = {
    "by": "by",
    "second": "and",
    "kind": "from",
    "name": "named",
    "left": "left:",
    "why": "because:",
    "scopes": "for",
    "uses": "uses:",
    "days": "days:",
    "registration": "who may register:",
    "discover": "menus can be discovered:",
    "path": "at",
    "issuer": "at",
    "ended": "sessions ended:",
    "rows": "rows added or renewed:",
}
CHANGES = ("name", "registration", "discover")  # a list of two is what it was and what it is
YES_NO: dict[Any, str] = {True: "yes", False: "no"}
# of use to programs and to whoever looks closely, but no words
UNSAID = ("session_id", "token", "identity", "family", "session", "method")


def said(action: str, details: Mapping[str, Any]) -> str:
    """`Logged in, with a passkey`."""
    return ", ".join(
        [
            ACTIONS.get(action, action),
            *(_said(name, value) for name, value in details.items() if value and name not in UNSAID),
        ]
    )


def _said(name: str, value: Any) -> str:
    if isinstance(value, str) and value in PHRASES.get(name, {}):
        return PHRASES[name][value]
    if isinstance(value, list):
        value = (" → " if name in CHANGES else ", ").join(YES_NO.get(each, str(each)) for each in value)
    return f"{LABELS.get(name, name)} {value}"
