"""Who comes to the door: a browser or a program of its own, from a loopback address of its own."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from app.ops.sample import personas

TIMEOUT = 30.0
TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')


class Visitor:
    """Keeps its cookies (`__Host-` ones too, which httpx would not send over http), as Chromium does on loopback.

    `at` is where its requests come from: any of 127.0.0.0/8 is another client. Redirects are not followed.
    """

    def __init__(self, address: str, *, at: str = "127.0.0.1", headers: Mapping[str, str] | None = None) -> None:
        self.cookies: dict[str, str] = {}
        self.headers = {"sec-fetch-site": "same-origin"} | dict(headers or {})
        transport = httpx.AsyncHTTPTransport(local_address=at)
        self.client = httpx.AsyncClient(base_url=address, transport=transport, timeout=TIMEOUT)

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """As it is; `headers` go beside those every request carries."""
        headers = self.headers | dict(more.pop("headers", {}))
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.client.request(method, path, headers=headers, **more)
        for said in answer.headers.get_list("set-cookie"):
            name, _, value = said.partition(";")[0].partition("=")
            if value.strip('"') and "max-age=0" not in said.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("GET", path, **more)

    async def send(self, method: str, path: str, form: Mapping[str, str] | None = None) -> httpx.Response:
        """As a form of ours does, with the token of this session."""
        if method != "POST":
            path += f"{'&' if '?' in path else '?'}_method={method}"
        found = TOKEN.search((await self.get("/")).text)
        fields = dict(form or {}) | ({"_csrf_token": found[1]} if found else {})
        sent = {"content-type": "application/x-www-form-urlencoded"}
        return await self.ask("POST", path, content=urlencode(fields), headers=sent)

    async def post(self, path: str, form: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.send("POST", path, form)

    async def try_password(self, email: str, password: str) -> httpx.Response:
        """One login, and nothing before it: what guessing sends."""
        sent = {"content-type": "application/x-www-form-urlencoded"}
        return await self.ask("POST", "/login", content=urlencode({"email": email, "password": password}), headers=sent)

    async def log_in(self, name: str = "alice") -> None:
        """As one of the sample's people."""
        answer = await self.try_password(f"{name}@tastebuds.example", personas.cast().password)
        assert answer.status_code == 303, (answer.status_code, answer.text[:400])

    async def close(self) -> None:
        await self.client.aclose()


class Program(Visitor):
    """Speaks JSON under /api with a token, once it has logged in."""

    async def log_in(self, name: str = "alice") -> None:
        sent = {"email": f"{name}@tastebuds.example", "password": personas.cast().password}
        answer = await self.ask("POST", "/api/auth/login", json=sent)
        assert answer.status_code in (200, 201), (answer.status_code, answer.text[:400])
        said = answer.json()
        self.headers["authorization"] = f"Bearer {said.get('access_token') or said['token']}"
