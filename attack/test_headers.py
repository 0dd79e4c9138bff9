"""Every route of both doors, and what is no route, as nobody and as somebody: the same armour on every answer."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute

from app.api.routes import ROUTES as API
from app.kit.ids import new_id
from app.pages.routes import ROUTES as PAGES
from attack.conftest import Arrive
from attack.instances import House
from attack.visitors import Visitor

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
BESIDE = (
    "/nowhere", "/assets/nothing.js", "/assets/../app/main.py", "/covers/0/tall/tmdb/x/160.webp", "/favicon.ico",
    "/api/nowhere", "/schema", "/.env", "/menus?_method=DELETE", "/search?q=%00", "/%ff",
)  # fmt: skip
EXACTLY = {
    "x-content-type-options": {"nosniff"},
    "x-robots-tag": {"noindex", "all"},
    "referrer-policy": {"same-origin", "no-referrer"},
    "cross-origin-opener-policy": {"same-origin"},
    "cross-origin-resource-policy": {"same-origin"},
}
STANDS = ("default-src 'none'", "frame-ancestors 'none'")


def paths(router: Any) -> list[str]:
    found = {route.path_format for route in router.routes if isinstance(route, HTTPRoute)}
    return sorted(_filled(path) for path in found if "stream" not in path)


def _filled(path: str) -> str:
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + str(new_id()) + rest.partition("}")[2]
    return path


def judge(answer: httpx.Response, where: str) -> None:
    policies = answer.headers.get_list("content-security-policy")
    assert len(policies) == 1, (where, policies)
    assert all(part in policies[0] for part in STANDS), (where, policies)
    assert "unsafe" not in policies[0]
    for name, values in EXACTLY.items():
        assert set(answer.headers.get_list(name)) <= values, where
        assert name in answer.headers, (where, name)
    assert "server" not in answer.headers, where
    assert answer.status_code < 500, (where, answer.status_code)
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "Traceback" not in answer.text, where


async def crawl(visitor: Visitor, seen: Counter[int]) -> None:
    for path in [*paths(PAGES), *paths(API), *BESIDE]:
        for method in METHODS:
            if path == "/logout" and method == "POST":
                continue
            answer = await visitor.ask(method, path)
            judge(answer, f"{method} {path}")
            seen[answer.status_code] += 1


@pytest.mark.requirement("XS-2", "XS-3")
async def test_every_answer_carries_the_policy_and_the_rest_of_the_armour(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    instance = await house.open(RATE_LIMITS="0")
    seen: Counter[int] = Counter()
    nobody, alice = arrive(instance), arrive(instance)
    await crawl(nobody, seen)
    assert not any("session" in name for name in nobody.cookies)
    await alice.log_in()
    await crawl(alice, seen)
    judge(await nobody.get("/", headers={"host": "evil.example"}), "another host")
    judge(await nobody.ask("POST", "/login", content=b"a" * 300_000), "too large")
    judge(await nobody.ask("POST", "/api/auth/login", content=b"[" * 100_000), "no JSON")
    measured(f"{seen.total()} answers: " + ", ".join(f"{count}× {status}" for status, count in sorted(seen.items())))
