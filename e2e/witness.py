"""What a browser complains of while a story is told: errors in its console, in scripts, and against the CSP."""

from playwright.sync_api import BrowserContext, ConsoleMessage

REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`));
"""


class Witness:
    def __init__(self) -> None:
        self._heard: list[str] = []
        self._expected: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._heard.append(f"script: {error.error}"))

    def expect(self, *parts: str) -> None:
        """Complaints with one of these words in them belong to the story, as `422` does where a form is refused."""
        self._expected += parts

    def complaints(self) -> list[str]:
        return [said for said in self._heard if not any(part in said for part in self._expected)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._heard.append(f"{message.text} ({message.location.get('url', '')})")
