"""What a personal token may do: the scope of its route, and nothing that only a login may."""

from typing import Any

from litestar.connection import ASGIConnection

from app.accounts.scopes import SESSION
from app.accounts.signing_in import Viewer
from app.kit.errors import Forbidden
from app.web.signed_in import SignInNeeded, asker_of

OPT = "scope"  # of a route


class ScopeMissing(Forbidden):
    """The token counts, and is not for this."""

    def __init__(self, scope: str) -> None:
        needed = (
            "Only a login may do this, no personal token." if scope == SESSION else f"This needs the scope {scope}."
        )
        super().__init__(needed)
        self.scope = scope


async def only_in_scope(connection: ASGIConnection[Any, Any, Any, Any], handler: Any) -> None:
    """A guard. A route that says nothing is for logins alone. Raises `ScopeMissing`, `SignInNeeded`."""
    viewer = asker_of(connection)
    if viewer is None:
        raise SignInNeeded
    require(viewer, handler.opt.get(OPT, SESSION))


def require(viewer: Viewer, scope: str) -> None:
    """Raises `ScopeMissing`."""
    if viewer.scopes is not None and scope not in viewer.scopes:
        raise ScopeMissing(scope)
