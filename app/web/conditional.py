"""Answers that whoever asks may have already: `ETag`, `If-None-Match` and 304 (RFC 9110 §13)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

# anyone may keep it, and has to ask each time: what is not public any more is gone at once
ASKED_ABOUT = "public, max-age=0, must-revalidate"


def tag_of(*what: object) -> str:
    """The `ETag` of what looks the same whenever these are the same."""
    return f'"{hashlib.blake2b(repr(what).encode(), digest_size=15).hexdigest()}"'


def knows(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether it has the one of this tag. Compared weakly, as it should be where nothing is written."""
    said = request.headers.get("if-none-match", "")
    return said.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in said.split(","))


def unchanged(headers: Mapping[str, str]) -> Response[Any]:
    """304. `headers`: those it would come with, the tag among them."""
    return Response(content=b"", status_code=304, headers=dict(headers))
