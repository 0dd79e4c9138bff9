"""docs/export-format.md names every file and every field of an export, and no other."""

import re
from pathlib import Path

from app.kit.db import Database
from app.kit.ids import new_id
from app.ops.exporting import SCHEMA_VERSION
from app.ops.exports import EXPORTS

PAGE = (Path(__file__).parents[2] / "docs" / "export-format.md").read_text("utf-8")


async def test_every_list_and_field_is_told_in_order(database: Database) -> None:
    sections = re.findall(r"^### `(\S+)`\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    told = {name: re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) for name, section in sections}
    found = {}
    async with database.reading() as session:
        for each in EXPORTS:
            rows = await session.execute(each.statement, {"user_id": new_id()})
            found[each.file] = list(rows.keys())
    assert told == found
    assert list(told) == list(found)


def test_the_version_is_told() -> None:
    assert f"`schema_version` is {SCHEMA_VERSION}." in PAGE
