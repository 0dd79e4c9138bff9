"""The description: whole, in words, and the same as what is written and what is served."""

import re
from pathlib import Path

from jsonschema import Draft202012Validator

from app.accounts.scopes import SCOPES
from app.web.problems import PROBLEMS
from tests.api.described import operations
from tests.api.expected import CALLS
from tests.api.program import Program
from tests.markup import read

FILES = ("POST /api/imports", "PUT /api/items/{item_id}/cover")  # which are the body
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


async def test_every_call_is_expected_described_and_written_down(nobody: Program) -> None:
    described = operations(await nobody.see("/api/openapi.json"))
    written = re.findall(r"^\| `([A-Z]+ /api/\S+)` \|", GUIDE.read_text(), re.MULTILINE)
    assert sorted(written) == sorted(described) == sorted(str(call) for call in CALLS)


async def test_every_call_has_a_sentence_a_tag_and_its_answers(nobody: Program) -> None:
    document = await nobody.see("/api/openapi.json")
    known = {tag["name"] for tag in document["tags"]}
    for route, operation in operations(document).items():
        assert re.fullmatch(r"[A-Z][^.]+\.", operation["summary"]), route
        assert len(operation["tags"]) == 1, route
        assert known.issuperset(operation["tags"]), route
        for status, answer in operation["responses"].items():
            assert answer["description"], (route, status)
            problem = {"application/problem+json"}
            assert status < "400" or set(answer["content"]) == problem, (route, status)


async def test_every_call_behind_a_token_says_so(nobody: Program) -> None:
    document = await nobody.see("/api/openapi.json")
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    anyones = {str(call) for call in CALLS if call.stranger == "as anyone"}
    for route, operation in operations(document).items():
        assert bool(operation.get("security")) == (route not in anyones), route
        assert ("401" in operation["responses"]) == (route not in anyones or route.endswith("/login")), route


async def test_scopes_and_problems_are_told_in_the_same_words_everywhere(nobody: Program) -> None:
    guide, page = GUIDE.read_text(), await nobody.get("/api/docs")
    shown = read(page.text).text
    scheme = (await nobody.see("/api/openapi.json"))["components"]["securitySchemes"]["bearer"]
    for scope, said in SCOPES.items():
        assert f"| `{scope}` | {said} |" in guide
        assert f"- `{scope}`: {said}" in scheme["description"]
        assert said in shown
    for kind, said in PROBLEMS.items():
        assert f"| `#{kind}` | {said} |" in guide
        assert f'id="{kind}"' in page.text


async def test_every_call_that_takes_a_body_says_which_and_how_it_may_fail(nobody: Program) -> None:
    described = operations(await nobody.see("/api/openapi.json"))
    for call in CALLS:
        body = described[str(call)].get("requestBody")
        if call.status != 404:  # the operator's, which Alice is told nothing of
            assert bool(body) == bool(call.sent) or call.route in FILES, call
        if body and call.sent:
            schema = body["content"]["application/json"]["schema"]
            Draft202012Validator.check_schema(schema)
            assert schema["properties"].keys() >= call.wrong.keys()
            assert described[str(call)]["responses"].keys() >= {"400", "413", "415", "422"}, call


async def test_every_call_has_a_name_of_its_own(nobody: Program) -> None:
    names = [each["operationId"] for each in operations(await nobody.see("/api/openapi.json")).values()]
    assert len(names) == len(set(names))


async def test_people_read_the_same_on_a_page_of_ours(nobody: Program) -> None:
    document = await nobody.see("/api/openapi.json")
    answer = await nobody.get("/api/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "'unsafe" not in answer.headers["content-security-policy"]
    page = read(answer.text)
    for route, operation in operations(document).items():
        method, _, path = route.partition(" ")
        assert path in page.text
        assert operation["summary"] in page.text, method
    addresses = [each.attributes.get("src", "") + each.attributes.get("href", "") for each in page.every()]
    assert not [address for address in addresses if address and not address.startswith(("/", "#"))]


async def test_an_address_there_is_not_is_a_problem_too(nobody: Program) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = await nobody.ask(method, "/api/nothing")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    answer = await nobody.ask("PATCH", "/api/health")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
