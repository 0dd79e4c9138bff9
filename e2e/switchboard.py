"""Breaking a source of the sandbox (docs/sandbox.md), and mending all; what the app remembers of it is forgotten."""

import json
import urllib.request

from e2e.planting import forget_the_sources


class Switchboard:
    def __init__(self, outside: str, app: str) -> None:
        self._address, self._app = f"{outside}/_faults", app

    def break_(self, source: str, mode: str, **more: int) -> None:
        self._send("POST", {"source": source, "mode": mode, **more})

    def mend(self) -> None:
        self._send("DELETE")

    def begin_anew(self) -> None:
        """No source was asked yet, nor is one resting from the stories before."""
        forget_the_sources(self._app)

    def _send(self, method: str, body: dict[str, object] | None = None) -> None:
        data = json.dumps(body).encode() if body else None
        with urllib.request.urlopen(urllib.request.Request(self._address, data, method=method), timeout=60):
            pass
