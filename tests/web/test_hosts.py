"""By which names we are asked (HO-1, NW-1): one that was told, and this machine's own."""

import httpx
import pytest
from litestar.types import ASGIApp

from app.kit.settings import Settings
from app.web.hosts import name_of
from tests.cast import ADDRESS, HOST, Browser, MakeApp
from tests.markup import read

OURS = (HOST, "TasteBuds.TEST", f"{HOST}:443", f"{HOST}:8443", f"{HOST}.", f"{HOST}.:8443")
THIS_MACHINE = ("localhost", "LOCALHOST:8000", "food.localhost", "127.0.0.1:8000", "127.9.8.7", "[::1]", "[::1]:8000")
FOREIGN = ("evil.example", f"{HOST}.evil.example", f"evil.{HOST}", "203.0.113.5", "tastebuds.test.", "xn--e1aybc.test")
OF_A_LAN = ("nas.local", "nas", "nas.lan:8000", "192.168.1.2:8000", "10.0.0.2", "[fd00::2]", "nas.home.arpa")
NONSENSE = ("", "a b", "evil.example/@tastebuds.test", f"{HOST}, evil.example", f"{HOST}:port", "[::1", "a@b", "\\")


async def asked(app: ASGIApp, host: str, path: str = "/login", scheme: str = "https", **more: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://{HOST}") as client:
        return await client.get(path, headers={"host": host} | more)


@pytest.mark.parametrize("host", [*OURS, *THIS_MACHINE])
async def test_it_answers_to_its_names_however_they_are_written(app: ASGIApp, host: str) -> None:
    assert (await asked(app, host)).status_code == 200


@pytest.mark.parametrize("host", [host for host in FOREIGN if name_of(host) != HOST])
@pytest.mark.parametrize("path", ["/login", "/", "/nothing-here", "/api/me", "/covers/nothing"])
async def test_it_does_not_answer_to_another(app: ASGIApp, host: str, path: str) -> None:
    answer = await asked(app, host, path)
    assert answer.status_code == 421
    assert host not in answer.text
    assert "BASE_URL" in answer.text
    assert "content-security-policy" in answer.headers


async def test_the_page_that_refuses_has_its_style(app: ASGIApp) -> None:
    page = read((await asked(app, "evil.example")).text)
    style = await asked(app, "evil.example", page.one("link", rel="stylesheet").attributes["href"])
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")


@pytest.mark.parametrize("host", NONSENSE)
async def test_what_is_no_name_is_a_bad_request(app: ASGIApp, host: str) -> None:
    assert (await asked(app, host)).status_code == 400


@pytest.mark.parametrize("host", OF_A_LAN)
async def test_plain_http_at_home_is_told_what_to_do_and_given_no_cookie(
    make_app: MakeApp, settings: Settings, host: str
) -> None:
    for told in (None, f"http://{host}"):
        app = make_app(settings=settings.model_copy(update={"base_url": told}))
        for path in ("/login", "/", "/api/me"):
            answer = await asked(app, host, path, scheme="http", cookie="flash=x")
            assert answer.status_code == 403
            assert "serve it with TLS and set BASE_URL" in answer.text
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/health"])
async def test_probes_may_call_it_anything(app: ASGIApp, path: str) -> None:
    answer = await asked(app, "10.42.0.17:8000", path, scheme="http")
    assert answer.status_code == 200
    assert len(answer.content) <= 32


async def test_what_is_said_to_be_forwarded_names_nothing(app: ASGIApp) -> None:
    said = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-host": "evil.example"}
    for path in ("/login", "/", "/api/docs", "/api/openapi.json", "/library"):
        answer = await asked(app, HOST, path, **said)
        assert "evil.example" not in answer.text
        assert "evil.example" not in str(answer.headers)


async def test_two_names_are_none(app: ASGIApp) -> None:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        answer = await client.get("/login", headers=[("host", HOST), ("host", HOST)])
    assert answer.status_code == 400


async def test_nobody_leaves_by_a_name_they_brought(app: ASGIApp) -> None:
    browser = Browser(app, address="https://localhost:9999")
    answer = await browser.get("/library")
    assert answer.headers["location"].startswith("/login")
