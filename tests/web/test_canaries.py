"""Secrets of accounts, each used on its way through the doors, and then looked for where they must not be (LG-2).

In what was logged, in every column of the database as text, and on every page that tells of an error.
"""

import base64
import hashlib
import io
import logging
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import select, text

from app.accounts import resetting, totp
from app.accounts.models import User
from app.kit import clock, logs
from app.kit.db import Base, Database
from app.kit.settings import Settings
from app.main import create_app
from tests.cast import ADDRESS, Browser, Person, open_house
from tests.markup import read
from tests.web.failing import BrokenSearch

PASSWORD = "canary password of the owner"
WRONG = "canary password that is wrong"
NEXT = "canary password that comes next"
EMAIL = "nora@example.org"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All of it, down to the last detail, as it is written where nobody watches."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.formatter(watched=False))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    for name in quiet:
        logging.getLogger(name).setLevel(logging.WARNING)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)
    for name, was in quiet.items():
        logging.getLogger(name).setLevel(was)


class Told:
    """Every answer that is an error, and every secret on its way."""

    def __init__(self) -> None:
        self.errors: list[httpx.Response] = []
        self.secrets: dict[str, str] = {"password": PASSWORD, "wrong": WRONG, "next": NEXT}
        self.guesses: set[bytes] = {each.encode() for each in self.secrets.values()}

    def note(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code >= 400:
            self.errors.append(answer)
        return answer

    async def proof(self, browser: Browser, form: dict[str, str]) -> httpx.Response:
        """Sent so that it counts once; who guesses the password can guess all the rest of it."""
        address, query, body = "POST /proof", "next=%2Flibrary", urlencode(sorted(form.items()))
        self.guesses |= {
            body.encode(),
            "\0".join((address, query, body)).encode(),
            f"{address}?{query} {body}".encode(),
        }
        return self.note(await browser.post(f"/proof?{query}", form | {"_key": browser.cookie or ""}))


async def browse(told: Told, app: ASGIApp, broken: ASGIApp, away: ASGIApp) -> Browser:
    """Registering, mistaking the password, logging in, a second factor, a token for programs; faults in between."""
    nora = Browser(app)
    form = {"email": EMAIL, "name": "Nora", "password": PASSWORD}
    assert told.note(await nora.post("/register", form)).status_code == 303
    nora.forget_token()
    for password, status in ((WRONG, 422), (PASSWORD, 303)):
        assert (await told.proof(nora, {"password": password})).status_code == status
    told.secrets["session"] = (nora.cookie or "").partition(".")[2]
    nora.forget_token()
    assert (await nora.post("/settings/security/second-factor")).status_code == 303
    page = await nora.see("/settings/security/second-factor")
    told.secrets["seed"] = re.sub(r"\s", "", re.findall(r"(?:[A-Z2-7]{4}\s?){8}", page.text)[0])
    code = totp.code_at(told.secrets["seed"], totp.step_at(clock.now()))
    codes = told.note(await nora.put("/settings/security/second-factor", {"code": code}))
    told.secrets["session with a factor"] = (nora.cookie or "").partition(".")[2]
    nora.forget_token()
    shown = [element.text for element in read(codes.text).at("codes").every("code")]
    told.secrets |= {f"recovery {n}": each.strip() for n, each in enumerate(shown)}
    made = told.note(await nora.post("/settings/tokens", {"name": "Reader", "scope-library:read": "on", "days": "30"}))
    told.secrets["personal token"] = re.findall(r"\btb_[\w-]{20,}", made.text)[0]
    cookie = nora.cookie or ""
    for other in (broken, away):
        browser = Browser(other)
        browser.carry(cookie)
        told.note(await browser.get(f"/search?q=x&token={told.secrets['personal token']}"))
        said = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
        told.note(await browser.client.post("/login", content=f"email={EMAIL}&password={WRONG}", headers=said))
    told.note(await Browser(app).post("/login", {"email": EMAIL, "password": WRONG}))
    told.note(await Browser(app).post("/register", form | {"password": WRONG}))
    return nora


async def program(told: Told, app: ASGIApp, away: ASGIApp) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS) as client:  # type: ignore[arg-type]
        code = totp.code_at(told.secrets["seed"], totp.step_at(clock.now()) + 1)
        login = {"email": EMAIL, "password": PASSWORD, "code": code}
        told.note(await client.post("/api/auth/login", json=login | {"password": WRONG}))
        granted = told.note(await client.post("/api/auth/login", json=login))
        assert granted.status_code == 200, granted.text
        told.secrets["access token"] = granted.json()["access_token"].rpartition(".")[2]
        told.secrets["refresh token"] = granted.json()["refresh_token"]
        bearer = {"authorization": f"Bearer {granted.json()['access_token']}"}
        told.note(await client.get("/api/nothing", headers=bearer))
        told.note(await client.post("/api/auth/refresh", json={"refresh_token": told.secrets["refresh token"] + "x"}))
        told.note(await client.get("/api/me", params={"token": granted.json()["access_token"]}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=away), base_url=ADDRESS) as client:  # type: ignore[arg-type]
        told.note(await client.get("/api/me", headers=bearer))
        told.note(await client.post("/api/auth/login", json=login))


async def forget(told: Told, app: ASGIApp, database: Database) -> None:
    async with database.session() as session:
        user = (await session.scalars(select(User).where(User.email == EMAIL))).one()
        link = await resetting.link_for(session, user)
    (token,) = parse_qs(urlsplit(link).query)["token"]
    told.secrets["reset"] = token
    nobody = Browser(app)
    short = await nobody.put("/reset/password", {"token": token, "password": "short"})
    assert short.status_code == 422  # a form that has to carry it on
    assert told.note(await nobody.put("/reset/password", {"token": token, "password": NEXT})).status_code == 303
    told.note(await nobody.get("/reset/password", token=token))


async def test_no_secret_is_found_where_it_must_not_be(
    app: ASGIApp, database: Database, settings: Settings, logged: io.StringIO, alice: Person
) -> None:
    assert alice.user.email != EMAIL  # somebody is there: the first account is made another way
    await open_house(database)
    told = Told()
    broken = create_app(settings, database, engine=BrokenSearch(), sources={})
    away = create_app(settings, Database("postgresql+asyncpg://nobody@127.0.0.1:9/none"), sources={})
    await browse(told, app, broken, away)
    await program(told, app, away)
    await forget(told, app, database)
    assert {error.status_code for error in told.errors} >= {401, 404, 422, 500, 503}
    assert len(told.secrets) >= 15
    places = {"the log": logged.getvalue()}
    places |= {f"{error.request.method} {error.request.url.path}": error.text for error in told.errors}
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = await session.scalars(text(f"SELECT t::text FROM {table.name} t"))
            places[f"table {table.name}"] = "\n".join(rows)
    assert '"level": "error"' in places["the log"]
    kept = "".join(said for place, said in places.items() if place.startswith("table"))
    for guess in told.guesses:  # a hash without a key or a cost is as good as the password
        for algorithm in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            hashed = hashlib.new(algorithm, guess)
            for said in (hashed.hexdigest(), base64.b64encode(hashed.digest()).decode().rstrip("=")):
                assert said not in kept, f"{algorithm} of {guess!r}"
    for name, secret in told.secrets.items():
        for place, said in places.items():
            assert secret not in said, f"{name} in {place}"
            assert secret.encode().hex() not in said, f"{name} in {place}"
