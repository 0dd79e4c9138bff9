"""The one error of the sources."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from app.kit import clock, outbound
from app.kit.errors import TastebudsError

SOON = 90  # seconds; what is nearer is told in seconds

Kind = Literal["not_configured", "busy", "resting", "stopped"] | outbound.Kind

WORDS: dict[Kind, str] = {
    "not_configured": "{label} needs a key: set {keys}.",
    "busy": "{label} is busy; try again in {seconds} s.",
    "resting": "{label} is having trouble; asking again {when}.",
    "stopped": "{label} is not asked at the moment: whoever runs this Tastebuds switched it off.",
    "bad_credentials": "{label} refused the key: check {keys}.",
    "quota_exhausted": "{label} has answered all it may today; ask again after {until}.",
    "rate_limited": "{label} asked us to wait until {until}.",
    "not_found": "{label} does not know this work.",
    "bad_request": "{label} did not understand our question. That is a fault of ours.",
    "down": "{label} is not working at the moment.",
    "too_slow": "{label} did not answer in time.",
    "unreadable": "{label} sent an answer we cannot read.",
    "certificate": "{label} could not be reached safely: there is a problem with its certificate.",
}


class SourceDown(TastebudsError):
    """A source has no answer for us. `until` is when to ask again, where that is known."""

    def __init__(
        self,
        source: str,
        kind: Kind,
        until: datetime | None = None,
        *,
        label: str | None = None,
        keys: Sequence[str] = (),
    ) -> None:
        left = max(1, math.ceil((until - clock.now()).total_seconds())) if until else 2
        words = {
            "label": label or source,
            "keys": " and ".join(keys) or "its key",
            "until": f"{until:%H:%M} UTC" if until else "a while",
            "when": f"in {left} s" if left <= SOON else f"after {until:%H:%M} UTC",
            "seconds": left,
        }
        super().__init__(WORDS[kind].format(**words))
        self.source = source
        self.kind: Kind = kind
        self.until = until
