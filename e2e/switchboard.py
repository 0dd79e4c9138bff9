"""Breaking a source of the sandbox, and mending all. See docs/sandbox.md."""

import json
import urllib.request


class Switchboard:
    def __init__(self, outside: str) -> None:
        self._address = f"{outside}/_faults"

    def break_(self, source: str, mode: str, **more: int) -> None:
        self._send("POST", {"source": source, "mode": mode, **more})

    def mend(self) -> None:
        self._send("DELETE")

    def _send(self, method: str, body: dict[str, object] | None = None) -> None:
        data = json.dumps(body).encode() if body else None
        with urllib.request.urlopen(urllib.request.Request(self._address, data, method=method), timeout=60):
            pass
