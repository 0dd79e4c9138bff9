"""A stream of the page's, read to its end."""

from tests.cast import Browser
from tests.markup import Element, read


async def streamed(browser: Browser, path: str, **params: str) -> list[Element]:
    """The list of each event, in order."""
    answer = await browser.get(path, **params)
    assert answer.headers["content-type"].startswith("text/event-stream"), answer.text
    events = [
        "\n".join(line[6:] for line in event.splitlines() if line.startswith("data: "))
        for event in answer.text.replace("\r\n", "\n").split("\n\n")
        if "event: done" not in event
    ]
    return [read(event) for event in events if event.strip()]
