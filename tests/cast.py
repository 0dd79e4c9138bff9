"""The cast: Alice owns, Bob is her friend, Charlie is a stranger, Odile operates; and the browsers they sit at.

Import the fixtures into a folder's conftest. `nobody` is a browser nobody has signed in at.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from litestar.types import ASGIApp

from app.accounts import signing_in
from app.accounts.house_rules import InstanceSetting
from app.accounts.models import User
from app.accounts.passwords import HASHER
from app.kit.db import Database
from app.kit.ids import UUID
from app.kit.settings import Settings, read_settings
from app.main import create_app
from app.search.postgres import PostgresSearch
from app.sources.source import Source
from app.web.signed_in import COOKIE
from tests.conftest import count
from tests.markup import Element, read, what_is_wrong_leads_to_its_field

HOST = "tastebuds.test"
ADDRESS = f"https://{HOST}"
PASSWORD = "an apple a day is plenty"

MakeApp = Callable[..., ASGIApp]


class Browser:
    """Keeps its cookies, says where a request comes from, and sends the token its pages carry.

    `target` makes it htmx, asking for the element of that id; without, it is a plain form or link. `at`: where it is.
    """

    def __init__(
        self, app: ASGIApp, *, address: str = ADDRESS, at: str = "127.0.0.1", said: Mapping[str, str] | None = None
    ) -> None:
        transport = httpx.ASGITransport(app=app, client=(at, 123))  # type: ignore[arg-type]
        self.client = httpx.AsyncClient(transport=transport, base_url=address)
        self.said = {"sec-fetch-site": "same-origin"} if said is None else dict(said)
        self._token: str | None = None

    async def get(self, path: str, *, target: str = "", **params: str) -> httpx.Response:
        return await self.client.get(path, params=params or None, headers=self._headers(target))

    async def send(
        self, method: str, path: str, form: Mapping[str, str] | None = None, *, target: str = ""
    ) -> httpx.Response:
        """As a form does: PUT and DELETE are posted with `_method`. Whatever is refused is shown with its fields."""
        if method != "POST":
            path += f"{'&' if '?' in path else '?'}_method={method}"
        token = await self.token()
        fields = dict(form or {}) | ({"_csrf_token": token} if token else {})
        headers = self._headers(target) | {"content-type": "application/x-www-form-urlencoded"}
        answer = await self.client.post(path, content=urlencode(fields), headers=headers)
        if answer.status_code == 422 and answer.headers["content-type"].startswith("text/html"):
            what_is_wrong_leads_to_its_field(read(answer.text))
        return answer

    async def post(self, path: str, form: Mapping[str, str] | None = None, *, target: str = "") -> httpx.Response:
        return await self.send("POST", path, form, target=target)

    async def put(self, path: str, form: Mapping[str, str] | None = None, *, target: str = "") -> httpx.Response:
        return await self.send("PUT", path, form, target=target)

    async def delete(self, path: str, *, target: str = "") -> httpx.Response:
        return await self.send("DELETE", path, target=target)

    async def see(self, path: str, **params: str) -> Element:
        """The page at this address, which must be there."""
        answer = await self.get(path, **params)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:400])
        return read(answer.text)

    async def follow(self, answer: httpx.Response) -> Element:
        """The page a form is sent on to."""
        assert answer.status_code == 303, (answer.status_code, answer.text[:400])
        return await self.see(answer.headers["location"])

    async def token(self) -> str:
        """As the pages of this session carry it; empty for nobody."""
        if self._token is None:
            fields = list((await self.see("/")).every("input", name="_csrf_token"))
            self._token = fields[0].attributes["value"] if fields else ""
        return self._token

    def forget_token(self) -> None:
        """After signing in or out: the next page carries another."""
        self._token = None

    def carry(self, token: str) -> None:
        self.client.cookies.set(COOKIE, token, domain=HOST, path="/")
        self.forget_token()

    @property
    def cookie(self) -> str | None:
        return self.client.cookies.get(COOKIE)

    def _headers(self, target: str) -> dict[str, str]:
        return self.said | ({"hx-request": "true", "hx-target": f"div#{target}"} if target else {})


class Person(Browser):
    """A member of the cast, signed in."""

    def __init__(self, app: ASGIApp, user: User, token: str) -> None:
        super().__init__(app)
        self.user, self.id, self.name, self.email = user, user.id, user.name, user.email
        self.carry(token)

    @property
    def session_id(self) -> UUID:
        """As the cookie says it now."""
        return UUID((self.cookie or "").partition(".")[0])


@cache
def password_hash() -> str:
    return HASHER.hash(PASSWORD)


async def sign_up(app: ASGIApp, database: Database, name: str, **more: Any) -> Person:
    """An account and a session, without the work a password costs."""
    async with database.session() as session:
        user = User(name=name, email=f"{name.lower()}@example.org", password_hash=password_hash(), **more)
        session.add(user)
        await session.flush()
        token, _ = await signing_in.start(session, user, "browser")
    return Person(app, user, token)


SETTINGS = read_settings(
    _env_file=None, secret_key="a secret for tests, long enough to be one", base_url=ADDRESS, rate_limits=0, contact=""
)


async def open_house(database: Database) -> None:
    """Anybody may register."""
    async with database.session() as session:
        session.add(InstanceSetting(name="registration", value="open"))


@pytest.fixture(scope="session")
def settings() -> Settings:
    return SETTINGS


@pytest.fixture(scope="session")
async def engine(migrated: Database) -> AsyncIterator[PostgresSearch]:
    engine = PostgresSearch(migrated, watch=count)
    yield engine
    await engine.close()


@pytest.fixture(scope="session")
def make_app(settings: Settings, migrated: Database, engine: PostgresSearch) -> MakeApp:
    """The application with the sources it is given, none unless told; `settings` may be others too."""

    def make(sources: Mapping[str, Source] | None = None, settings: Settings = settings) -> ASGIApp:
        return create_app(settings, migrated, engine=engine, sources=sources or {})

    return make


@pytest.fixture(scope="session")
def app(make_app: MakeApp) -> ASGIApp:
    return make_app()


@pytest.fixture
async def odile(app: ASGIApp, database: Database) -> Person:
    return await sign_up(app, database, "Odile", is_first=True, is_operator=True)


@pytest.fixture
async def alice(app: ASGIApp, database: Database) -> Person:
    return await sign_up(app, database, "Alice")


@pytest.fixture
async def bob(app: ASGIApp, database: Database) -> Person:
    return await sign_up(app, database, "Bob")


@pytest.fixture
async def charlie(app: ASGIApp, database: Database) -> Person:
    return await sign_up(app, database, "Charlie")


@pytest.fixture
def nobody(app: ASGIApp, database: Database) -> Browser:
    assert database  # emptied after the test
    return Browser(app)
