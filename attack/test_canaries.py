"""Everything secret is a word that is found nowhere else; afterwards it must be nowhere at all."""

import re
from collections.abc import Callable

import asyncpg
import pytest

from attack.conftest import Arrive
from attack.instances import House
from attack.visitors import Program

TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"


async def dump(database: "asyncpg.Connection[asyncpg.Record]") -> str:
    """Every row of every table as text; bytes are in hex there."""
    rows = []
    for table in await database.fetch(TABLES):
        rows += [row[0] for row in await database.fetch(f'SELECT t::text FROM "{table[0]}" t')]
    return "\n".join(rows)


@pytest.mark.requirement("LG-2", "SC-1")
async def test_no_secret_is_in_any_log_table_or_error(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    secret = {name: f"c4nary{name}x7f3a9b1c5d2e8f4a6b" for name in (
        "password", "wrongpassword", "code", "state", "bearer", "query", "cookie", "refresh", "sourcekey", "csrf",
        "reset",
    )}  # fmt: skip
    instance = await house.open(LOG_LEVEL="debug", RATE_LIMITS="0")
    code, said = await instance.command("create-user", "nora@example.org", "Nora", said=secret["password"] + "\n")
    assert code == 0, said
    nora, nobody, program = arrive(instance), arrive(instance), arrive(instance, Program)
    assert (await nora.try_password("nora@example.org", secret["password"])).status_code == 303
    database = await house.connect()
    await database.execute("UPDATE users SET is_operator = true WHERE email = 'nora@example.org'")
    handed_out = {"session": nora.cookies["__Host-session"].partition(".")[2]}
    answers = [
        await nobody.try_password("nora@example.org", secret["wrongpassword"]),
        await nobody.get(f"/login/provider/answer?code={secret['code']}&state={secret['state']}"),
        await nobody.get(f"/library?token={secret['query']}"),
        await nobody.get(f"/reset/password?token={secret['reset']}"),
        await nobody.get("/library", headers={"cookie": f"__Host-session={secret['cookie']}.{secret['cookie']}"}),
        await nobody.get("/api/me", headers={"authorization": f"Bearer {secret['bearer']}"}),
        await nobody.ask("POST", "/api/auth/refresh", json={"refresh_token": secret["refresh"]}),
        await nobody.ask(
            "POST", "/api/auth/login", json={"email": "nora@example.org", "password": secret["wrongpassword"]}
        ),
        await nora.ask("POST", "/menus", headers={"x-csrf-token": secret["csrf"]}),
        await nora.send("PUT", "/ops/sources/keys/tmdb", {"tmdb_key": secret["sourcekey"]}),
        await nora.send("POST", "/ops/sources/keys/tmdb/test"),
        await nora.get("/ops/sources/keys"),
        await nora.get("/settings/activity"),
        await nora.get("/ops/audit"),
    ]
    sent = {"email": "nora@example.org", "password": secret["password"]}
    logged_in = (await program.ask("POST", "/api/auth/login", json=sent)).json()
    handed_out |= {
        name: value for name, value in logged_in.items() if name.endswith("token") and isinstance(value, str)
    }
    bearer = {"authorization": f"Bearer {logged_in['access_token']}"}
    named = {"name": "Nightly", "scopes": ["library:read"], "days": 30}
    made = (await program.ask("POST", "/api/auth/tokens", json=named, headers=bearer)).json()
    handed_out["personal"] = str(made["token"])
    answers.append(await program.get("/api/auth/tokens", headers=bearer))
    await nora.send("POST", "/settings/security/second-factor")
    shown = re.sub(r"<[^>]+>|\s", "", (await nora.get("/settings/security/second-factor")).text)
    handed_out |= {f"totp{number}": found for number, found in enumerate(set(re.findall(r"[A-Z2-7]{32}", shown)))}
    assert any(name.startswith("totp") for name in handed_out), shown[:300]
    everything = {
        "log": instance.log.read_text(),
        "tables": await dump(database),
        "answers": "\n".join(answer.text for answer in answers),
    }
    await database.close()
    assert len(everything["tables"]) > 100_000
    for name, value in (secret | handed_out).items():
        for where, text in everything.items():
            for form in (value, value.encode().hex()):
                assert form not in text, f"{name} is in the {where}"
    sizes = ", ".join(f"{len(text) / 1e6:.1f} MB of {where}" for where, text in everything.items())
    measured(f"{len(secret)} secrets brought and {len(handed_out)} handed out: 0 found in {sizes}")
