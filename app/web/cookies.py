"""What a browser carries to prove something: for this host alone, over TLS or on loopback, and never for scripts."""

from datetime import timedelta
from typing import Literal

from litestar.datastructures import Cookie

GONE = timedelta(0)


def proof(name: str, value: str, lasts: timedelta | None, samesite: Literal["lax", "strict"] = "lax", /) -> Cookie:
    """`lasts`: None is for as long as the browser runs. `__Host-` in the name has browsers insist on the rest."""
    return Cookie(
        key=name,
        value=value,
        path="/",
        secure=True,
        httponly=True,
        samesite=samesite,
        max_age=None if lasts is None else round(lasts.total_seconds()),
    )
