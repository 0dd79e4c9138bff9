"""Menus and more made quickly, by the pages' own forms, to begin a story in the middle."""

import re
from urllib.parse import quote

from playwright.sync_api import APIResponse, BrowserContext, Page

from app.web.page import FLASH
from e2e.people import FROM_OUR_PAGE

UUID = "([0-9a-f]{8}-[0-9a-f-]{27})"


class Sender:
    """Sends forms for whoever is signed in there, with the token their pages carry."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._token = self.finds("/menus/new", r'name="_csrf_token" value="([^"]+)"')

    def send(self, path: str, **form: str) -> str:
        """Where the answer leads."""
        answer = self.post(path, **form)
        assert answer.status == 303, answer.text()
        return answer.headers["location"]

    def post(self, path: str, **form: str) -> APIResponse:
        fields: dict[str, str | float | bool] = {"_csrf_token": self._token, **form}
        answer = self._context.request.post(path, form=fields, headers=FROM_OUR_PAGE, max_redirects=0)
        self._context.clear_cookies(name=FLASH)
        return answer

    def upload(self, path: str, name: str, content: bytes) -> str:
        """Where the answer leads."""
        file = {"name": name, "mimeType": "application/zip", "buffer": content}
        fields = {"_csrf_token": self._token, "file": file}
        answer = self._context.request.post(path, multipart=fields, headers=FROM_OUR_PAGE, max_redirects=0)  # type: ignore[arg-type]
        assert answer.status == 303, answer.text()
        return answer.headers["location"]

    def finds(self, path: str, pattern: str) -> str:
        """What the group of the pattern stands for, where the page at this address first has it."""
        return self.all(path, pattern)[0]

    def all(self, path: str, pattern: str) -> list[str]:
        page = self._context.request.get(path).text()
        found: list[str] = re.findall(pattern, page)
        assert found, f"No {pattern} in {path}:\n{page[:2000]}"
        return found

    def item(self, text: str) -> str:
        """The id of the catalog's first hit."""
        return self.finds(f"/search?q={quote(text)}", f'href="/items/{UUID}"')


def a_menu(page: Page, course: str = "", *texts: str) -> None:
    """Opens the editor of a new menu. Its `course` serves the catalog's first hit for each of `texts`."""
    sender = Sender(page.context)
    menu = sender.send("/menus", title="A week on Arrakis", intent="")
    if course:
        at = sender.send(menu.removesuffix("/edit") + "/courses", title=course, intent="")
        course_url = f"{menu.removesuffix('/edit')}/courses/{at.rpartition('#course-')[2]}"
        for text in texts:
            sender.send(f"{course_url}/items", item=sender.item(text))
    page.goto(menu)


def open_work(page: Page, title: str = "") -> None:
    """The page of the first hit, or of the first by this title: found where all have answered and no row moves."""
    page.goto(f"/search?q={quote(title or 'solaris')}&outside=1")
    named = page.locator("#hits").get_by_role("link", name=title, exact=True)
    (named if title else page.locator("#hits > li h3 a")).first.click()
    page.wait_for_url("**/items/*")  # with its scripts
