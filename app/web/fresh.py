"""Small answers that are made anew each time and sent only where they differ from what whoever asks has."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from app.web.conditional import ASKED_ABOUT, knows, tag_of, unchanged


def fresh(
    request: Request[Any, Any, Any], content: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    tag = tag_of(content)
    said = {"ETag": tag, "Cache-Control": ASKED_ABOUT} | dict(headers or {})
    return unchanged(said) if knows(request, tag) else Response(content, media_type=media_type, headers=said)
