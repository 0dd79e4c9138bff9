"""Why nothing was fetched."""

from typing import Literal

Kind = Literal["refused", "unresolved", "not_found", "down", "too_slow", "too_large", "wrong_type"]


class FetchError(Exception):
    """Nothing was fetched. `refused` is our own no; `unresolved` a name that leads nowhere."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
