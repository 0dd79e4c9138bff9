"""Who tried what they may not is told in the audit, once a minute at most: whoever knocks all night fills no disk."""

from typing import Any, cast

from litestar.connection import ASGIConnection

from app.accounts import auditing
from app.web.page import visitor_of


async def tell_denied(connection: ASGIConnection[Any, Any, Any, Any], action: str) -> None:
    """Where it was, as the route has it: what stands in an address may be a secret."""
    viewer = visitor_of(connection)
    scope = cast("dict[str, Any]", connection.scope)
    await auditing.record_seldom(
        connection.app.state.database,
        action,
        viewer.id if viewer else None,
        method=scope["method"],
        path=scope.get("path_template", ""),
    )
