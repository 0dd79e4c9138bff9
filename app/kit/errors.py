"""The ways a capability says no. `web/errors` turns each into a page, a fragment or problem+json."""

from collections.abc import Mapping
from typing import Any


class TastebudsError(Exception):
    """Base of everything raised on purpose; `str(error)` is a sentence a person can read."""


class NotFound(TastebudsError):
    """There is nothing here, or nothing the asker may know of: strangers get this too."""

    def __init__(self, sentence: str = "There is nothing here.") -> None:
        super().__init__(sentence)


class Moved(TastebudsError):
    """It has another address: `old` is the piece of the asked one that is `new` now."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__("This is at another address now.")
        self.old, self.new = old, new


class Forbidden(TastebudsError):
    """The asker may know of it and still may not do it."""

    def __init__(self, sentence: str = "You may not do this.") -> None:
        super().__init__(sentence)


class Conflict(TastebudsError):
    """The state it was asked for has moved on."""


class Stale(Conflict):
    """It was changed since who changes it now read it.

    `theirs`: its words as they are, by the names of the form; `followed`: those which who typed had left alone.
    """

    def __init__(self, theirs: Mapping[str, Any] | None = None, followed: Mapping[str, Any] | None = None) -> None:
        super().__init__("This was changed after you opened it. Load it again, and see what is there now.")
        self.theirs, self.followed = dict(theirs or {}), dict(followed or {})


class Unversioned(TastebudsError):
    """A program would write over what it may not have seen."""

    def __init__(self) -> None:
        super().__init__("Say which version you change: send the ETag you were given, as If-Match.")


class Invalid(TastebudsError):
    """What was typed cannot be taken: one sentence per field (`""` for the form as a whole), and what was typed."""

    def __init__(self, errors: Mapping[str, str], typed: Mapping[str, str] | None = None) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)
        self.typed = dict(typed or {})


class TooBusy(TastebudsError):
    """More is asked at once than can be done well; asking again in a moment helps."""

    def __init__(self, sentence: str = "Too many people are at the door at once. Try again in a few seconds.") -> None:
        super().__init__(sentence)
