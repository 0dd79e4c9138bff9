"""A program of somebody's: a token, and JSON both ways."""

from collections.abc import Mapping
from typing import Any

import httpx
from litestar.types import ASGIApp

from app.accounts import signing_in
from app.accounts.access_tokens import access_tokens_of
from app.accounts.models import User
from app.kit.db import Database
from app.kit.ids import UUID
from tests.cast import ADDRESS, SETTINGS, password_hash

# where a program has to say which version it writes over
VERSIONED = ("/api/items/", "/api/menus/", "/api/logs/", "/api/tags/", "/api/library/views/")


class Program:
    """Without a token it is nobody's."""

    def __init__(self, app: ASGIApp, token: str = "") -> None:
        self.token = token
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)

    async def ask(self, method: str, path: str, sent: Any = None) -> httpx.Response:
        return await self.client.request(method, path, json=sent, headers=_seen(method, path))

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params or None)

    async def see(self, path: str, **params: Any) -> Any:
        """The JSON at this address, which must be there."""
        answer = await self.get(path, **params)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:400])
        return answer.json()

    async def post(self, path: str, sent: Any = None) -> httpx.Response:
        return await self.ask("POST", path, sent)

    async def put(self, path: str, sent: Any = None, **headers: str) -> httpx.Response:
        said = _seen("PUT", path) | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.put(path, json=sent, headers=said)

    async def delete(self, path: str) -> httpx.Response:
        return await self.ask("DELETE", path)

    async def raw(self, method: str, path: str, body: bytes, content_type: str = "application/json") -> httpx.Response:
        headers = {"content-type": content_type} | _seen(method, path)
        return await self.client.request(method, path, content=body, headers=headers)


def _seen(method: str, path: str) -> dict[str, str]:
    """Whatever version a menu is, it is meant: what versions do is told in test_versions."""
    return {"if-match": "*"} if method == "PUT" and path.startswith(VERSIONED) else {}


class Member(Program):
    """A program that holds the token of one of the cast."""

    def __init__(self, app: ASGIApp, token: str, user: User, session_id: UUID) -> None:
        super().__init__(app, token)
        self.session_id = session_id
        self.id: UUID = user.id
        self.email = user.email


async def member(app: ASGIApp, database: Database, name: str) -> Member:
    """An account and a token, without the work a password costs."""
    async with database.session() as session:
        user = User(name=name, email=f"{name.lower()}@example.org", password_hash=password_hash())
        session.add(user)
        await session.flush()
        made, _ = await signing_in.start(session, user, "api")
    session_id = UUID(made.partition(".")[0])
    return Member(app, access_tokens_of(SETTINGS).issue(user.id, session_id), user, session_id)


def wrong(answer: httpx.Response) -> Mapping[str, str]:
    """The sentence for each field of a 422."""
    assert answer.status_code == 422, (answer.status_code, answer.text[:400])
    assert answer.headers["content-type"] == "application/problem+json"
    return {each["field"]: each["detail"] for each in answer.json()["errors"]}
