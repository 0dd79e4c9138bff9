"""What no page can be asked for: time that has passed, and letters nobody sent."""

from typing import LiteralString

import psycopg

from app.accounts import handed_out
from app.kit.embedded import url_of
from app.kit.ids import new_id
from app.web.limits import WRITES
from e2e.programs import DATA


def let_a_proof_grow_old(address: str, email: str) -> None:
    """Whoever it is has to say again who they are, before what an open session alone must not do."""
    _change(
        address,
        """
        UPDATE sessions SET proved_at = now() - interval '1 day' FROM users u WHERE u.id = user_id AND u.email = %s
        """,
        email,
    )


def let_guest_links_expire(address: str) -> None:
    """All of them that do, in the app at this address."""
    _change(address, "UPDATE menu_share_tokens SET expires_at = now() WHERE expires_at IS NOT NULL")


def forget_the_sources(address: str) -> None:
    """What they answered, that some are resting, and how much they have borne already."""
    for statement in ("DELETE FROM source_answers", "DELETE FROM source_circuits", "DELETE FROM source_budgets"):
        _change(address, statement)


def use_up_writes(address: str, email: str, seconds: int) -> None:
    """Of this account, for so long: as if it had changed all that it may in a while."""
    assert WRITES.limit
    _change(
        address,
        """
        INSERT INTO rate_limits (family, key, paid_until, wait)
        SELECT %s, id::text, now() + make_interval(secs => %s), 0 FROM users WHERE email = %s
        ON CONFLICT (family, key) DO UPDATE SET paid_until = excluded.paid_until
        """,
        WRITES.name,
        WRITES.limit.window + seconds,
        email,
    )


def a_registration(address: str) -> str:
    """That waits to be confirmed; the token of its link."""
    token = handed_out.new_token()
    _change(
        address,
        """
        INSERT INTO pending_registrations (id, email, name, password_hash, token_hash, expires_at)
        VALUES (%s, 'later@tastebuds.example', 'Later', 'none', %s, now() + interval '1 hour')
        """,
        new_id(),
        handed_out.hash_of(token),
    )
    return token


def _change(address: str, statement: LiteralString, *values: object) -> None:
    with psycopg.connect(url_of(DATA[address]).replace("+asyncpg", "")) as database:
        database.execute(statement, values)
