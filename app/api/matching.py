"""Versions in `ETag` and `If-Match` (RFC 9110 §13.1.1), so that nobody writes over what they have not seen."""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from app.kit.errors import Stale, Unversioned

T = TypeVar("T")

STRONG = re.compile(r'(?<!W/)"([0-9]{1,9})"')


@dataclass(frozen=True, slots=True)
class Expectation:
    """`versions` is None for `*`: any, as long as there is one."""

    is_said: bool
    versions: frozenset[int] | None = None

    def hold(self, version: int | None) -> int | None:
        """`version` as it is, None where there is nothing yet; what is changed `since`, None where any is meant. Raises
        `Stale`, `Unversioned`."""
        if not self.is_said:
            if version is not None:
                raise Unversioned
        elif version is None or (self.versions is not None and version not in self.versions):
            raise Stale
        return None if self.versions is None else version


Expected: TypeAlias = NamedDependency[SkipValidation[Expectation]]


def read_if_match(request: Request[Any, Any, Any]) -> Expectation:
    said = request.headers.get("if-match")
    if said is None or said.strip() == "*":
        return Expectation(is_said=said is not None)
    return Expectation(is_said=True, versions=frozenset(map(int, STRONG.findall(said))))


def tagged(shape: T, version: int) -> Response[T]:
    return tag(Response(shape), version)


def tag(response: Response[T], version: int) -> Response[T]:
    response.headers["ETag"] = f'"{version}"'
    return response


DEPENDENCIES = {"expected": Provide(read_if_match, sync_to_thread=False)}
