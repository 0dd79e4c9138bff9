"""Every call of the API with what nobody would send, against a real process: `make fuzz`.

schemathesis makes the requests of /api/openapi.json, and looks at each answer: never a fault of ours, always a status,
a type and a shape that are described. It ends with 1 if one is not.
"""

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path

import sandbox
from attack.instances import House, Instance, a_cluster, a_house
from attack.visitors import Program
from sandbox.server import serving

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
# it would end the session of the fuzzing itself, and cost a password each
LEFT_OUT = ("/api/auth/logout", "/api/auth/login", "/api/auth/register")

THINGS = """
    SELECT m.id AS menu_id, c.id AS course_id, i.id AS course_item_id, i.item_id, m.slug
    FROM menus m JOIN courses c ON c.menu_id = m.id JOIN course_items i ON i.course_id = c.id
    WHERE m.owner_id = (SELECT id FROM users WHERE email LIKE 'alice@%') ORDER BY m.published_at LIMIT 1
"""


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=60, help="of each call")
    parser.add_argument("--seconds", type=int, default=600, help="at most")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with serving() as outside:
        async with a_cluster() as cluster, a_house(cluster) as house:
            instance = await house.open(**{"RATE_LIMITS": "0"} | sandbox.settings(outside))  # type: ignore[arg-type]
            hers = await _things_of_alice(house)
            program = Program(instance.address)
            await program.log_in()
            token = program.headers["authorization"]
            await program.close()
            failed = _run(instance, token, wanted, hers, "--exclude-method", "DELETE")
            failed = _run(instance, token, wanted, {}) or failed
            faults = [line for line in instance.log.read_text().splitlines() if '"level": "error"' in line]
    for line in faults[:10]:
        print(line[:1500])
    print(f"{len(faults)} faults in the log")
    return 1 if failed or faults else 0


async def _things_of_alice(house: House) -> dict[str, str]:
    """Ids that are there, by the names of parameters; and she operates."""
    database = await house.connect()
    await database.execute("UPDATE users SET is_operator = email LIKE 'alice@%'")
    row = await database.fetchrow(THINGS)
    await database.close()
    assert row
    return {name: str(value) for name, value in row.items()}


def _run(instance: Instance, token: str, wanted: argparse.Namespace, ids: dict[str, str], *more: str) -> bool:
    """With `ids` in the paths, else with any."""
    config = instance.log.with_suffix(".toml")
    config.write_text("".join(["[parameters]\n", *(f'"path.{name}" = "{value}"\n' for name, value in ids.items())]))
    left_out = [word for path in LEFT_OUT for word in ("--exclude-path", path)]
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        *("--config-file", str(config)),
        "run",
        f"{instance.address}/api/openapi.json",
        *("--header", f"Authorization:{token}"),
        *("--checks", ",".join(CHECKS)),
        *("--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(wanted.examples)),
        *("--seed", str(wanted.seed)),
        *("--request-timeout", "20"),
        *("--workers", "2"),
        *("--generation-database", "none"),
        *("--warnings", "off"),
        *left_out,
        *more,
    ]
    return subprocess.run(command, check=False, timeout=wanted.seconds / 2).returncode != 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
