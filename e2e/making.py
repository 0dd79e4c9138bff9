"""Menus made quickly, by the pages' own forms, to begin a story in the middle."""

import re

from playwright.sync_api import Page

from app.web.page import FLASH
from e2e.people import FROM_OUR_PAGE


def a_menu(page: Page, course: str = "", *texts: str) -> None:
    """Opens the editor of a new menu. Its `course` serves the catalog's first hit for each of `texts`."""
    page.goto("/menus/new")
    token = page.locator("[name=_csrf_token]").first.input_value()
    menu = _send(page, "/menus", token, title="A week on Arrakis", intent="")
    if course:
        at = _send(page, menu.removesuffix("/edit") + "/courses", token, title=course, intent="")
        course_url = f"{menu.removesuffix('/edit')}/courses/{at.rpartition('#course-')[2]}"
        for text in texts:
            found = page.context.request.get("/search", params={"q": text}).text()
            hit = re.search(r'href="/items/([^"]+)"', found)
            assert hit, f"Nothing in the catalog for {text}."
            _send(page, f"{course_url}/items", token, item=hit[1])
    page.context.clear_cookies(name=FLASH)
    page.goto(menu)


def _send(page: Page, path: str, token: str, **form: str) -> str:
    """Where the answer leads."""
    fields: dict[str, str | float | bool] = {"_csrf_token": token, **form}
    answer = page.context.request.post(path, form=fields, headers=FROM_OUR_PAGE, max_redirects=0)
    assert answer.status == 303, answer.text()
    return answer.headers["location"]
