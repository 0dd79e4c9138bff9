"""How the API describes itself: OpenAPI, with what each call takes read off its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Router
from litestar.datastructures import CacheControlHeader
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Parameter,
    RequestBody,
    Schema,
    SecurityScheme,
    Tag,
)

from app import __version__
from app.accounts.scopes import SCOPES
from app.api import shapes
from app.kit.forms import Form
from app.web.limits import OF_PROGRAMS
from app.web.page import render
from app.web.problems import PROBLEMS
from app.web.scoped import OPT
from app.web.signed_in import DOCS

JSON = "application/json"
NO_STORE = CacheControlHeader(no_store=True)
ABOUT = (
    "Everything the pages do, for programs. Log in for an access token of 15 minutes and a refresh token to go on, or "
    "make a personal token at `/settings/tokens`; send it as `Authorization: Bearer …`. Cookies do not count here. "
    "Bodies are JSON objects. What is wrong is said of all fields at once, as `application/problem+json` (RFC 9457)."
)
TAGS = {
    "accounts": "Who you are, and what you come in with",
    "search": "Finding works, here and outside",
    "items": "Works in the catalog",
    "library": "Your marks on items",
    "menus": "Composing menus",
    "public": "What anyone may read",
    "ops": "How it runs, for the operator",
}
MEANINGS = {
    400: "What was sent cannot be read.",
    401: "Nobody is signed in, or the token has ended.",
    403: "The token lacks a scope, which `WWW-Authenticate` names; or this needs a login that is minutes old.",
    404: "There is no such thing, or it is not yours.",
    409: "As things are it cannot be done; `detail` says why.",
    412: "It is another version by now than the one you named.",
    413: "What was sent is too large.",
    415: "What was sent is not JSON.",
    422: "What was sent cannot be taken: `errors` says why, field by field.",
    428: "Say which version you change: its `ETag`, as `If-Match`.",
    429: "You have asked a lot; `Retry-After` says when to ask again.",
    503: "Something this needs does not answer; try again in a few seconds.",
}


BEARER = "\n".join(
    (
        "The access token of a login (a JWT, 15 minutes, may do everything), or a personal token (`tb_…`): it may do "
        "what its scopes say. Each call names the scope it needs; `session` is a login's alone.",
        "",
        *(f"- `{scope}`: {said}" for scope, said in SCOPES.items()),
    )
)


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Beside 400, which any call may get, and 403 wherever a token is asked for."""
    return {
        status: ResponseSpec(
            shapes.Problem,
            generate_examples=False,
            description=MEANINGS[status],
            media_type="application/problem+json",
        )
        for status in sorted({400, *statuses} | ({403} if 401 in statuses else set()))
    }


def also(status: int, shape: type[Any], description: str) -> dict[int, ResponseSpec]:
    """The other way a call may go well."""
    return {status: ResponseSpec(shape, generate_examples=False, description=description)}


def needs(scope: str) -> dict[str, Any]:
    """`@get(…, **needs("library:read"))`: a scope of `app/accounts/scopes.py`, or `SESSION`, enforced and described."""
    return {"opt": {OPT: scope}, "security": [{"bearer": [scope]}]}


REPLACES = problems(412, 428)
IF_MATCH = Parameter(
    name="If-Match",
    param_in="header",
    schema=Schema(type=OpenAPIType.STRING),
    description="The `ETag` of what you read and now write over; `*` for whatever is there.",
)


def takes(
    *, query: type[Form] | None = None, body: type[Form] | None = None, replaces: bool = False
) -> type[Operation]:
    """The `operation_class` of a handler that reads these forms; `replaces` what programs have to have seen."""

    @dataclass
    class Taking(Operation):
        parameters: Any = None
        request_body: Any = None

        def __post_init__(self) -> None:
            if query:
                self.parameters = [*(self.parameters or ()), *_parameters(query)]
            if replaces:
                self.parameters = [*(self.parameters or ()), IF_MATCH]
            if body:
                media_type = OpenAPIMediaType(schema=_schema(body))  # type: ignore[arg-type]  # JSON Schema already
                self.request_body = RequestBody(content={JSON: media_type}, required=True)

    return Taking


def _parameters(form: type[Form]) -> list[Parameter]:
    """A query cannot say null: what may be null may be left out."""
    parameters = []
    for name, schema in _schema(form)["properties"].items():
        description = schema.pop("description", None)
        kind = schema["anyOf"][0] if "anyOf" in schema else schema
        parameters.append(Parameter(name=name, param_in="query", schema=kind, description=description))
    return parameters


def _schema(form: type[Form]) -> dict[str, Any]:
    """Without the titles pydantic makes up."""
    schema = form.model_json_schema()
    for each in schema["properties"].values():
        each.pop("title", None)
    return schema


class Docs(OpenAPIRenderPlugin):
    """For people, on a page of ours: nothing from elsewhere, and nothing the policy would have to be softened for."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Mapping[str, Any]) -> bytes:
        return render(
            request, "api/docs.html", {"spec": openapi_schema, "scopes": SCOPES, "problems": PROBLEMS}
        ).encode()


OPENAPI = OpenAPIConfig(
    title="Tastebuds API",
    version=__version__,
    description=ABOUT,
    openapi_router=Router(DOCS, route_handlers=[], include_in_schema=False, cache_control=NO_STORE, opt=OF_PROGRAMS),
    render_plugins=[Docs(path="/")],
    components=Components(
        security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", description=BEARER)}
    ),
    tags=[Tag(name=name, description=description) for name, description in TAGS.items()],
    use_handler_docstrings=True,
)
