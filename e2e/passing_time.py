"""Time that passes for what is kept, while the story waits for none."""

import psycopg

from app.kit.embedded import url_of
from e2e.programs import DATA


def let_guest_links_expire(address: str) -> None:
    """All of them, in the app at this address."""
    with psycopg.connect(url_of(DATA[address]).replace("+asyncpg", "")) as database:
        database.execute("UPDATE menu_share_tokens SET expires_at = now() WHERE expires_at IS NOT NULL")
