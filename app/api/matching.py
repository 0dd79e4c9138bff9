"""Versions in `ETag` and `If-Match` (RFC 9110 §13.1.1), so that nobody writes over what they have not seen.

What can be deleted and made again under the same address says when it was made too: its versions begin at 1 again.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from app.kit.errors import Stale, Unversioned

T = TypeVar("T")

STRONG = re.compile(r'(?<!W/)"([0-9]{1,9}(?:\.[0-9]{1,20})?)"')


@dataclass(frozen=True, slots=True)
class Expectation:
    """`versions` is None for `*`: any, as long as there is one."""

    is_said: bool
    versions: frozenset[str] | None = None

    def hold(self, version: int | None, made_at: datetime | None = None) -> int | None:
        """`version` as it is, None where there is nothing yet; what is changed `since`, None where any is meant. Raises
        `Stale`, `Unversioned`."""
        if not self.is_said:
            if version is not None:
                raise Unversioned
        elif version is None or (self.versions is not None and _written(version, made_at) not in self.versions):
            raise Stale
        return None if self.versions is None else version


Expected: TypeAlias = NamedDependency[SkipValidation[Expectation]]


def read_if_match(request: Request[Any, Any, Any]) -> Expectation:
    said = request.headers.get("if-match")
    if said is None or said.strip() == "*":
        return Expectation(is_said=said is not None)
    return Expectation(is_said=True, versions=frozenset(STRONG.findall(said)))


def tagged(shape: T, version: int, made_at: datetime | None = None) -> Response[T]:
    return tag(Response(shape), version, made_at)


def tag(response: Response[T], version: int, made_at: datetime | None = None) -> Response[T]:
    response.headers["ETag"] = etag(version, made_at)
    return response


def etag(version: int, made_at: datetime | None = None) -> str:
    return f'"{_written(version, made_at)}"'


def _written(version: int, made_at: datetime | None) -> str:
    return f"{version}.{made_at.astimezone(UTC):%Y%m%d%H%M%S%f}" if made_at else f"{version}"


DEPENDENCIES = {"expected": Provide(read_if_match, sync_to_thread=False)}
