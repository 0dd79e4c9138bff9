"""HEAD, and forms that PUT or DELETE: over the wire, where a wrong length is a broken connection."""

import httpx
import pytest
from litestar.types import ASGIApp

from app.web.assets import ROOT
from tests.cast import Browser, Person
from tests.markup import read


@pytest.mark.parametrize("path", ["/", "/login", "/nothing-here", "/assets/fonts/eb-garamond-roman.800b0683.woff2"])
async def test_head_is_get_without_its_body(served: str, path: str, caplog: pytest.LogCaptureFixture) -> None:
    async with httpx.AsyncClient(base_url=served) as client:
        for _ in range(2):  # on the same connection, which is still in step
            got, headed = await client.get(path), await client.head(path)
            assert headed.status_code == got.status_code
            assert headed.content == b""
            assert headed.headers["content-length"] == str(len(got.content))
            assert headed.headers["content-type"] == got.headers["content-type"]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_kept_connection_serves_one_after_the_other(served: str) -> None:
    async with httpx.AsyncClient(base_url=served, limits=httpx.Limits(max_connections=1)) as client:
        answers = [await client.request(method, "/login") for method in ("HEAD", "GET", "OPTIONS", "HEAD", "GET")]
    assert [answer.status_code for answer in answers] == [200, 200, 204, 200, 200]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_reading_is_never_overridden(alice: Person, method: str) -> None:
    menu = (await alice.post("/menus", {"title": "Winter"})).headers["location"].removesuffix("/edit")
    await alice.client.request(method, f"{menu}?_method=DELETE")
    assert (await alice.get(f"{menu}/edit")).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "get", "", "DELETE "])
async def test_a_form_is_overridden_by_put_patch_and_delete_alone(alice: Person, method: str) -> None:
    answer = await alice.send("POST", f"/menus?_method={method}", {"title": "Winter"})
    assert answer.status_code in (303, 405)  # DELETE, its space folded, is a method that menus do not take


@pytest.mark.parametrize("method", ["TRACE", "BREW"])
async def test_a_method_nobody_knows_is_refused(alice: Person, method: str) -> None:
    assert (await alice.client.request(method, "/library")).status_code == 405


async def test_the_method_s_case_in_the_address_does_not_matter(alice: Person) -> None:
    menu = (await alice.post("/menus", {"title": "Winter"})).headers["location"].removesuffix("/edit")
    assert (await alice.post(f"{menu}?_method=delete")).headers["location"].startswith(f"{menu}/removals/")


async def test_assets_are_named_by_their_content_and_kept_for_ever(nobody: Browser) -> None:
    page = await nobody.see("/login")
    addresses = [page.one("link", rel="stylesheet").attributes["href"], page.one("link", rel="icon").attributes["href"]]
    addresses += [script.attributes["src"] for script in page.every("script")]
    addresses += [link.attributes["href"] for link in page.every("link", rel="preload")]
    assert len(addresses) >= 4
    for address in addresses:
        answer = await nobody.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "set-cookie" not in answer.headers


async def test_text_assets_are_sent_small_to_who_takes_gzip(nobody: Browser) -> None:
    style = (await nobody.see("/login")).one("link", rel="stylesheet").attributes["href"]
    zipped = await nobody.client.get(style, headers={"accept-encoding": "gzip"})
    plain = await nobody.client.get(style, headers={"accept-encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content == (ROOT / "built" / "app.css").read_bytes()
    assert int(zipped.headers["content-length"]) < len(plain.content) / 3
    assert zipped.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


async def test_script_and_style_have_the_types_that_nosniff_demands(nobody: Browser) -> None:
    page = await nobody.see("/login")
    style = await nobody.get(page.one("link", rel="stylesheet").attributes["href"])
    assert style.headers["content-type"].startswith("text/css")
    for script in page.every("script"):
        answer = await nobody.get(script.attributes["src"])
        assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../pyproject.toml",
        "/assets/%2e%2e/pyproject.toml",
        "/assets/..%2fpyproject.toml",
        "/assets/fonts/../../pyproject.toml",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/%00",
        "/assets/fonts/README.md",
        "/assets/css/app.css",
        "/assets/",
    ],
)
async def test_no_spelling_leads_out_of_the_assets(app: ASGIApp, nobody: Browser, path: str) -> None:
    request = httpx.Request("GET", "https://tastebuds.test/")
    request.extensions["target"] = path.encode()
    assert (await nobody.client.send(request)).status_code in (200, 404)  # as httpx sends it
    raw = await _asked(app, path)
    assert raw == 404


async def _asked(app: ASGIApp, path: str) -> int:
    """The status of an address no client tidies up."""
    from urllib.parse import unquote

    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"tastebuds.test")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 443),
        "extensions": {},
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    return statuses[0]


async def test_a_page_names_its_language_and_can_be_read_alone(alice: Person) -> None:
    html = (await alice.get("/library")).text
    assert html.startswith("<!doctype html>")
    assert read(html).one("html").attributes["lang"] == "en"
