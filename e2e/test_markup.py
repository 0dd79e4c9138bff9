"""What people write is text, wherever it is shown: no script runs, nothing is asked for, no policy is broken (XS-1)."""

from urllib.parse import quote, urlsplit
from uuid import uuid4

from playwright.sync_api import Page, expect

from e2e.conftest import Visit
from e2e.making import open_work
from e2e.people import FROM_OUR_PAGE, register
from e2e.witness import Witness

VECTORS = (
    "<img src=/xss-asked onerror=window.__xss=1>",
    '"><svg onload=window.__xss=1>',
    "{{7*7}}${7*7}<%=7*7%>",
    "<b hx-get=/xss-asked hx-trigger=load>b</b>",
    "</script><script>window.__xss=1</script>",
    "</textarea><img src=/xss-asked>",
    "' onfocus='window.__xss=1' autofocus='",
    "javascript:window.__xss=1",
    "<hx-partial hx-target=body>x</hx-partial>",
    "<!--<p hx-swap-oob=true id=toasts>x",
    "\u2028</title><iframe src=/xss-asked>",
)
NASTY = " ".join(VECTORS)
TITLE = '"><svg onload=window.__xss=1></title></textarea><b hx-get=/xss-asked hx-trigger=load>{{7*7}}</b>'
NAME = '"><img src=/xss-asked onerror=window.__xss=1>'
AGENT = f"Mozilla/5.0 Chrome/156 {VECTORS[0]} {VECTORS[3]}"


PAGES = (
    "/",
    "/library",
    "/menus",
    "/search",
    f"/search?q={quote(NASTY[:180])}",
    "/settings/profile",
    "/settings/sessions",
    "/settings/security",
    "/settings/tokens",
    "/settings/activity",
    "/settings/data",
    f"/login?next={quote(NASTY)}",
    f"/nothing/{quote(TITLE, safe='')}",
)


def send(page: Page, path: str, **form: str) -> str:
    """Where the answer leads."""
    token = page.locator("[name=_csrf_token]").first.input_value()
    fields: dict[str, str | float | bool] = {"_csrf_token": token, **form}
    answer = page.context.request.post(path, form=fields, headers=FROM_OUR_PAGE, max_redirects=0)
    assert answer.status == 303, answer.text()
    return answer.headers["location"]


def a_nasty_menu(page: Page, item: str) -> str:
    """Its address; markup is in each of its texts."""
    menu = send(page, "/menus", title=TITLE, intent=NASTY).removesuffix("/edit")
    course = send(page, f"{menu}/courses", title=TITLE, intent=NASTY).rpartition("#course-")[2]
    send(page, f"{menu}/courses/{course}/items", item=item)
    page.goto(f"{menu}/edit")
    note = page.locator("form:has([name=note])").first
    fields = {"version": note.locator("[name=version]").first.input_value()}
    send(page, note.get_attribute("action") or "", note=NASTY, **fields)
    send(page, f"{menu}/publication")
    return menu


def test_markup_in_every_field_is_shown_and_does_nothing(visit: Visit, witness: Witness) -> None:
    witness.expect("404")
    asked: list[str] = []
    context = visit(user_agent=AGENT)
    context.on("request", lambda request: asked.append(request.url))
    register(context, NAME, email=f"o'{uuid4().hex[:8]}&{{7*7}}`x@tastebuds.example")
    page = context.new_page()
    open_work(page)
    page.get_by_label("Notes").fill(NASTY)
    page.locator("#entry-save").click()
    expect(page.locator("#entry-said")).to_have_text("Saved.")
    item = page.url
    menu = a_nasty_menu(page, item.rpartition("/")[2])
    page.goto("/menus")
    public = page.locator("main a[href^='/menus/']", has_text="onload").first.get_attribute("href") or ""
    shown = 0
    for path in (*PAGES, item, f"{menu}/edit", f"{menu}/delete", public.removesuffix("/edit")):
        page.goto(path)
        body = page.locator("body").inner_text()
        shown += "window.__xss" in body
        assert page.evaluate("() => window.__xss") is None, path
        assert page.locator("main :is([onload], [onerror], [onfocus], [hx-get='/xss-asked'], iframe)").count() == 0, (
            path
        )
    assert shown >= 6
    assert not [url for url in asked if urlsplit(url).path == "/xss-asked"]
