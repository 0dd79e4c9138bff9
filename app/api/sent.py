"""What programs send: a JSON object, as a mapping that forms can read."""

from typing import Any, TypeAlias

import msgspec
from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.exceptions import ClientException
from litestar.params import SkipValidation

from app.kit.errors import Invalid
from app.web.forms import body_of

Sent: TypeAlias = NamedDependency[SkipValidation[dict[str, Any]]]


async def read_object(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Nothing at all is an object without fields. Raises `ClientException` (400, 415), `Invalid`."""
    body = await body_of(request)
    if not body:
        return {}
    if request.content_type[0].lower() != "application/json":
        raise ClientException("Send JSON (application/json).", status_code=415)
    try:
        sent = msgspec.json.decode(body)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        raise ClientException("This JSON cannot be read.", status_code=400) from None
    if not isinstance(sent, dict):
        raise Invalid({"": "Send a JSON object."})
    return sent


DEPENDENCIES = {"sent": Provide(read_object)}
