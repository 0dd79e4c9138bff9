"""A short seeded run of what `make fuzz` does at length: whatever a call is sent, it answers as it is described."""

import asyncio
from typing import Any, TypeAlias

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from schemathesis import BaseSchema, Case

from tests.api.described import as_described, operations
from tests.api.program import Member
from tests.pages.conftest import Evening

EXAMPLES = 8  # of each call
LEFT_OUT = {"POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/logout"}  # a password each; the way out

AnyCase: TypeAlias = Case[Any]

drawn = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def cases_of(schema: BaseSchema, route: str) -> list[AnyCase]:
    """The same every time."""
    method, _, path = route.partition(" ")
    found: list[AnyCase] = []

    @drawn
    @given(case=schema[path][method].as_strategy())
    def draw(case: AnyCase) -> None:
        found.append(case)

    draw()
    return found


async def send(program: Member, made: dict[str, Any]) -> httpx.Response:
    """`made` is what `requests` would take."""
    body = made.get("data")
    headers = {name: value for name, value in (made.get("headers") or {}).items() if name.lower() != "authorization"}
    return await program.client.request(
        made["method"],
        made["url"],
        params=made.get("params"),
        headers={**headers, "authorization": program.client.headers["authorization"]},
        **({"json": made["json"]} if "json" in made else {"content": body} if isinstance(body, bytes | str) else {}),
    )


@pytest.mark.slow
async def test_whatever_is_sent_is_answered_as_described(alice: Member, evening: Evening) -> None:
    document = await alice.see("/api/openapi.json")
    schema, sent = schemathesis.openapi.from_dict(document), 0
    for route in sorted(operations(document).keys() - LEFT_OUT):
        for case in await asyncio.to_thread(cases_of, schema, route):
            made = case.as_transport_kwargs(base_url=str(alice.client.base_url))
            answer = await send(alice, made)
            assert answer.status_code < 500 or answer.status_code == 503, (route, made, answer.text)
            as_described(document, route, answer)
            sent += 1
    assert sent > 200
