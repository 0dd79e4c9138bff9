"""Whether an answer is what the description says it would be."""

from typing import Any

import httpx
from jsonschema import Draft202012Validator

Document = dict[str, Any]


def operations(document: Document) -> dict[str, Document]:
    """By `GET /api/me`."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def as_described(document: Document, route: str, answer: httpx.Response) -> None:
    """OpenAPI 3.1 speaks JSON Schema 2020-12."""
    described = operations(document)[route]["responses"].get(str(answer.status_code))
    assert described, f"{route} does not say that it may answer {answer.status_code}"
    content = described.get("content")
    if not content:
        assert not answer.content
        return
    schema = content[answer.headers["content-type"]]["schema"] | {"components": document["components"]}
    if answer.headers["content-type"] != "application/zip":
        Draft202012Validator(schema).validate(answer.json())
