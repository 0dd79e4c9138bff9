"""Meilisearch's published description, held against what is sent to it and what our stand-in answers."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

RECORDED = Path(os.environ.get("TASTEBUDS_RECORDED", "../shared/recorded"))
FILE = RECORDED / "schemas" / "meilisearch-openapi.json"

Json = Any


class Published:
    """Raises `AssertionError` for whatever the description does not know."""

    def __init__(self, document: Json) -> None:
        schemas = document["components"]["schemas"]
        # described as an object, though the server takes (and its own examples send) the bare list
        schemas["AttributePatterns"] = schemas["AttributePatterns"]["properties"]["patterns"]
        # a name it does not know is refused by the server, which the description leaves out
        schemas["Settings_Unchecked"]["additionalProperties"] = False
        self._document = document

    def check_request(self, method: str, path: str, query: Mapping[str, str], body: Json) -> str:
        """The path as it is described."""
        described, operation = self._operation(method, path)
        known = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        assert set(query) <= known, f"{method} {described} knows no {set(query) - known}"
        content = operation.get("requestBody", {}).get("content")
        if content is None:
            assert body is None, f"{method} {described} takes no body"
        else:
            self._check(body, content["application/json"]["schema"], f"{method} {described}")
        return described

    def check_answer(self, method: str, path: str, status: int, body: Json) -> None:
        described, operation = self._operation(method, path)
        schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        if described == "/multi-search" and "results" in body:
            schema = {"$ref": "#/components/schemas/SearchResults"}
        self._check(body, schema, f"{status} of {method} {described}")

    def _operation(self, method: str, path: str) -> tuple[str, Json]:
        """Of the most literal path that fits."""
        fitting = [
            (described.count("{"), described)
            for described, operations in self._document["paths"].items()
            if method.lower() in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", described), path)
        ]
        assert fitting, f"there is no {method} {path}"
        described = min(fitting)[1]
        return described, self._document["paths"][described][method.lower()]

    def _check(self, value: Json, schema: Json, where: str) -> None:
        whole = {**schema, "components": self._document["components"]}
        errors = [f"{each.json_path}: {each.message}" for each in Draft202012Validator(whole).iter_errors(value)]
        assert not errors, "\n".join([where, *errors[:5]])


def published() -> Published | None:
    """None where there is no description."""
    return Published(json.loads(FILE.read_text("utf-8"))) if FILE.exists() else None
